/** One connection to a platform's event stream, as parsed events. */
import {createParser} from 'eventsource-parser'
import {request} from 'undici'
import type {Clock} from '../lib/clock.ts'
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import type {LogEntry, Position} from '../model/log-entry.ts'
import {HEARTBEAT_HEADER, HEARTBEAT_MS, RESET_EVENT, SKIP_EVENT, STREAM_PATH} from './contract.ts'
import {type EntryFilter, filterQuery, type SkippedRange} from './filter.ts'
import {authorization, type Endpoint, notConnected, refused, remote, through} from './http-call.ts'
import {parseEntry, unreadableEntry} from './parse/alarm.ts'
import {Fields} from './parse/fields.ts'
import {position as parsePositionValue, skippedRange} from './parse/reply.ts'
import {parsePosition, positionText} from './position.ts'

export type StreamEvent =
  | {readonly type: 'open'}
  | {readonly type: 'head'; readonly head: number}
  | {readonly type: 'entry'; readonly epoch: string; readonly entry: LogEntry}
  /** What the filter left out. */
  | ({readonly type: 'skip'; readonly epoch: string} & SkippedRange)
  | {readonly type: 'reset'; readonly position: Position}

/** Longest wait for the reply's head, and heartbeats without a byte after which the line is taken for dead. */
const OPEN_TIMEOUT_MS = 5_000
const MISSED_BEATS = 3
const MAX_HEARTBEAT_MS = 120_000
/** Characters that one event may have. */
const MAX_EVENT_CHARS = 4 * 1024 * 1024
const MAX_ERROR_BYTES = 64 * 1024

export interface StreamOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly filter?: EntryFilter
  /** Longest wait for the first bytes behind the reply's head, which the platform sends at once; absent: three heartbeats. */
  readonly firstBytesMs?: number
}

/** Ends when the platform ends it. Throws when the line breaks, is silent, is refused, or carries nonsense. */
export async function* eventStream(
  endpoint: Endpoint,
  after: Position,
  {clock, signal, filter = {}, firstBytesMs}: StreamOptions,
): AsyncGenerator<StreamEvent> {
  const stop = new AbortController()
  const line = AbortSignal.any([signal, stop.signal])
  try {
    const {statusCode, headers, body} = await within(OPEN_TIMEOUT_MS, clock, endpoint, () =>
      request(new URL(STREAM_PATH, endpoint.url), {
        query: {after: positionText(after), ...filterQuery(filter)},
        headers: {accept: 'text/event-stream', ...authorization(endpoint)},
        signal: line,
        headersTimeout: 0,
        bodyTimeout: 0,
        ...through(endpoint),
      }),
    )
    const chunks = body[Symbol.asyncIterator]()
    if (statusCode !== 200) throw refused(endpoint, statusCode, await errorValue(chunks, clock, endpoint))
    const silenceMs = MISSED_BEATS * heartbeatMs(headers[HEARTBEAT_HEADER])
    yield {type: 'open'}
    const parser = new StreamParser()
    for (let patienceMs = firstBytesMs ?? silenceMs; ; patienceMs = silenceMs) {
      const chunk = await within(patienceMs, clock, endpoint, () => chunks.next())
      if (chunk.done) return
      yield* parser.feed(chunk.value)
    }
  } catch (error) {
    if (isCitywatchError(error)) throw error
    throw notConnected(endpoint.url, error)
  } finally {
    stop.abort()
  }
}

class StreamParser {
  readonly #decoder = new TextDecoder()
  #events: StreamEvent[] = []
  #error: Error | undefined
  readonly #parser = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent: ({id, event, data}) => this.#take(() => eventOf(id, event, data)),
    onComment: (comment) => this.#take(() => heartbeatOf(comment)),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') this.#error ??= remote('an event without end')
    },
  })

  /** The events that these bytes complete. Throws CW_PROTOCOL_REMOTE. */
  feed(bytes: Uint8Array): StreamEvent[] {
    this.#parser.feed(this.#decoder.decode(bytes, {stream: true}))
    if (this.#error) throw this.#error
    const events = this.#events
    this.#events = []
    return events
  }

  #take(read: () => StreamEvent | undefined): void {
    try {
      const event = read()
      if (event) this.#events.push(event)
    } catch (error) {
      this.#error ??= remote(
        isCitywatchError(error) ? `${error.params.field} is no ${error.params.expected}` : 'an event that is not JSON',
      )
    }
  }
}

function eventOf(id: string | undefined, event: string | undefined, data: string): StreamEvent {
  const value: unknown = JSON.parse(data)
  if (event === RESET_EVENT) return {type: 'reset', position: parsePositionValue(value, RESET_EVENT)}
  const {epoch, seq} = parsePosition(id ?? '', 'id')
  if (event === SKIP_EVENT) return {type: 'skip', epoch, ...skippedRange(value, SKIP_EVENT)}
  const entry = entryOf(new Fields(value, 'event').raw('data'), seq)
  return {type: 'entry', epoch, entry}
}

/** An entry that this version cannot read must neither hide nor stop those behind it: it is shown as one that was refused. */
function entryOf(value: unknown, seq: number): LogEntry {
  try {
    const entry = parseEntry(value, 'entry')
    if (entry.seq === seq) return entry
  } catch (error) {
    if (!isCitywatchError(error)) throw error
    return unreadableEntry(seq, `${error.params.field} is ${error.params.value}`)
  }
  return unreadableEntry(seq, 'its number is not its id')
}

function heartbeatOf(comment: string): StreamEvent | undefined {
  const [, head] = /^\s*hb (\d{1,15})\s*$/.exec(comment) ?? []
  return head === undefined ? undefined : {type: 'head', head: Number(head)}
}

function heartbeatMs(header: string | string[] | undefined): number {
  const given = Number(header)
  return given > 0 && given <= MAX_HEARTBEAT_MS ? given : HEARTBEAT_MS
}

/** What `work` gives, or CW_TIMEOUT after `ms`; the caller then drops the line. */
async function within<T>(ms: number, clock: Clock, endpoint: Endpoint, work: () => Promise<T>): Promise<T> {
  const done = new AbortController()
  const late = clock.sleep(ms, done.signal).then(
    () => {
      throw new CitywatchError('CW_TIMEOUT', {target: endpoint.url, timeoutMs: ms})
    },
    () => new Promise<never>(() => {}),
  )
  try {
    return await Promise.race([work(), late])
  } finally {
    done.abort()
  }
}

async function errorValue(chunks: AsyncIterator<Uint8Array>, clock: Clock, endpoint: Endpoint): Promise<unknown> {
  const parts: Uint8Array[] = []
  let bytes = 0
  while (bytes <= MAX_ERROR_BYTES) {
    const chunk = await within(OPEN_TIMEOUT_MS, clock, endpoint, () => chunks.next())
    if (chunk.done) break
    parts.push(chunk.value)
    bytes += chunk.value.length
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch {
    return undefined // the status says enough
  }
}
