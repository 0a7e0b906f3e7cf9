/** Does what falls due by the clock, once for all platforms that share a store: only the one that leads does it. */
import type {Clock} from '../../lib/clock.ts'
import type {LogRow, Store} from '../store/port.ts'

export interface Duty {
  /** Does what is due by `now`. Resolves with when something is due next; undefined: nothing is. A rejection is tried again. */
  settle(now: number): Promise<number | undefined>
  /** Whether a row may have changed what is due next, whichever platform wrote it. */
  concerns(row: LogRow): boolean
}

export interface TimekeeperOptions {
  readonly store: Pick<Store, 'follow' | 'leads' | 'followLead'>
  readonly clock: Clock
  readonly duty: Duty
}

/** A full disk is tried again so often, ms. */
const RETRY_MS = 5_000
/** Longest sleep, ms: a clock that is set forward is noticed within this time. */
const MAX_SLEEP_MS = 60_000

export class Timekeeper {
  readonly #options: TimekeeperOptions
  #wake = new AbortController()

  constructor(options: TimekeeperOptions) {
    this.#options = options
  }

  /** Does what fell due while nobody kept time. Resolves with when to look again. */
  async settle(): Promise<number> {
    const {store, clock, duty} = this.#options
    const later = clock.now() + MAX_SLEEP_MS
    if (!store.leads()) return later
    const next = await duty.settle(clock.now()).catch(() => clock.now() + RETRY_MS)
    return next === undefined ? later : Math.min(next, later)
  }

  /** Something has changed that may fall due sooner. */
  wake(): void {
    this.#wake.abort()
  }

  /** Does what falls due as it does, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const {store, clock, duty} = this.#options
    const wake = () => this.wake()
    const stops = [
      store.followLead(wake),
      store.follow((rows) => void (rows.some((row) => duty.concerns(row)) && wake())),
    ]
    while (!signal.aborted) {
      this.#wake = new AbortController() // before it is settled: what happens in the meantime counts
      const wakened = AbortSignal.any([signal, this.#wake.signal])
      const next = await this.settle()
      await clock.sleep(Math.max(0, next - clock.now()), wakened).catch(() => undefined)
    }
    for (const stop of stops) stop()
  }
}
