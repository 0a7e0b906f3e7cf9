/** What the platform answers on the routes of alarms that people act upon: actions, histories, masks, hand-overs. */
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import type {Handoff} from '../../model/handoff.ts'
import type {LogEntry} from '../../model/log-entry.ts'
import type {Mask} from '../../model/mask.ts'
import {type Principal, scopeFor} from '../access/principal.ts'
import type {AlarmLogPage, HandoffPage, MaskPage} from '../contract.ts'
import {json, jsonArray, jsonObject} from '../json.ts'
import {alarmLog} from '../store/alarm-log.ts'
import type {Store} from '../store/port.ts'
import type {AlarmDesk} from './alarm-desk.ts'
import type {Handlers} from './routes.ts'

export type AlarmRoute =
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

export function alarmHandlers(store: Store, alarms: AlarmDesk, clock: Clock): Pick<Handlers, AlarmRoute> {
  return {
    'POST /v1/alarms/ack': (request, caller) => alarms.ack(request, caller),
    'POST /v1/alarms/act': (request, caller) => alarms.act(request, caller),
    'GET /v1/alarms/log': async (page, {principal}) => {
      const log = (await isSeen(store, page.id, principal)) ? await alarmLog(store, page) : undefined
      if (log === undefined) {
        throw new CitywatchError('CW_BAD_VALUE', {field: 'alarm', value: page.id, expected: 'the id of an alarm'})
      }
      return jsonObject<AlarmLogPage>({
        items: jsonArray<LogEntry>(log.rows),
        next: log.next === undefined ? undefined : json(log.next),
        complete: json(log.complete),
      })
    },
    'GET /v1/masks': async (page, {principal}) => {
      const jurisdiction = scopeFor(principal, page.jurisdiction)
      const {rows, next} = await store.masks({...page, jurisdiction})
      return jsonObject<MaskPage>({
        items: jsonArray<Mask>(rows),
        now: json(clock.now()),
        next: next === undefined ? undefined : json(next),
      })
    },
    'POST /v1/masks': (request, caller) => alarms.startMask(request, caller),
    'POST /v1/masks/end': (request, caller) => alarms.endMask(request, caller),
    'GET /v1/handoffs': async (page, {principal}) => {
      const jurisdiction = scopeFor(principal, page.jurisdiction)
      const {rows, next} = await store.handoffs({...page, jurisdiction})
      return jsonObject<HandoffPage>({
        items: jsonArray<Handoff>(rows),
        next: next === undefined ? undefined : json(next),
      })
    },
    'POST /v1/handoffs': (record, caller) => alarms.handOver(record, caller),
    'POST /v1/handoffs/answer': (request, caller) => alarms.answerHandoff(request, caller),
    'POST /v1/handoffs/drop': (request, caller) => alarms.dropHandoff(request, caller),
  }
}

/** Whose scope an alarm is out of does not learn that it is there. */
async function isSeen(store: Store, id: number, {scope}: Principal): Promise<boolean> {
  if (scope === '') return true
  const {rows} = await store.alarms({after: id - 1, limit: 1, all: true, jurisdiction: scope})
  return rows[0] !== undefined && (JSON.parse(rows[0]) as {id: number}).id === id
}
