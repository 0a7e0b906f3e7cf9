/** Puts accounts on test and takes them off: when asked, and by the clock when nobody asks. */
import type {OnTestExtension, OnTestStart} from '../../alarm/on-test.ts'
import type {Clock} from '../../lib/clock.ts'
import type {OnTestWindow} from '../../model/on-test.ts'
import type {OnTestEnd} from '../contract.ts'
import type {Json} from '../json.ts'
import type {Store} from '../store/port.ts'
import {Due} from './due.ts'

export interface OnTestDeskOptions {
  readonly store: Store
  readonly clock: Clock
  readonly maxMs: number
  /** Also accounts that no panel has. */
  readonly acceptUnknown: boolean
}

export class OnTestDesk {
  readonly #options: OnTestDeskOptions
  readonly #due: Due

  constructor(options: OnTestDeskOptions) {
    this.#options = options
    this.#due = new Due(options.clock, (now) => options.store.passOnTestTime(now))
  }

  start(request: OnTestStart): Promise<Json<OnTestWindow>> {
    const {store, clock, maxMs, acceptUnknown} = this.#options
    return this.#changed(store.startOnTest({request, at: clock.now(), maxMs, acceptUnknown}))
  }

  extend(request: OnTestExtension): Promise<Json<OnTestWindow>> {
    const {store, clock, maxMs} = this.#options
    return this.#changed(store.extendOnTest({request, at: clock.now(), maxMs}))
  }

  end(request: OnTestEnd): Promise<Json<OnTestWindow>> {
    const {store, clock} = this.#options
    return this.#changed(store.endOnTest(request, clock.now()))
  }

  /** Ends what fell due while the platform was down. Resolves with when something is due next; undefined: nothing is open. */
  settle(): Promise<number | undefined> {
    return this.#due.settle()
  }

  /** Ends and warns as it falls due, until `signal` aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.#due.run(signal)
  }

  async #changed(write: Promise<Json<OnTestWindow>>): Promise<Json<OnTestWindow>> {
    const window = await write
    this.#due.wake()
    return window
  }
}
