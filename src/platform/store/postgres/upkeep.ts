/** What is done to the database beyond writing it, by the node that leads: old parts of the log go, and what nobody asks for any more. */
import type {Clock} from '../../../lib/clock.ts'
import {MAX_SEEN} from '../book/events.ts'
import {MAX_MESSAGES} from '../book/signals.ts'
import {ENTRY_BYTES} from '../seen.ts'
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
/** How long a drop may hold up the writers while it waits for readers, ms; then it is left for the next round. */
const DROP_WAIT_MS = 200

/** A round a minute for as long as the store is open. What fails is tried again in the next one. */
export async function keepUp(options: UpkeepOptions): Promise<void> {
  const {clock, leads, use, closing} = options
  while (!closing.aborted) {
    await clock.sleep(ROUND_MS, closing).catch(() => undefined)
    if (!closing.aborted && leads()) await use((link) => oneRound(link, options)).catch(() => undefined)
  }
}

/** Tried once: a lock that somebody holds is not asked for again until the next minute. */
async function oneRound(link: Link, {retention, clock}: UpkeepOptions): Promise<void> {
  await upkeep(link, retention, clock.now()).catch(() => link.drop())
}

/** What a node that starts anew would not take into its memory any more. */
const FORGET = `
  DELETE FROM seen USING (
    SELECT n, kind, sum(entries) OVER (PARTITION BY kind ORDER BY n DESC) - entries AS newer
    FROM (SELECT n, kind, octet_length(bytes) / ${ENTRY_BYTES} AS entries FROM seen) AS sized
  ) AS counted
  WHERE seen.n = counted.n
    AND counted.newer >= CASE counted.kind WHEN 'event' THEN ${MAX_SEEN} ELSE ${MAX_MESSAGES} END
`

/** Rows that are this far behind are made fewer: a node that starts reads some thousands instead of half a million. */
const LATE_ROWS = 10_000
const SMALL_ENTRIES = 128
const MERGED_ROWS = 4_096

/** The merged row has the last one's number: who has read a part of it reads it whole again, which changes nothing. */
const MERGE = `
  WITH old AS (
    DELETE FROM seen USING head
    WHERE n <= head.seen - ${LATE_ROWS} AND octet_length(bytes) < ${SMALL_ENTRIES * ENTRY_BYTES}
    RETURNING n, kind, bytes
  )
  INSERT INTO seen (n, kind, bytes)
  SELECT max(n), kind, string_agg(bytes, ''::bytea ORDER BY n) FROM old GROUP BY kind, n / ${MERGED_ROWS}
`

/** One round. Dropping goes by whole partitions, the oldest first, and never touches the one that is being written. */
export async function upkeep(link: Link, retention: Retention, now: number): Promise<void> {
  await link.run(FORGET)
  await link.run(MERGE)
  await link.run("DELETE FROM node WHERE at < now() - interval '7 days'")
  await link.run("DELETE FROM life_sign WHERE at < now() - interval '5 minutes'")
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
