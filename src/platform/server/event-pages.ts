/** GET /v1/events: a page of the log behind a position, with what a filter has left out; waits for something to tell. */
import {setImmediate as turn} from 'node:timers/promises'
import type {Clock} from '../../lib/clock.ts'
import type {LogEntry} from '../../model/log-entry.ts'
import type {EventPage} from '../contract.ts'
import type {SkippedRange} from '../filter.ts'
import {type Json, json, jsonArray, jsonObject} from '../json.ts'
import type {EventsRequest} from '../parse/request.ts'
import type {EventLog, LogRow} from '../store/port.ts'
import {type Matcher, matcherOf, SeenRow} from './entry-filter.ts'

/** Rows looked at for one page: behind them the reader asks again, however little passed. */
const MAX_LOOKED_AT = 20_000
const READ_ROWS = 2_000
/** A page ends early when its entries are this many characters together. */
const MAX_PAGE_CHARS = 8 * 1024 * 1024

interface Looked {
  readonly rows: readonly LogRow[]
  /** Sequence up to which the rows are all that pass. */
  readonly upTo: number
}

/** `stop` aborts when nobody waits for the answer any more. The position is one that the log can be read on from. */
export async function eventPage(
  log: EventLog,
  {after, limit, waitMs, filter}: EventsRequest,
  clock: Clock,
  stop: AbortSignal,
): Promise<Json<EventPage>> {
  const matches = matcherOf(filter)
  let {rows, upTo} = await passing(log, after.seq, limit, matches)
  if (rows.length === 0 && upTo >= log.head() && waitMs > 0) {
    upTo = await quietUntil(log, upTo, matches, clock, waitMs, stop)
    ;({rows, upTo} = await passing(log, upTo, limit, matches))
  }
  const skips = skippedBetween(after.seq, rows, upTo)
  return jsonObject<EventPage>({
    epoch: json(log.epoch),
    head: json(Math.max(log.head(), upTo)), // the disk may have more than has been told of
    upTo: json(upTo),
    items: jsonArray<LogEntry>(rows.map(({entry}) => entry)),
    skips: skips.length === 0 ? undefined : json(skips),
  })
}

/** At most `limit` rows that pass, fewer when they are large, and how far was looked. */
async function passing(log: EventLog, after: number, limit: number, matches: Matcher): Promise<Looked> {
  const rows: LogRow[] = []
  let upTo = after
  let chars = 0
  while (rows.length < limit && chars < MAX_PAGE_CHARS && upTo - after < MAX_LOOKED_AT) {
    if (upTo > after) await turn() // others have their turn: a filter may let nothing through for long
    const some = await log.read(upTo, Math.min(READ_ROWS, limit - rows.length))
    for (const row of some) {
      if (!matches(new SeenRow(row))) continue
      rows.push(row)
      chars += row.entry.length
    }
    upTo = some.at(-1)?.seq ?? upTo
    if (some.length === 0 || upTo >= log.head()) break
  }
  return {rows, upTo}
}

/** Resolves before the next row that passes, after `waitMs`, or when `stop` aborts: with the last sequence before that. */
async function quietUntil(
  log: EventLog,
  after: number,
  matches: Matcher,
  clock: Clock,
  waitMs: number,
  stop: AbortSignal,
): Promise<number> {
  let quiet = after
  const done = new AbortController()
  const unfollow = log.follow((rows) => {
    if (done.signal.aborted) return
    const first = rows.find((row) => row.seq > quiet && matches(new SeenRow(row)))
    quiet = Math.max(quiet, first === undefined ? (rows.at(-1)?.seq ?? quiet) : first.seq - 1)
    if (first !== undefined) done.abort()
  })
  await clock.sleep(waitMs, AbortSignal.any([stop, done.signal])).catch(() => undefined)
  unfollow()
  return quiet
}

/** What lies between a position and each of the rows that passed, up to `upTo`: with the rows, every sequence once. */
function skippedBetween(after: number, passed: readonly LogRow[], upTo: number): SkippedRange[] {
  const ranges: SkippedRange[] = []
  let told = after
  for (const {seq} of passed) {
    if (seq > told + 1) ranges.push({from: told + 1, to: seq - 1})
    told = seq
  }
  if (upTo > told) ranges.push({from: told + 1, to: upTo})
  return ranges
}
