/** Puts accounts on test and takes them off: when asked, and by the clock when nobody asks. */
import type {OnTestExtension, OnTestStart} from '../../alarm/on-test.ts'
import type {Clock} from '../../lib/clock.ts'
import type {OnTestWindow} from '../../model/on-test.ts'
import type {OnTestEnd} from '../contract.ts'
import type {Json} from '../json.ts'
import type {Store} from '../store/port.ts'
import type {Duty} from './timekeeper.ts'

export interface OnTestDeskOptions {
  readonly store: Store
  readonly clock: Clock
  readonly maxMs: number
  /** Also accounts that no panel has. */
  readonly acceptUnknown: boolean
}

export class OnTestDesk {
  readonly #options: OnTestDeskOptions

  constructor(options: OnTestDeskOptions) {
    this.#options = options
  }

  start(request: OnTestStart): Promise<Json<OnTestWindow>> {
    const {store, clock, maxMs, acceptUnknown} = this.#options
    return store.startOnTest({request, at: clock.now(), maxMs, acceptUnknown})
  }

  extend(request: OnTestExtension): Promise<Json<OnTestWindow>> {
    const {store, clock, maxMs} = this.#options
    return store.extendOnTest({request, at: clock.now(), maxMs})
  }

  end(request: OnTestEnd): Promise<Json<OnTestWindow>> {
    const {store, clock} = this.#options
    return store.endOnTest(request, clock.now())
  }

  /** Ends and warns of windows. One that is over is over all the same: signals are judged by its end. */
  get duty(): Duty {
    const {store} = this.#options
    return {
      settle: (now) => store.passOnTestTime(now),
      concerns: ({type}) => type.startsWith('ontest.'),
    }
  }
}
