/** The log's partitions: made ahead, under the lock of whoever writes, so that no row ever finds none. */
import {PARTITION_ROWS} from './layout.ts'
import type {Link} from './link.ts'

/**
 * Makes partitions until at least half a one is free behind `upTo`. `made` is the last sequence that has its place. Call it in
 * a transaction that holds the row of `head`. Attached rather than created in place: that locks out neither readers nor
 * writers. Returns the new `made`.
 */
export async function makeRoom(link: Link, upTo: number, made: number): Promise<number> {
  let last = made
  while (last - upTo < PARTITION_ROWS / 2) {
    await link.run(partitionAfter(last))
    last += PARTITION_ROWS
  }
  if (last > made) await link.run(`UPDATE head SET made = ${last}`)
  return last
}

/** Partitions by their first sequence, the oldest first. */
export async function partitionsOf(link: Link): Promise<readonly number[]> {
  const {rows} = await link.run(
    "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'log'::regclass",
  )
  return rows.map(({name}) => Number(/(\d+)$/.exec(String(name))?.[1])).sort((a, b) => a - b)
}

export function partitionName(first: number): string {
  return `log_${String(first).padStart(16, '0')}`
}

function partitionAfter(last: number): string {
  const name = partitionName(last + 1)
  return `
    CREATE TABLE ${name} (LIKE log INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES);
    ALTER TABLE log ATTACH PARTITION ${name} FOR VALUES FROM (${last + 1}) TO (${last + PARTITION_ROWS + 1});
  `
}
