/** Keeps to so many questions a second, evenly: a network of cameras is not to be flooded by who looks for them. */
import type {Clock} from '../../lib/clock.ts'

/** What may be made up for at once after a pause of our own, ms: a slow moment lowers the rate, it does not end in a burst. */
const BURST_MS = 50

export class Pace {
  readonly #perMs: number
  readonly #burst: number
  readonly #clock: Clock
  #credit: number
  #last: number

  /** `rate`: questions a second. */
  constructor(rate: number, clock: Clock) {
    this.#perMs = rate / 1_000
    this.#burst = Math.max(1, this.#perMs * BURST_MS)
    this.#credit = this.#burst
    this.#clock = clock
    this.#last = clock.now()
  }

  /** Waits until one more may be asked. Rejects when `signal` aborts. */
  turn(signal: AbortSignal): Promise<void> | undefined {
    if (this.#credit < 1) return this.#wait(signal)
    this.#credit -= 1
    return undefined
  }

  async #wait(signal: AbortSignal): Promise<void> {
    while (this.#credit < 1) {
      await this.#clock.sleep(Math.max(1, Math.ceil((1 - this.#credit) / this.#perMs)), signal)
      const now = this.#clock.now()
      // A clock that was set meanwhile counts for no more than a burst, or one question, and never backwards.
      const passedMs = Math.min(Math.max(now - this.#last, 0), Math.max(BURST_MS, 1 / this.#perMs))
      this.#last = now
      this.#credit = Math.min(this.#burst, this.#credit + passedMs * this.#perMs)
    }
    this.#credit -= 1
  }
}
