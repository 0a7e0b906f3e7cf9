/** Does to alarms what people ask, hides them and shows them again: when asked, and by the clock when nobody asks. */
import type {HandoverRecord} from '../../alarm/handoff.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Alarm} from '../../model/alarm.ts'
import type {Handoff} from '../../model/handoff.ts'
import type {Mask} from '../../model/mask.ts'
import type {AckRequest, AlarmActRequest, HandoffAnswer, HandoffDrop, MaskEnd, MaskRequest} from '../contract.ts'
import type {Json} from '../json.ts'
import type {Store} from '../store/port.ts'
import {Due} from './due.ts'

export class AlarmDesk {
  readonly #store: Store
  readonly #clock: Clock
  readonly #due: Due

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
    this.#due = new Due(clock, (now) => store.passMaskTime(now))
  }

  ack(request: AckRequest): Promise<Json<Alarm>> {
    return this.#store.acknowledge(request, this.#clock.now())
  }

  async act(request: AlarmActRequest): Promise<Json<Alarm>> {
    const alarm = await this.#store.act(request, this.#clock.now())
    this.#due.wake() // it may have hidden something for a time
    return alarm
  }

  async startMask(request: MaskRequest): Promise<Json<Mask>> {
    const mask = await this.#store.startMask(request, this.#clock.now())
    this.#due.wake()
    return mask
  }

  endMask(request: MaskEnd): Promise<Json<Mask>> {
    return this.#store.endMask(request, this.#clock.now())
  }

  handOver(record: HandoverRecord): Promise<Json<Handoff>> {
    return this.#store.handOver(record, this.#clock.now())
  }

  answerHandoff(request: HandoffAnswer): Promise<Json<Handoff>> {
    return this.#store.answerHandoff(request, this.#clock.now())
  }

  dropHandoff(request: HandoffDrop): Promise<Json<Handoff>> {
    return this.#store.dropHandoff(request, this.#clock.now())
  }

  /** Ends the masks that fell due while the platform was down. */
  settle(): Promise<number | undefined> {
    return this.#due.settle()
  }

  /** Ends masks as they fall due, until `signal` aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.#due.run(signal)
  }
}
