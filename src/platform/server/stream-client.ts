/** One watcher: live while it keeps up, else fed from the log at its own pace. What waits for it in memory is bounded. */
import type {ServerResponse} from 'node:http'
import {setImmediate as turn} from 'node:timers/promises'
import type {EventLog, LogRow} from '../store/port.ts'
import {type Matcher, SeenRow} from './entry-filter.ts'
import {eventText, gapText, resetText} from './stream-text.ts'

/** Bytes that may wait for a slow client before it is fed from the log at its own pace. */
const MAX_BUFFERED_BYTES = 1024 * 1024
/** Rows read at a time for one client. */
const FEED_ROWS = 500
/** A client that takes nothing for this many heartbeats is dropped. */
const MAX_STALLED_BEATS = 12

/** Live rows for all who have one filter. */
export interface Batch {
  readonly first: number
  readonly last: number
  /** Up to where its receivers must have been told for `bytes` to join on without a gap, and are told afterwards. */
  readonly from: number
  readonly told: number
  /** Absent: none of the rows passes the filter. */
  readonly bytes: Buffer | undefined
}

/** What was left out up to `seq`, for those who have been told up to `from`. */
interface QuietSkip {
  readonly from: number
  readonly seq: number
  /** Empty: nothing was. */
  readonly bytes: Buffer
}

export interface StreamClientOptions {
  readonly log: EventLog
  readonly response: ServerResponse
  readonly matches: Matcher
  /** Sequence of the last row that was offered to everybody: behind it the live rows go on. */
  readonly offered: () => number
}

export class StreamClient {
  readonly #options: StreamClientOptions
  /** Sequence of the last row that was looked at, and up to which the client has been told: skips may come later. */
  #seq: number
  #told: number
  #isFeeding = false
  #stalledBeats = 0

  constructor(options: StreamClientOptions, seq: number) {
    this.#options = options
    this.#seq = seq
    this.#told = seq
    options.response.on('drain', () => {
      this.#stalledBeats = 0
      if (this.#seq < options.offered()) this.feed()
    })
  }

  /** Writes from the log until the client has everything, or is full: then `drain` goes on. */
  feed(): void {
    if (!this.#isFeeding) void this.#catchUp()
  }

  /** Live rows. A client that is full leaves them on the disk; one that is behind gets them from there, in order. */
  offer({first, last, from, told, bytes}: Batch): void {
    if (this.#isFeeding || last <= this.#seq) return
    if (first !== this.#seq + 1 || this.#told < from) {
      this.feed()
      return
    }
    if (bytes !== undefined) {
      if (this.#isFull()) return
      this.#options.response.write(bytes)
      this.#told = told
    }
    this.#seq = last
  }

  beat(heartbeat: Buffer, skip: QuietSkip): void {
    const {response} = this.#options
    if (response.writableNeedDrain) {
      if (++this.#stalledBeats > MAX_STALLED_BEATS) response.destroy()
      return
    }
    this.#stalledBeats = 0
    if (skip.bytes.length > 0 && !this.#isFeeding && this.#seq === skip.seq && this.#told >= skip.from) {
      response.write(skip.bytes)
      this.#told = skip.seq
    }
    response.write(heartbeat)
  }

  end(): void {
    this.#options.response.end()
  }

  async #catchUp(): Promise<void> {
    const {log, offered, response} = this.#options
    this.#isFeeding = true
    try {
      while (!this.#isFull() && this.#seq < offered()) {
        const rows = await log.read(this.#seq, FEED_ROWS)
        if (this.#isGone()) return
        this.#writeRows(rows)
        await turn() // others have their turn: a filter may let nothing through for long
      }
      // From here to the end of this function nothing else runs: what is offered next joins on.
      if (!this.#isFull()) this.#writeSkip()
    } catch {
      response.destroy() // the disk does not read: the client comes back from its position
    } finally {
      this.#isFeeding = false
    }
  }

  #writeRows(rows: readonly LogRow[]): void {
    const last = rows.at(-1)
    if (last === undefined || rows[0]?.seq !== this.#seq + 1) {
      this.#reset()
      return
    }
    const {log, response, matches} = this.#options
    let text = ''
    for (const row of rows) {
      if (!matches(new SeenRow(row))) continue
      text += gapText(log.epoch, this.#told, row.seq) + eventText(log.epoch, row)
      this.#told = row.seq
    }
    this.#seq = last.seq
    if (text !== '') response.write(text)
  }

  /** What was left out since the last row that passed. */
  #writeSkip(): void {
    const {log, response} = this.#options
    if (this.#told < this.#seq) response.write(gapText(log.epoch, this.#told, this.#seq + 1))
    this.#told = this.#seq
  }

  /** What comes next is no longer kept: the client takes a new snapshot. */
  #reset(): void {
    const {log, response, offered} = this.#options
    this.#seq = offered()
    this.#told = this.#seq
    response.write(resetText({epoch: log.epoch, seq: this.#seq}))
  }

  #isFull(): boolean {
    return this.#isGone() || this.#options.response.writableLength > MAX_BUFFERED_BYTES
  }

  #isGone(): boolean {
    const {response} = this.#options
    return response.destroyed || response.writableEnded
  }
}
