/** Puts accounts on test and takes them off: when asked, and by the clock when nobody asks. */
import type {OnTestExtension, OnTestStart} from '../../alarm/on-test.ts'
import type {Clock} from '../../lib/clock.ts'
import type {OnTestWindow} from '../../model/on-test.ts'
import type {OnTestEnd} from '../contract.ts'
import type {Json} from '../json.ts'
import type {Store, StoreWrites} from '../store/port.ts'
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

  /** `writes`: on whose behalf. */
  start(request: OnTestStart, writes: StoreWrites): Promise<Json<OnTestWindow>> {
    const {clock, maxMs, acceptUnknown} = this.#options
    return writes.startOnTest({request, at: clock.now(), maxMs, acceptUnknown})
  }

  extend(request: OnTestExtension, writes: StoreWrites): Promise<Json<OnTestWindow>> {
    const {clock, maxMs} = this.#options
    return writes.extendOnTest({request, at: clock.now(), maxMs})
  }

  end(request: OnTestEnd, writes: StoreWrites): Promise<Json<OnTestWindow>> {
    const {clock} = this.#options
    return writes.endOnTest(request, clock.now())
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
