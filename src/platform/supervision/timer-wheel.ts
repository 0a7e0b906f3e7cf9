/** A timer for each of millions of numbered devices: a wheel of linked lists in typed arrays. Nothing in it runs by itself. */
import {grown} from './key-table.ts'

/** Ticks that the wheel reaches ahead; a timer further off comes by once in so many and is put again. */
export const WHEEL_TICKS = 8_192
const NONE = -1

/** One timer a number. To put is to move; to take out is one step. */
export class TimerWheel {
  /** First of each slot's list. */
  readonly #first = new Int32Array(WHEEL_TICKS).fill(NONE)
  #next = new Int32Array(0)
  /** The one before in the list; of the first: −2 − slot; NONE: in no list. */
  #before = new Int32Array(0)
  #current = 0

  reserve(numbers: number): void {
    const had = this.#before.length
    if (numbers <= had) return
    this.#next = grown(this.#next, numbers, Int32Array)
    this.#before = grown(this.#before, numbers, Int32Array)
    this.#before.fill(NONE, had)
  }

  /** Comes at `tick`, or at the next one when that has passed. */
  put(number: number, tick: number): void {
    this.remove(number)
    const ahead = Math.min(Math.max(tick, this.#current + 1), this.#current + WHEEL_TICKS - 1)
    const slot = ahead % WHEEL_TICKS
    const follower = this.#first[slot] ?? NONE
    this.#next[number] = follower
    if (follower !== NONE) this.#before[follower] = number
    this.#before[number] = -2 - slot
    this.#first[slot] = number
  }

  remove(number: number): void {
    const before = this.#before[number] ?? NONE
    if (before === NONE) return
    const follower = this.#next[number] ?? NONE
    if (before < NONE) this.#first[-2 - before] = follower
    else this.#next[before] = follower
    if (follower !== NONE) this.#before[follower] = before
    this.#before[number] = NONE
  }

  /** Hands out everything up to `tick`, each taken out of the wheel before; `due` may put it again. */
  advance(tick: number, due: (number: number) => void): void {
    while (this.#current < tick) {
      this.#current += 1
      const slot = this.#current % WHEEL_TICKS
      for (let number = this.#first[slot] ?? NONE; number !== NONE; number = this.#first[slot] ?? NONE) {
        this.remove(number)
        due(number)
      }
    }
  }
}
