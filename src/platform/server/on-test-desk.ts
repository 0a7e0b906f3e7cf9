/** Puts accounts on test and takes them off: when asked, and by the clock when nobody asks. */
import type {OnTestExtension, OnTestStart} from '../../alarm/on-test.ts'
import type {Clock} from '../../lib/clock.ts'
import type {OnTestWindow} from '../../model/on-test.ts'
import type {OnTestEnd} from '../contract.ts'
import type {Json} from '../json.ts'
import type {Store, StoreWrites} from '../store/port.ts'

export interface OnTestDeskOptions {
  readonly store: Store
  readonly clock: Clock
  readonly maxMs: number
  /** Also accounts that no panel has. */
  readonly acceptUnknown: boolean
}

/** A full disk is tried again so often, ms. The window is over all the same: signals are judged by its end. */
const RETRY_MS = 5_000
/** Longest sleep, ms: a clock that is set forward ends windows within this time. */
const MAX_SLEEP_MS = 60_000

export class OnTestDesk {
  readonly #options: OnTestDeskOptions
  #wake = new AbortController()

  constructor(options: OnTestDeskOptions) {
    this.#options = options
  }

  /** `writes`: on whose behalf. */
  start(request: OnTestStart, writes: StoreWrites): Promise<Json<OnTestWindow>> {
    const {clock, maxMs, acceptUnknown} = this.#options
    return this.#changed(writes.startOnTest({request, at: clock.now(), maxMs, acceptUnknown}))
  }

  extend(request: OnTestExtension, writes: StoreWrites): Promise<Json<OnTestWindow>> {
    const {clock, maxMs} = this.#options
    return this.#changed(writes.extendOnTest({request, at: clock.now(), maxMs}))
  }

  end(request: OnTestEnd, writes: StoreWrites): Promise<Json<OnTestWindow>> {
    const {clock} = this.#options
    return this.#changed(writes.endOnTest(request, clock.now()))
  }

  /** Ends what fell due while the platform was down. Resolves with when something is due next; undefined: nothing is open. */
  settle(): Promise<number | undefined> {
    const {store, clock} = this.#options
    return store.passOnTestTime(clock.now()).catch(() => clock.now() + RETRY_MS)
  }

  /** Ends and warns as it falls due, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const {clock} = this.#options
    while (!signal.aborted) {
      this.#wake = new AbortController()
      const wakened = AbortSignal.any([signal, this.#wake.signal])
      const next = await this.settle()
      const waitMs = next === undefined ? MAX_SLEEP_MS : Math.min(MAX_SLEEP_MS, Math.max(0, next - clock.now()))
      await clock.sleep(waitMs, wakened).catch(() => undefined)
    }
  }

  async #changed(write: Promise<Json<OnTestWindow>>): Promise<Json<OnTestWindow>> {
    const window = await write
    this.#wake.abort()
    return window
  }
}
