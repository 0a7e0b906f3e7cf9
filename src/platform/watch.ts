/** Follows a platform's log through any interruption: every entry once, in order, and the state of the line told. */
import type {Clock} from '../lib/clock.ts'
import {isCitywatchError} from '../lib/errors.ts'
import {type SafeText, safeText} from '../lib/safe-text.ts'
import type {LogEntry, Position} from '../model/log-entry.ts'
import {MAX_PAGE} from './contract.ts'
import {call, type Endpoint, remote} from './http-call.ts'
import {positionText} from './position.ts'
import {eventStream, type StreamEvent} from './watch-stream.ts'

export type WatchMessage =
  | {readonly type: 'entry'; readonly entry: LogEntry}
  /** Proof of life, with the sequence of the platform's last entry. */
  | {readonly type: 'head'; readonly head: number}
  | {readonly type: 'link'; readonly link: 'connecting' | 'live' | 'lost'; readonly detail: SafeText}
  /** The log that was followed is gone: what was seen may be wrong. Take a new snapshot; the watch goes on from here. */
  | {readonly type: 'reset'; readonly position: Position}

export interface WatchOptions {
  readonly clock: Clock
  /** Ends the watch. */
  readonly signal: AbortSignal
  /** Numbers in [0, 1) that spread reconnections out. */
  readonly random?: () => number
}

const BACKOFF_FIRST_MS = 500
const BACKOFF_MAX_MS = 15_000

/** Reconnects for ever from the last entry. Ends only when `signal` aborts or the reader stops; never throws. */
export function watch(endpoint: Endpoint, after: Position, options: WatchOptions): AsyncGenerator<WatchMessage> {
  return new Watch(endpoint, after, options).run()
}

class Watch {
  readonly #endpoint: Endpoint
  readonly #options: WatchOptions
  #position: Position
  /** Connections in a row that brought nothing. */
  #failures = 0

  constructor(endpoint: Endpoint, after: Position, options: WatchOptions) {
    this.#endpoint = endpoint
    this.#options = options
    this.#position = after
  }

  async *run(): AsyncGenerator<WatchMessage> {
    const {signal} = this.#options
    while (!signal.aborted) {
      yield link('connecting', this.#endpoint.url)
      let detail = 'the platform ended the stream'
      try {
        yield* this.#connection()
      } catch (error) {
        detail = isCitywatchError(error) ? `${error.code} ${error.params.detail ?? ''}`.trim() : String(error)
      }
      if (signal.aborted) return
      yield link('lost', detail)
      await this.#pause()
    }
  }

  async *#connection(): AsyncGenerator<WatchMessage> {
    for await (const event of eventStream(this.#endpoint, this.#position, this.#options)) {
      if (event.type === 'open') {
        yield link('live', this.#endpoint.url)
        continue
      }
      this.#failures = 0
      if (event.type === 'entry') {
        yield* this.#upTo(event)
        continue
      }
      if (event.type === 'reset') this.#position = event.position
      yield event
    }
  }

  /** An entry with those that are missing before it; nothing when it came already. Throws CW_PROTOCOL_REMOTE. */
  async *#upTo({epoch, entry}: Extract<StreamEvent, {type: 'entry'}>): AsyncGenerator<WatchMessage> {
    if (epoch !== this.#position.epoch) throw remote('an entry of another log')
    if (entry.seq <= this.#position.seq) return
    for await (const earlier of missing(this.#endpoint, this.#position, entry.seq - 1, this.#options.signal)) {
      yield this.#passed(earlier)
    }
    yield this.#passed(entry)
  }

  #passed(entry: LogEntry): WatchMessage {
    this.#position = {epoch: this.#position.epoch, seq: entry.seq}
    return {type: 'entry', entry}
  }

  /** Full jitter: somewhere between at once and the cap, which doubles. */
  async #pause(): Promise<void> {
    const {clock, signal, random = Math.random} = this.#options
    const cap = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(this.#failures++, 16))
    await clock.sleep(random() * cap, signal).catch(() => undefined)
  }
}

/** The entries after a position up to a sequence, from the log. Throws CW_PROTOCOL_REMOTE when it does not have them all. */
async function* missing(
  endpoint: Endpoint,
  after: Position,
  last: number,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  let {seq} = after
  while (seq < last) {
    const query = {after: positionText({epoch: after.epoch, seq}), limit: Math.min(MAX_PAGE, last - seq)}
    const {items} = await call(endpoint, 'GET /v1/events', query, null, signal)
    if (items.length === 0) throw remote(`entries ${seq + 1} to ${last} are missing`)
    for (const entry of items) {
      if (entry.seq !== ++seq) throw remote(`entry ${seq} is missing`)
      yield entry
    }
  }
}

function link(state: 'connecting' | 'live' | 'lost', detail: string): WatchMessage {
  return {type: 'link', link: state, detail: safeText(detail, 200)}
}
