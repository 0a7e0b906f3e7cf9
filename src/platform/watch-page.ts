/** Pages of a platform's log for a watcher: what each has and what it leaves out, in order, without a hole. */
import type {LogEntry, Position} from '../model/log-entry.ts'
import {type EventPage, MAX_PAGE} from './contract.ts'
import {type EntryFilter, filterQuery, type SkippedRange} from './filter.ts'
import {call, type Endpoint, remote} from './http-call.ts'
import {positionText} from './position.ts'

export type Passed =
  | {readonly type: 'entry'; readonly entry: LogEntry}
  /** What the filter left out. */
  | ({readonly type: 'skip'} & SkippedRange)

export interface PageWish {
  readonly filter?: EntryFilter | undefined
  readonly limit?: number
  /** How long the platform may wait for something to tell, s. */
  readonly waitS?: number
}

/** Throws what `call` throws: CW_CONFLICT when the log cannot be read on from there. */
export async function eventsAfter(
  endpoint: Endpoint,
  after: Position,
  {filter = {}, limit = MAX_PAGE, waitS = 0}: PageWish,
  signal: AbortSignal,
): Promise<EventPage> {
  const query = {after: positionText(after), limit, ...filterQuery(filter), ...(waitS > 0 ? {wait: waitS} : {})}
  const patient = {...endpoint, timeoutMs: endpoint.timeoutMs + waitS * 1_000}
  return call(patient, 'GET /v1/events', query, null, signal)
}

/** Throws CW_PROTOCOL_REMOTE unless items and skips have every sequence from behind `after` to `upTo` once. */
export function passedInOrder({items, skips = [], upTo}: EventPage, after: number): readonly Passed[] {
  const passed: Passed[] = [
    ...items.map((entry) => ({type: 'entry', entry}) as const),
    ...skips.map((range) => ({type: 'skip', ...range}) as const),
  ].sort((a, b) => firstOf(a) - firstOf(b))
  let seq = after
  for (const one of passed) {
    if (firstOf(one) !== seq + 1) throw remote(`entry ${seq + 1} is missing`)
    seq = one.type === 'entry' ? one.entry.seq : one.to
  }
  if (seq !== upTo && upTo > after) throw remote(`entries ${seq + 1} to ${upTo} are missing`)
  return passed
}

/** What lies after a position up to a sequence, from the log. Throws CW_PROTOCOL_REMOTE when it does not have it all. */
export async function* missing(
  endpoint: Endpoint,
  after: Position,
  last: number,
  filter: EntryFilter | undefined,
  signal: AbortSignal,
): AsyncGenerator<Passed> {
  let {seq} = after
  while (seq < last) {
    const wish = {filter, limit: Math.min(MAX_PAGE, last - seq)}
    const page = await eventsAfter(endpoint, {epoch: after.epoch, seq}, wish, signal)
    const passed = passedInOrder(page, seq)
    if (passed.length === 0) throw remote(`entries ${seq + 1} to ${last} are missing`)
    yield* passed
    seq = page.upTo
  }
}

function firstOf(passed: Passed): number {
  return passed.type === 'entry' ? passed.entry.seq : passed.from
}
