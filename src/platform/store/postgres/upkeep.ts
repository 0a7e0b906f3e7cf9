/** What is done to the database beyond writing it, by the node that leads: old parts of the log go, and what nobody asks for any more. */
import type {Clock} from '../../../lib/clock.ts'
import {PARTITION_ROWS} from './layout.ts'
import type {Link} from './link.ts'
import {partitionName, partitionsOf} from './partitions.ts'

export interface Retention {
  /** How long entries are kept at least, ms. */
  readonly keepMs?: number
  /** Bytes of the whole database above which the oldest parts of the log go. */
  readonly keepBytes?: number
}

export interface UpkeepOptions {
  readonly clock: Clock
  readonly retention: Retention
  readonly leads: () => boolean
  readonly use: <Result>(work: (link: Link) => Promise<Result>) => Promise<Result>
  readonly closing: AbortSignal
}

const ROUND_MS = 60_000
/** A panel's message is a repetition within a minute; ten leave room for clocks that differ. */
const HEARD_MS = 600_000
/** How long a drop may hold up the writers while it waits for readers, ms; then it is left for the next round. */
const DROP_WAIT_MS = 200

/** A round a minute for as long as the store is open. What fails is tried again in the next one. */
export async function keepUp(options: UpkeepOptions): Promise<void> {
  const {clock, leads, use, closing} = options
  while (!closing.aborted) {
    await clock.sleep(ROUND_MS, closing).catch(() => undefined)
    if (!closing.aborted && leads())
      await use((link) => upkeep(link, options.retention, clock.now())).catch(() => undefined)
  }
}

/** One round. Dropping goes by whole partitions, the oldest first, and never touches the one that is being written. */
export async function upkeep(link: Link, retention: Retention, now: number): Promise<void> {
  await link.ask({text: 'DELETE FROM message_heard WHERE at < $1::bigint', values: [now - HEARD_MS]})
  await link.run("DELETE FROM node WHERE at < now() - interval '7 days'")
  for (const first of await partitionsOf(link)) {
    const last = first + PARTITION_ROWS - 1
    if (!(await isOver(link, last, retention, now))) return
    await link.run(`
      SET lock_timeout TO ${DROP_WAIT_MS};
      BEGIN;
      UPDATE head SET floor = greatest(floor, ${last});
      DROP TABLE ${partitionName(first)};
      COMMIT;
      SET lock_timeout TO '10s'
    `)
  }
}

/** Whether the partition that ends with `last` is full, and no longer to be kept. Time is the platform's or the log's, whichever is earlier. */
async function isOver(link: Link, last: number, {keepMs, keepBytes}: Retention, now: number): Promise<boolean> {
  const {rows} = await link.ask({
    text: `SELECT (SELECT at FROM log WHERE seq = $1::bigint) AS at, head.seq, newest.at AS newest,
        pg_database_size(current_database()) AS bytes
      FROM head LEFT JOIN log AS newest ON newest.seq = head.seq`,
    values: [last],
  })
  const {at, seq, newest, bytes} = rows[0] ?? {}
  if (Number(seq) <= last) return false
  const asOf = Math.min(now, Number(newest))
  return (keepMs !== undefined && Number(at) < asOf - keepMs) || (keepBytes !== undefined && Number(bytes) > keepBytes)
}
