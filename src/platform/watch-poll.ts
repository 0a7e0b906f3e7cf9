/** The log by long polls, for lines over which the event stream does not get through: the same events, the same cursor. */
import type {Clock} from '../lib/clock.ts'
import {isCitywatchError} from '../lib/errors.ts'
import type {Position} from '../model/log-entry.ts'
import {type EventPage, HEARTBEAT_MS} from './contract.ts'
import type {EntryFilter} from './filter.ts'
import {call, type Endpoint} from './http-call.ts'
import {eventsAfter, passedInOrder} from './watch-page.ts'
import type {StreamEvent} from './watch-stream.ts'

export interface PollOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly filter?: EntryFilter
  /** Ends after this, so that the stream is tried again, ms. */
  readonly forMs: number
}

/** No longer than a heartbeat: an empty answer is the proof of life. */
const WAIT_S = HEARTBEAT_MS / 1_000

/** Ends when its time is over. Throws when the platform does not answer, refuses, or answers with nonsense. */
export async function* polledEvents(
  endpoint: Endpoint,
  after: Position,
  {clock, signal, filter, forMs}: PollOptions,
): AsyncGenerator<StreamEvent> {
  const endsAt = clock.now() + forMs
  let position = after
  let waitS = 0 // the first answer tells at once that there is a line
  while (clock.now() < endsAt) {
    const page = await pageOrReset(endpoint, position, {filter, waitS}, signal)
    if (waitS === 0) yield {type: 'open'}
    waitS = WAIT_S
    if ('reset' in page) {
      position = page.reset
      yield {type: 'reset', position}
      continue
    }
    const {epoch, head, upTo} = page
    for (const passed of passedInOrder(page, position.seq)) yield {...passed, epoch}
    position = {epoch, seq: Math.max(position.seq, upTo)}
    yield {type: 'head', head}
  }
}

async function pageOrReset(
  endpoint: Endpoint,
  after: Position,
  wish: {readonly filter: EntryFilter | undefined; readonly waitS: number},
  signal: AbortSignal,
): Promise<EventPage | {readonly reset: Position}> {
  try {
    return await eventsAfter(endpoint, after, wish, signal)
  } catch (error) {
    if (!isCitywatchError(error, 'CW_CONFLICT')) throw error
    const {epoch, head} = await call(endpoint, 'GET /v1/status', {}, null, signal)
    return {reset: {epoch, seq: head}}
  }
}
