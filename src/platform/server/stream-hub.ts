/** Sends the log to everyone who watches: from the disk until they have caught up, then live, without a gap between. */
import type {ServerResponse} from 'node:http'
import type {EventLog, LogRow} from '../store/port.ts'
import {heartbeatText, streamText} from './stream-text.ts'

/** Bytes that may wait for a slow client before it is fed from the log at its own pace. */
const MAX_BUFFERED_BYTES = 1024 * 1024
/** Rows read at a time for one client. */
const FEED_ROWS = 500
/** A client that takes nothing for this many heartbeats is dropped. */
const MAX_STALLED_BEATS = 12

export class StreamHub {
  readonly #store: EventLog
  readonly #clients = new Set<Client>()
  readonly #unfollow: () => void

  constructor(store: EventLog) {
    this.#store = store
    this.#unfollow = store.follow((rows) => this.#publish(rows))
  }

  get size(): number {
    return this.#clients.size
  }

  /** Sends everything after `seq`, then what comes. The response's head has been written. */
  add(response: ServerResponse, seq: number): void {
    const client = new Client(this.#store, response, seq)
    this.#clients.add(client)
    response.once('close', () => this.#clients.delete(client))
    void client.feed()
  }

  /** Heartbeat to everyone who takes it. */
  beat(): void {
    const bytes = Buffer.from(heartbeatText(this.#store.head()))
    for (const client of this.#clients) client.beat(bytes)
  }

  close(): void {
    this.#unfollow()
    for (const client of this.#clients) client.end()
  }

  /** Encoded once, however many clients listen. */
  #publish(rows: readonly LogRow[]): void {
    if (this.#clients.size === 0) return
    const bytes = Buffer.from(streamText(this.#store.epoch, rows))
    const first = rows[0]?.seq ?? 0
    for (const client of this.#clients) client.offer(bytes, first, first + rows.length - 1)
  }
}

class Client {
  readonly #store: EventLog
  readonly #response: ServerResponse
  /** Sequence of the last row written to the socket. */
  #seq: number
  #stalledBeats = 0
  /** Rows are being read for it: what is told of in the meantime is behind them, and is read after them. */
  #feeding = false
  /** There may be rows that it has not got. */
  #behind = false

  constructor(store: EventLog, response: ServerResponse, seq: number) {
    this.#store = store
    this.#response = response
    this.#seq = seq
    response.on('drain', () => {
      this.#stalledBeats = 0
      if (this.#seq < store.head()) void this.feed()
    })
  }

  /** Writes from the log until the client has everything, or is full: then `drain` goes on. */
  async feed(): Promise<void> {
    this.#behind = true
    if (this.#feeding) return
    this.#feeding = true
    try {
      while (this.#behind && !this.#full()) {
        this.#behind = false
        const rows = await this.#store.read(this.#seq, FEED_ROWS)
        const last = rows.at(-1)
        if (last === undefined || this.#gone()) continue
        this.#behind = true
        this.#seq = last.seq
        this.#response.write(streamText(this.#store.epoch, rows))
      }
    } catch {
      this.#response.destroy() // the disk does not read: the client comes back from its position
    } finally {
      this.#feeding = false
    }
  }

  /** Live rows. A client that is full leaves them on the disk; one that is behind gets them from there, in order. */
  offer(bytes: Buffer, first: number, last: number): void {
    if (last <= this.#seq || this.#full()) return
    if (this.#feeding || first !== this.#seq + 1) {
      void this.feed()
      return
    }
    this.#seq = last
    this.#response.write(bytes)
  }

  beat(bytes: Buffer): void {
    if (!this.#response.writableNeedDrain) {
      this.#stalledBeats = 0
      this.#response.write(bytes)
    } else if (++this.#stalledBeats > MAX_STALLED_BEATS) this.#response.destroy()
  }

  end(): void {
    this.#response.end()
  }

  #full(): boolean {
    return this.#gone() || this.#response.writableLength > MAX_BUFFERED_BYTES
  }

  #gone(): boolean {
    return this.#response.destroyed || this.#response.writableEnded
  }
}
