/** Does to alarms what people ask, hides them and shows them again: when asked, and by the clock when nobody asks. */
import {randomUUID} from 'node:crypto'
import type {HandoverRecord} from '../../alarm/handoff.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Alarm} from '../../model/alarm.ts'
import type {Handoff} from '../../model/handoff.ts'
import type {Mask} from '../../model/mask.ts'
import type {ChangingRoute} from '../access/permission.ts'
import type {Caller} from '../access/principal.ts'
import type {AckRequest, AlarmActRequest, HandoffAnswer, HandoffDrop, MaskEnd, MaskRequest} from '../contract.ts'
import type {Json} from '../json.ts'
import type {Store, StoreWrites} from '../store/port.ts'
import {onBehalf, signed} from './behalf.ts'
import type {Answer} from './routes.ts'
import type {Duty} from './timekeeper.ts'

export class AlarmDesk {
  readonly #store: Store
  readonly #clock: Clock

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** The same with a key of its own: what is asked of a platform below is asked once. */
  async ack(request: AckRequest, caller: Caller): Promise<Answer<'POST /v1/alarms/ack'>> {
    const asked = {request: randomUUID(), ...signed(request, caller)}
    return laterIfPending(await this.#on(caller, 'POST /v1/alarms/ack').acknowledge(asked, this.#clock.now()))
  }

  async act(request: AlarmActRequest, caller: Caller): Promise<Answer<'POST /v1/alarms/act'>> {
    const {verb, id, version, by, comment} = request
    const travels = (verb === 'ack' || verb === 'reset') && comment === undefined
    if (travels) return this.ack({id, version, by, ...(verb === 'reset' ? {reset: true} : {})}, caller)
    return this.#on(caller, 'POST /v1/alarms/act').act(signed(request, caller), this.#clock.now())
  }

  startMask(request: MaskRequest, caller: Caller): Promise<Json<Mask>> {
    return this.#on(caller, 'POST /v1/masks').startMask(signed(request, caller), this.#clock.now())
  }

  endMask(request: MaskEnd, caller: Caller): Promise<Json<Mask>> {
    return this.#on(caller, 'POST /v1/masks/end').endMask(signed(request, caller), this.#clock.now())
  }

  handOver(record: HandoverRecord, caller: Caller): Promise<Json<Handoff>> {
    return this.#on(caller, 'POST /v1/handoffs').handOver(signed(record, caller), this.#clock.now())
  }

  answerHandoff(request: HandoffAnswer, caller: Caller): Promise<Json<Handoff>> {
    return this.#on(caller, 'POST /v1/handoffs/answer').answerHandoff(signed(request, caller), this.#clock.now())
  }

  dropHandoff(request: HandoffDrop, caller: Caller): Promise<Json<Handoff>> {
    return this.#on(caller, 'POST /v1/handoffs/drop').dropHandoff(signed(request, caller), this.#clock.now())
  }

  /** Ends masks. One that is over is over all the same: signals are judged by its end. */
  get duty(): Duty {
    return {
      settle: (now) => this.#store.passMaskTime(now),
      concerns: ({type}) => type.startsWith('mask.'),
    }
  }

  #on(caller: Caller, route: ChangingRoute): StoreWrites {
    return onBehalf({store: this.#store, clock: this.#clock}, caller, route)
  }
}

function laterIfPending(alarm: Json<Alarm>): Json<Alarm> | {readonly later: Json<Alarm>} {
  return alarm.includes('"pending":{') ? {later: alarm} : alarm
}
