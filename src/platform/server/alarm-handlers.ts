/** What the platform answers on the routes of alarms that people act upon: actions, histories, masks, hand-overs. */
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import type {Handoff} from '../../model/handoff.ts'
import type {LogEntry} from '../../model/log-entry.ts'
import type {Mask} from '../../model/mask.ts'
import type {AlarmLogPage, HandoffPage, MaskPage} from '../contract.ts'
import {json, jsonArray, jsonObject} from '../json.ts'
import {alarmLog} from '../store/alarm-log.ts'
import type {Store} from '../store/port.ts'
import type {AlarmDesk} from './alarm-desk.ts'
import type {Handlers} from './routes.ts'

type Routes =
  | 'POST /v1/alarms/ack'
  | 'POST /v1/alarms/act'
  | 'GET /v1/alarms/log'
  | 'GET /v1/masks'
  | 'POST /v1/masks'
  | 'POST /v1/masks/end'
  | 'GET /v1/handoffs'
  | 'POST /v1/handoffs'
  | 'POST /v1/handoffs/answer'
  | 'POST /v1/handoffs/drop'

export function alarmHandlers(store: Store, alarms: AlarmDesk, clock: Clock): Pick<Handlers, Routes> {
  return {
    'POST /v1/alarms/ack': (request) => alarms.ack(request),
    'POST /v1/alarms/act': (request) => alarms.act(request),
    'GET /v1/alarms/log': async (page) => {
      const log = await alarmLog(store, page)
      if (log === undefined) {
        throw new CitywatchError('CW_BAD_VALUE', {field: 'alarm', value: page.id, expected: 'the id of an alarm'})
      }
      return jsonObject<AlarmLogPage>({
        items: jsonArray<LogEntry>(log.rows),
        next: log.next === undefined ? undefined : json(log.next),
        complete: json(log.complete),
      })
    },
    'GET /v1/masks': async (page) => {
      const {rows, next} = await store.masks(page)
      return jsonObject<MaskPage>({
        items: jsonArray<Mask>(rows),
        now: json(clock.now()),
        next: next === undefined ? undefined : json(next),
      })
    },
    'POST /v1/masks': (request) => alarms.startMask(request),
    'POST /v1/masks/end': (request) => alarms.endMask(request),
    'GET /v1/handoffs': async (page) => {
      const {rows, next} = await store.handoffs(page)
      return jsonObject<HandoffPage>({
        items: jsonArray<Handoff>(rows),
        next: next === undefined ? undefined : json(next),
      })
    },
    'POST /v1/handoffs': (record) => alarms.handOver(record),
    'POST /v1/handoffs/answer': (request) => alarms.answerHandoff(request),
    'POST /v1/handoffs/drop': (request) => alarms.dropHandoff(request),
  }
}
