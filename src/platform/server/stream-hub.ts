/** Sends the log to everyone who watches: from the disk until they have caught up, then live, without a gap between. */
import type {ServerResponse} from 'node:http'
import {performance} from 'node:perf_hooks'
import type {EntryFilter} from '../filter.ts'
import type {EventLog, LogRow} from '../store/port.ts'
import {filterKey, type Matcher, matcherOf, SeenRow} from './entry-filter.ts'
import {type Batch, StreamClient} from './stream-client.ts'
import {eventText, gapText, heartbeatText} from './stream-text.ts'

/**
 * Rows are gathered before they are sent, longer the more watchers there are: what a write costs is paid for each of them.
 * One watcher gets every commit at once, from this many on all get one buffer every MAX_TICK_MS.
 */
const MAX_TICK_MS = 30
const WATCHERS_FOR_MAX_TICK = 200

/** Watchers with one filter: what they get is one buffer. */
class Group {
  readonly filter: EntryFilter | undefined
  readonly matches: Matcher
  readonly clients = new Set<StreamClient>()
  /** Sequence up to which those that keep up have been told, by entries or by skips. */
  told: number

  constructor(filter: EntryFilter | undefined, told: number) {
    this.filter = filter
    this.matches = matcherOf(filter)
    this.told = told
  }
}

export class StreamHub {
  readonly #store: EventLog
  readonly #groups = new Map<string, Group>()
  readonly #unfollow: () => void
  #size = 0
  /** Sequence of the last row that was offered to everybody. */
  #seq: number
  #pending: LogRow[] = []
  #flushedAt = 0
  #timer: NodeJS.Timeout | undefined

  constructor(store: EventLog) {
    this.#store = store
    this.#seq = store.head()
    this.#unfollow = store.follow((rows) => this.#take(rows))
  }

  get size(): number {
    return this.#size
  }

  /** Sends what passes the filter of everything after `seq`, then of what comes. The response's head has been written. */
  add(response: ServerResponse, seq: number, filter?: EntryFilter): void {
    const key = filterKey(filter)
    const group = this.#groups.get(key) ?? new Group(filter, this.#seq)
    this.#groups.set(key, group)
    const {matches} = group
    const client = new StreamClient({log: this.#store, response, matches, offered: () => this.#seq}, seq)
    group.clients.add(client)
    this.#size++
    response.once('close', () => {
      this.#size--
      group.clients.delete(client)
      if (group.clients.size === 0 && this.#groups.get(key) === group) this.#groups.delete(key)
    })
    client.feed()
  }

  /** Heartbeat to everyone who takes it, with what was left out since it was last told. */
  beat(): void {
    this.#flush()
    const heartbeat = Buffer.from(heartbeatText(this.#store.head()))
    for (const group of this.#groups.values()) {
      const from = group.told
      const skip = Buffer.from(gapText(this.#store.epoch, from, this.#seq + 1))
      group.told = this.#seq
      for (const client of group.clients) client.beat(heartbeat, {from, seq: this.#seq, bytes: skip})
    }
  }

  close(): void {
    this.#unfollow()
    clearTimeout(this.#timer)
    this.#flush()
    for (const {clients} of this.#groups.values()) for (const client of clients) client.end()
  }

  #take(rows: readonly LogRow[]): void {
    for (const row of rows) this.#pending.push(row)
    if (this.#timer !== undefined) return
    const tickMs = (MAX_TICK_MS * Math.min(this.#size, WATCHERS_FOR_MAX_TICK)) / WATCHERS_FOR_MAX_TICK
    const waitMs = this.#flushedAt + tickMs - performance.now()
    if (waitMs < 1) this.#flush()
    else this.#timer = setTimeout(() => this.#flush(), waitMs)
  }

  /** Each row is made text once, each filter asked once, and the bytes shared by all who have it. */
  #flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const rows = this.#pending
    const [first, last] = [rows[0]?.seq, rows.at(-1)?.seq]
    if (first === undefined || last === undefined) return
    this.#pending = []
    this.#flushedAt = performance.now()
    this.#seq = last
    const told = new Told(this.#store.epoch, rows)
    for (const group of this.#groups.values()) {
      const from = group.told
      const bytes = told.bytesFor(group)
      const batch: Batch = {first, last, from, told: group.told, bytes}
      for (const client of group.clients) client.offer(batch)
    }
  }
}

/** Rows on their way to several groups. */
class Told {
  readonly #epoch: string
  readonly #rows: readonly SeenRow[]
  readonly #texts: string[] = []

  constructor(epoch: string, rows: readonly LogRow[]) {
    this.#epoch = epoch
    this.#rows = rows.map((row) => new SeenRow(row))
  }

  /** What passes, each with the skip before it; undefined when nothing does. Moves `told` on. */
  bytesFor(group: Group): Buffer | undefined {
    let text = ''
    for (const [index, seen] of this.#rows.entries()) {
      if (!group.matches(seen)) continue
      const {seq} = seen.row
      text += gapText(this.#epoch, group.told, seq) + this.#textOf(index, seen)
      group.told = seq
    }
    return text === '' ? undefined : Buffer.from(text)
  }

  #textOf(index: number, {row}: SeenRow): string {
    this.#texts[index] ??= eventText(this.#epoch, row)
    return this.#texts[index]
  }
}
