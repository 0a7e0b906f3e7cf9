/** Follows a platform's log through any interruption: every entry once, in order, and the state of the line told. */
import type {Clock} from '../lib/clock.ts'
import {isCitywatchError} from '../lib/errors.ts'
import {type SafeText, safeText} from '../lib/safe-text.ts'
import type {LogEntry, Position} from '../model/log-entry.ts'
import type {EntryFilter, SkippedRange} from './filter.ts'
import {type Endpoint, remote} from './http-call.ts'
import {missing, type Passed} from './watch-page.ts'
import {polledEvents} from './watch-poll.ts'
import {eventStream, type StreamEvent} from './watch-stream.ts'

export type WatchMessage =
  | {readonly type: 'entry'; readonly entry: LogEntry}
  /** What the filter left out: go on behind it. Entries and skips together have every sequence once. */
  | ({readonly type: 'skip'} & SkippedRange)
  /** Proof of life, with the sequence of the platform's last entry. */
  | {readonly type: 'head'; readonly head: number}
  | {readonly type: 'link'; readonly link: 'connecting' | 'live' | 'lost'; readonly detail: SafeText}
  /** The log that was followed is gone: what was seen may be wrong. Take a new snapshot; the watch goes on from here. */
  | {readonly type: 'reset'; readonly position: Position}

export interface WatchOptions {
  readonly clock: Clock
  /** Ends the watch. */
  readonly signal: AbortSignal
  /** Absent: everything. */
  readonly filter?: EntryFilter
  /** Numbers in [0, 1) that spread reconnections out. */
  readonly random?: () => number
}

const BACKOFF_FIRST_MS = 500
const BACKOFF_MAX_MS = 15_000
/** Without a heartbeat for this long the stream does not get through: the log is asked for instead. */
const FALL_BACK_MS = 30_000
/** How long the log is asked for before the stream is tried again, and how long its first heartbeat may then take. */
const POLL_FOR_MS = 10 * 60_000
const RETRY_PATIENCE_MS = 3_000

/** `retry`: the stream once more, while polls are known to get through. */
type Mode = 'stream' | 'poll' | 'retry'

/** Reconnects for ever from the last entry. Ends only when `signal` aborts or the reader stops; never throws. */
export function watch(endpoint: Endpoint, after: Position, options: WatchOptions): AsyncGenerator<WatchMessage> {
  return new Watch(endpoint, after, options).run()
}

class Watch {
  readonly #endpoint: Endpoint
  readonly #options: WatchOptions
  #position: Position
  #mode: Mode = 'stream'
  /** When a heartbeat came last, or the watch began. */
  #provenAt: number
  /** Connections in a row that brought nothing. */
  #failures = 0

  constructor(endpoint: Endpoint, after: Position, options: WatchOptions) {
    this.#endpoint = endpoint
    this.#options = options
    this.#position = after
    this.#provenAt = options.clock.now()
  }

  async *run(): AsyncGenerator<WatchMessage> {
    const {signal} = this.#options
    while (!signal.aborted) {
      yield link('connecting', this.#endpoint.url)
      let failure: unknown
      try {
        yield* this.#connection()
      } catch (error) {
        failure = error
      }
      if (signal.aborted) return
      if (this.#goesOn(failure)) continue
      yield link('lost', failure === undefined ? 'the platform ended the stream' : reasonOf(failure))
      await this.#pause()
    }
  }

  /** Chooses how to connect next. True when the line is not lost by that: polls get through, before and after. */
  #goesOn(failure: unknown): boolean {
    const before = this.#mode
    const isSilent = isCitywatchError(failure, 'CW_TIMEOUT')
    const isOverdue = this.#options.clock.now() - this.#provenAt >= FALL_BACK_MS
    if (before === 'poll') this.#mode = failure === undefined ? 'retry' : 'stream'
    else this.#mode = isSilent && (before === 'retry' || isOverdue) ? 'poll' : 'stream'
    return (before === 'poll' && failure === undefined) || (before === 'retry' && isSilent)
  }

  #events(): AsyncGenerator<StreamEvent> {
    const {clock, signal, filter} = this.#options
    const options = {clock, signal, ...(filter === undefined ? {} : {filter})}
    if (this.#mode === 'poll') return polledEvents(this.#endpoint, this.#position, {...options, forMs: POLL_FOR_MS})
    const patience = this.#mode === 'retry' ? {firstBytesMs: RETRY_PATIENCE_MS} : {}
    return eventStream(this.#endpoint, this.#position, {...options, ...patience})
  }

  async *#connection(): AsyncGenerator<WatchMessage> {
    for await (const event of this.#events()) {
      if (event.type === 'open') {
        yield link('live', this.#endpoint.url)
        continue
      }
      this.#failures = 0
      if (event.type === 'head') this.#proven()
      if (event.type === 'entry' || event.type === 'skip') {
        yield* this.#upTo(event)
        continue
      }
      if (event.type === 'reset') this.#position = event.position
      yield event
    }
  }

  #proven(): void {
    this.#provenAt = this.#options.clock.now()
    if (this.#mode === 'retry') this.#mode = 'stream'
  }

  /** An entry or a skip with what is missing before it; nothing when it came already. Throws CW_PROTOCOL_REMOTE. */
  async *#upTo(event: Extract<StreamEvent, {type: 'entry' | 'skip'}>): AsyncGenerator<WatchMessage> {
    const {signal, filter} = this.#options
    if (event.epoch !== this.#position.epoch) throw remote('an entry of another log')
    const {from, to} = event.type === 'entry' ? {from: event.entry.seq, to: event.entry.seq} : event
    if (to <= this.#position.seq) return
    for await (const earlier of missing(this.#endpoint, this.#position, from - 1, filter, signal)) {
      yield this.#passed(earlier)
    }
    if (to <= this.#position.seq) return
    // A skip may begin before what is known already.
    if (event.type === 'entry') yield this.#passed({type: 'entry', entry: event.entry})
    else yield this.#passed({type: 'skip', from: this.#position.seq + 1, to})
  }

  #passed(passed: Passed): WatchMessage {
    this.#position = {epoch: this.#position.epoch, seq: passed.type === 'entry' ? passed.entry.seq : passed.to}
    return passed
  }

  /** Full jitter: somewhere between at once and the cap, which doubles. */
  async #pause(): Promise<void> {
    const {clock, signal, random = Math.random} = this.#options
    const cap = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(this.#failures++, 16))
    await clock.sleep(random() * cap, signal).catch(() => undefined)
  }
}

function reasonOf(failure: unknown): string {
  return isCitywatchError(failure) ? `${failure.code} ${failure.params.detail ?? ''}`.trim() : String(failure)
}

function link(state: 'connecting' | 'live' | 'lost', detail: string): WatchMessage {
  return {type: 'link', link: state, detail: safeText(detail, 200)}
}
