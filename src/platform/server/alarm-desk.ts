/** Does to alarms what people ask, hides them and shows them again: when asked, and by the clock when nobody asks. */
import type {HandoverRecord} from '../../alarm/handoff.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Alarm} from '../../model/alarm.ts'
import type {Handoff} from '../../model/handoff.ts'
import type {Mask} from '../../model/mask.ts'
import type {AckRequest, AlarmActRequest, HandoffAnswer, HandoffDrop, MaskEnd, MaskRequest} from '../contract.ts'
import type {Json} from '../json.ts'
import type {Store} from '../store/port.ts'
import type {Duty} from './timekeeper.ts'

export class AlarmDesk {
  readonly #store: Store
  readonly #clock: Clock

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  ack(request: AckRequest): Promise<Json<Alarm>> {
    return this.#store.acknowledge(request, this.#clock.now())
  }

  act(request: AlarmActRequest): Promise<Json<Alarm>> {
    return this.#store.act(request, this.#clock.now())
  }

  startMask(request: MaskRequest): Promise<Json<Mask>> {
    return this.#store.startMask(request, this.#clock.now())
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

  /** Ends masks. One that is over is over all the same: signals are judged by its end. */
  get duty(): Duty {
    return {
      settle: (now) => this.#store.passMaskTime(now),
      concerns: ({type}) => type.startsWith('mask.'),
    }
  }
}
