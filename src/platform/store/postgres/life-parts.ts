/** What a batch writes of alarms, masks and hand-overs. */
import {screenState} from '../../../alarm/screen-state.ts'
import {firedAt, ownAccount} from '../../../model/alarm.ts'
import {isWaiting} from '../../../model/handoff.ts'
import {json} from '../../json.ts'
import type {Changes} from './changes.ts'
import type {Params} from './params.ts'

/** Alarms come by id: an older one has closed before a newer one opens. */
export function alarmRows({alarms}: Changes, params: Params): string {
  const rows = [...alarms.values()]
  return `
  alarm_rows AS (
    INSERT INTO alarm (id, key, handling, state, place, account, screen, priority, fired_at, seq)
    SELECT * FROM unnest(
      ${params.bigints(rows.map(({alarm}) => alarm.id))},
      ${params.texts(rows.map(({key}) => key))},
      ${params.texts(rows.map(({alarm}) => alarm.handling))},
      ${params.texts(rows.map(({alarm}) => json(alarm)))},
      ${params.texts(rows.map(({alarm}) => alarm.jurisdiction))},
      ${params.texts(rows.map(({alarm}) => ownAccount(alarm)))},
      ${params.texts(rows.map(({alarm}) => screenState(alarm)))},
      ${params.bigints(rows.map(({alarm}) => alarm.priority))},
      ${params.bigints(rows.map(({alarm}) => firedAt(alarm)))},
      ${params.bigints(rows.map(({seq}) => seq))}
    )
    ON CONFLICT (id) DO UPDATE SET key = excluded.key, handling = excluded.handling, state = excluded.state,
      place = excluded.place, account = excluded.account, screen = excluded.screen, priority = excluded.priority,
      fired_at = excluded.fired_at, seq = excluded.seq
  )`
}

export function maskRows({masks}: Changes, params: Params): string {
  const rows = [...masks.values()]
  return `
  mask_rows AS (
    INSERT INTO mask (id, account, is_on, state, place)
    SELECT * FROM unnest(
      ${params.bigints(rows.map(({mask}) => mask.id))},
      ${params.texts(rows.map(({mask}) => mask.scope.account))},
      ${params.booleans(rows.map(({mask}) => mask.state === 'on'))},
      ${params.texts(rows.map(({state}) => state))},
      ${params.texts(rows.map(({mask}) => mask.jurisdiction))}
    )
    ON CONFLICT (id) DO UPDATE
    SET account = excluded.account, is_on = excluded.is_on, state = excluded.state, place = excluded.place
  )`
}

export function handoffRows({handoffs}: Changes, params: Params): string {
  const rows = [...handoffs.values()]
  return `
  handoff_rows AS (
    INSERT INTO handoff (id, account, waiting, changed_at, state, place)
    SELECT * FROM unnest(
      ${params.bigints(rows.map(({handoff}) => handoff.id))},
      ${params.texts(rows.map(({handoff}) => handoff.account))},
      ${params.booleans(rows.map(({handoff}) => isWaiting(handoff)))},
      ${params.bigints(rows.map(({handoff}) => handoff.changedAt))},
      ${params.texts(rows.map(({state}) => state))},
      ${params.texts(rows.map(({handoff}) => handoff.jurisdiction))}
    )
    ON CONFLICT (id) DO UPDATE SET account = excluded.account, waiting = excluded.waiting,
      changed_at = excluded.changed_at, state = excluded.state, place = excluded.place
  )`
}
