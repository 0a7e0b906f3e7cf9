/** Who of millions of devices has been silent for too long: any sign of life begins a device's time anew. No I/O, no clock. */
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import {WATCHED_KINDS, type WatchedKind} from '../../model/supervision.ts'
import {ALIVE, GONE, HEARD, MISSING, PRESUMED, STATE, TOLD, UNHEARD, UNSUPERVISED, WAITING} from './device-bits.ts'
import {grown, KeyTable} from './key-table.ts'
import {Places} from './places.ts'
import {TimerWheel} from './timer-wheel.ts'
import type {Change, WatchedDevice, WatchSummary} from './watched.ts'

/** Resolution of all times in it, ms. */
const TICK_MS = 100
/** Longest step of the clock that is believed whole, ms: for what is over it the process stood still, and nobody is late. */
const BELIEVED_MS = 1_000
/** A longer standstill begins everybody's time anew, ms: connections broke, and devices need their turn to come back. */
const STANDSTILL_MS = 5_000

/**
 * Its own time moves with a monotonic clock and never back, so that setting the wall clock does nothing. Times of devices
 * are in ticks of it. A device that is missing is in no slot of the wheel.
 */
export class Watch {
  readonly #keys: KeyTable
  readonly #wheel = new TimerWheel()
  readonly #places = new Places()
  #bits = new Uint8Array(0)
  /** When it was heard last, or when its time began. */
  #last = new Uint32Array(0)
  #interval = new Uint32Array(0)
  #place = new Uint32Array(0)
  #waiting: number[] = []
  #taken = 0
  #clockMs: number
  #timeMs = 0
  /** When all timers last began anew. */
  #since = 0
  /** When all were last given so much time more, in ticks, or their interval where that is less. */
  #renewed = 0
  #renewal = 0

  /** `now`: ms of a monotonic clock. `seed`: any number that senders do not know. */
  constructor(now: number, seed: number) {
    this.#clockMs = now
    this.#keys = new KeyTable(seed)
  }

  /** Devices that wait to be told to the log, at most. */
  get waiting(): number {
    return this.#waiting.length - this.#taken
  }

  reserve(devices: number): void {
    if (devices <= this.#bits.length) return
    this.#bits = grown(this.#bits, devices, Uint8Array)
    const room = this.#bits.length
    this.#keys.reserve(room)
    this.#wheel.reserve(room)
    this.#last = grown(this.#last, room, Uint32Array)
    this.#interval = grown(this.#interval, room, Uint32Array)
    this.#place = grown(this.#place, room, Uint32Array)
  }

  /** The log is read anew, as another one may have written it: `putMissing` follows for each that it has as missing, then `endLog`. */
  beginLog(): void {
    for (let number = 0; number < this.#keys.size; number++) this.#clear(number, TOLD)
  }

  /**
   * One that the log says is missing: it stays so until it is heard, unless it was heard within its time. One that the
   * inventory did not tell of yet is presumed to be in it until `settle`.
   */
  putMissing(kind: WatchedKind, id: string, jurisdiction: Jurisdiction, now: number): void {
    this.#observe(now)
    const known = this.#keys.find(WATCHED_KINDS.indexOf(kind), id)
    const number = known < 0 ? this.#numberOf(kind, id, jurisdiction) : known
    this.#set(number, known < 0 ? TOLD | PRESUMED : TOLD)
    const isSilent = this.#state(number) === UNHEARD || (this.#state(number) === ALIVE && this.#isOverdue(number))
    if (known >= 0 && !isSilent) return
    this.#wheel.remove(number)
    this.#become(number, MISSING)
  }

  /** All that the log has as missing were put: whatever differs waits to be told. */
  endLog(): void {
    for (let number = 0; number < this.#keys.size; number++) this.#tell(number)
  }

  /** The inventory has been read: whoever it does not have is gone. */
  settle(): void {
    for (let number = 0; number < this.#keys.size; number++) {
      if (((this.#bits[number] ?? 0) & PRESUMED) === 0) continue
      this.#become(number, GONE)
      this.#clear(number, PRESUMED)
      this.#tell(number)
    }
  }

  /** A new one is unheard from now on. A changed one keeps its state, and is judged by the new interval. */
  put({kind, id, jurisdiction, intervalMs}: WatchedDevice, now: number): void {
    this.#observe(now)
    const number = this.#numberOf(kind, id, jurisdiction)
    this.#clear(number, PRESUMED)
    const ticks = intervalMs === null ? 0 : Math.ceil(intervalMs / TICK_MS)
    this.#interval[number] = ticks
    const state = this.#state(number)
    if (ticks === 0) {
      this.#wheel.remove(number)
      this.#become(number, UNSUPERVISED)
    } else if (state === UNSUPERVISED || state === GONE) {
      this.#last[number] = this.#tick()
      this.#become(number, UNHEARD)
    }
    if (ticks > 0 && state !== MISSING) this.#wheel.put(number, this.#deadline(number))
    this.#tell(number)
  }

  /** It is in the inventory no longer: a stranger from now on. */
  remove(kind: WatchedKind, id: string): void {
    const number = this.#keys.find(WATCHED_KINDS.indexOf(kind), id)
    if (number < 0) return
    this.#wheel.remove(number)
    this.#become(number, GONE)
    this.#tell(number)
  }

  /** A sign of life at `now`. */
  heard(kind: WatchedKind, id: string, now: number): 'alive' | 'restored' | 'unsupervised' | 'unknown' {
    this.#observe(now)
    const number = this.#keys.find(WATCHED_KINDS.indexOf(kind), id)
    const state = number < 0 ? GONE : this.#state(number)
    if (state === GONE) return 'unknown'
    if (state === UNSUPERVISED) return 'unsupervised'
    this.#last[number] = this.#tick()
    return this.#live(number)
  }

  /** A sign of life that another node heard `agoMs` before `now`. One whose time has been over since changes nothing. */
  heardElsewhere(kind: WatchedKind, id: string, now: number, agoMs: number): void {
    this.#observe(now)
    const number = this.#keys.find(WATCHED_KINDS.indexOf(kind), id)
    if (number < 0 || this.#state(number) <= UNSUPERVISED) return
    this.#last[number] = Math.max(this.#last[number] ?? 0, this.#tick(agoMs))
    if (this.#state(number) !== MISSING || !this.#isOverdue(number)) this.#live(number)
  }

  /** Something that others heard may be lost: nobody's time is over before it has passed anew, or `mostMs` of it. */
  renew(now: number, mostMs = Number.POSITIVE_INFINITY): void {
    this.#observe(now)
    if (mostMs === Number.POSITIVE_INFINITY) this.#since = this.#tick()
    else [this.#renewed, this.#renewal] = [this.#tick(), Math.ceil(mostMs / TICK_MS)]
  }

  /**
   * Looks who is missing at `now`, as far as is known of everybody: up to `lagMs` before it. To be asked several times a
   * second.
   */
  advance(now: number, lagMs = 0): void {
    this.#observe(now)
    const tick = Math.floor((this.#timeMs - lagMs) / TICK_MS)
    this.#wheel.advance(tick, (number) => {
      if (this.#interval[number] === 0) return // presumed: the inventory will say
      const deadline = this.#deadline(number)
      if (deadline > tick) return this.#wheel.put(number, deadline)
      this.#become(number, MISSING)
      this.#tell(number)
    })
  }

  /** What is to be told to the log, at most `max`. Every one of them is given to `told` or `giveBack` afterwards. */
  take(max: number): Change[] {
    const changes: Change[] = []
    while (changes.length < max && this.#taken < this.#waiting.length) {
      const number = this.#waiting[this.#taken++] ?? 0
      this.#clear(number, WAITING)
      if (this.#isUntold(number)) changes.push(this.#changeOf(number))
    }
    if (this.#taken === this.#waiting.length) {
      this.#waiting = []
      this.#taken = 0
    }
    return changes
  }

  /** These are in the log now. What has changed since waits again. */
  told(changes: readonly Change[]): void {
    for (const {number, change} of changes) {
      if (change === 'missing') this.#set(number, TOLD)
      else this.#clear(number, TOLD)
      this.#tell(number)
    }
  }

  /** These are not in the log: they wait again. */
  giveBack(changes: readonly Change[]): void {
    for (const {number} of changes) this.#tell(number)
  }

  summary(within: Jurisdiction, kind?: WatchedKind): WatchSummary {
    const sums = this.#places.sum(within, kind && WATCHED_KINDS.indexOf(kind))
    return {
      unsupervised: sums[UNSUPERVISED] ?? 0,
      unheard: sums[UNHEARD] ?? 0,
      alive: sums[ALIVE] ?? 0,
      missing: sums[MISSING] ?? 0,
    }
  }

  #numberOf(kind: WatchedKind, id: string, jurisdiction: Jurisdiction): number {
    const place = this.#places.numberOf(jurisdiction)
    const known = this.#keys.size
    const number = this.#keys.add(WATCHED_KINDS.indexOf(kind), id)
    if (number === known) {
      this.reserve(number + 1)
      this.#place[number] = place
    } else if (this.#place[number] !== place) {
      this.#count(number, -1)
      this.#place[number] = place
      this.#count(number, 1)
    }
    return number
  }

  #changeOf(number: number): Change {
    const state = this.#state(number)
    return {
      number,
      kind: WATCHED_KINDS[this.#keys.kindAt(number)] ?? 'camera',
      id: this.#keys.keyAt(number),
      jurisdiction: this.#places.pathOf(this.#place[number] ?? 0),
      change: state === MISSING ? 'missing' : state === ALIVE ? 'restored' : 'released',
      silentMs: Math.max(0, Math.round(this.#timeMs) - (this.#last[number] ?? 0) * TICK_MS),
      everHeard: ((this.#bits[number] ?? 0) & HEARD) !== 0,
    }
  }

  #live(number: number): 'alive' | 'restored' {
    const state = this.#state(number)
    if (state === ALIVE) return 'alive'
    this.#become(number, ALIVE)
    this.#set(number, HEARD)
    if (state === UNHEARD) return 'alive'
    this.#wheel.put(number, this.#deadline(number))
    this.#tell(number)
    return 'restored'
  }

  /** Whatever the reasons to give it more time. */
  #isOverdue(number: number): boolean {
    return (this.#last[number] ?? 0) + (this.#interval[number] ?? 0) <= Math.floor(this.#timeMs / TICK_MS)
  }

  #deadline(number: number): number {
    const interval = this.#interval[number] ?? 0
    const own = Math.max(this.#last[number] ?? 0, this.#since) + interval
    return Math.max(own, this.#renewed + Math.min(interval, this.#renewal))
  }

  #observe(now: number): void {
    const stepMs = Math.max(0, now - this.#clockMs)
    this.#clockMs = now
    this.#timeMs += Math.min(stepMs, BELIEVED_MS)
    if (stepMs > STANDSTILL_MS) this.#since = this.#tick()
  }

  /** Rounded up: whoever was heard within a tick is never called missing before its time. */
  #tick(agoMs = 0): number {
    return Math.max(0, Math.ceil((this.#timeMs - agoMs) / TICK_MS))
  }

  #state(number: number): number {
    return (this.#bits[number] ?? 0) & STATE
  }

  #become(number: number, state: number): void {
    this.#count(number, -1)
    this.#bits[number] = ((this.#bits[number] ?? 0) & ~STATE) | state
    this.#count(number, 1)
  }

  #count(number: number, by: number): void {
    const state = this.#state(number)
    if (state !== GONE) this.#places.count(this.#place[number] ?? 0, this.#keys.kindAt(number), state, by)
  }

  /** The log says one thing, the device another. */
  #isUntold(number: number): boolean {
    return (this.#state(number) === MISSING) !== (((this.#bits[number] ?? 0) & TOLD) !== 0)
  }

  #tell(number: number): void {
    if (!this.#isUntold(number) || ((this.#bits[number] ?? 0) & WAITING) !== 0) return
    this.#set(number, WAITING)
    this.#waiting.push(number)
  }

  #set(number: number, bit: number): void {
    this.#bits[number] = (this.#bits[number] ?? 0) | bit
  }

  #clear(number: number, bit: number): void {
    this.#bits[number] = (this.#bits[number] ?? 0) & ~bit
  }
}
