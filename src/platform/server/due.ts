/** Does what falls due by the platform's clock: windows end, masks end, when nobody asks. */
import type {Clock} from '../../lib/clock.ts'

/** A full disk is tried again so often, ms. What is over is over all the same: it is judged by its end. */
const RETRY_MS = 5_000
/** Longest sleep, ms: a clock that is set forward ends what is due within this time. */
const MAX_SLEEP_MS = 60_000

export class Due {
  readonly #clock: Clock
  readonly #pass: (now: number) => Promise<number | undefined>
  #wake = new AbortController()

  /** `pass` does what is due and says when something is next; undefined: nothing is open. */
  constructor(clock: Clock, pass: (now: number) => Promise<number | undefined>) {
    this.#clock = clock
    this.#pass = pass
  }

  /** Does what fell due while the platform was down. Resolves with when something is due next; undefined: nothing is open. */
  settle(): Promise<number | undefined> {
    return this.#pass(this.#clock.now()).catch(() => this.#clock.now() + RETRY_MS)
  }

  /** Something began or ended: `run` asks anew when the next is due. */
  wake(): void {
    this.#wake.abort()
  }

  /** Does what falls due, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#wake = new AbortController()
      const wakened = AbortSignal.any([signal, this.#wake.signal])
      const next = await this.settle()
      const waitMs = next === undefined ? MAX_SLEEP_MS : Math.min(MAX_SLEEP_MS, Math.max(0, next - this.#clock.now()))
      await this.#clock.sleep(waitMs, wakened).catch(() => undefined)
    }
  }
}
