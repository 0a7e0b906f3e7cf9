/** How a signal, an acknowledgement and a refused frame enter log and alarms. */
import {acknowledge, alarmKey, applySignal, type Transition} from '../../../alarm/lifecycle.ts'
import {CitywatchError} from '../../../lib/errors.ts'
import type {Alarm} from '../../../model/alarm.ts'
import type {EventOrigin} from '../../../model/foreign-event.ts'
import {UNROUTED} from '../../../model/jurisdiction.ts'
import type {AckRequest} from '../../contract.ts'
import {type Json, json} from '../../json.ts'
import type {RefusalWrite, SignalWrite} from '../port.ts'
import {routingOf} from './routing.ts'
import type {Transaction} from './transaction.ts'
import {windowOver} from './write-on-test.ts'

/** Logs the signal with what it did to an alarm, and the event that brought it. An account that no panel has is stored only when the write allows it. */
export function writeSignal(
  transaction: Transaction,
  write: SignalWrite,
  via?: EventOrigin,
): 'stored' | 'unknown-account' {
  const {signal, meaning, raises, at} = write
  const routing = routingOf(transaction, signal.account)
  if (routing === undefined && !write.acceptUnknown) return 'unknown-account'
  const key = alarmKey(signal, meaning)
  const open = openAlarm(transaction, key)
  const occurrence = {signal, meaning, raises, routing: routing ?? {site: '', jurisdiction: UNROUTED}}
  const window = windowOver(transaction, signal, at)
  const context = {...(window === undefined ? {} : {onTest: window.id}), ...(via === undefined ? {} : {via})}
  // A trial raises nothing; what was raised before it can still be over.
  const isTrial = window !== undefined && signal.qualifier !== 'restore'
  const transition = isTrial ? null : applySignal(open, occurrence, nextAlarmId(transaction), at)
  if (transition === null) {
    transaction.append({type: 'signal', at, signal, ...context}, 'signal.logged', `account/${signal.account}`)
    return 'stored'
  }
  saveAlarm(transaction, key, open, transition.alarm)
  transaction.append({type: 'signal', at, signal, ...transition, ...context}, ...nameOf(transition))
  return 'stored'
}

/** The alarm after the acknowledgement; a repeat writes nothing. Throws CW_BAD_VALUE, CW_CONFLICT. */
export function writeAck(transaction: Transaction, request: AckRequest, at: number): Json<Alarm> {
  const row = transaction.row('SELECT key, state FROM alarm WHERE id = ?', request.id)
  if (row === undefined) {
    throw new CitywatchError('CW_BAD_VALUE', {field: 'alarm', value: request.id, expected: 'the id of an alarm'})
  }
  const alarm = JSON.parse(String(row.state)) as Alarm
  const transition = acknowledge(alarm, request, at)
  if (transition === null) return json(alarm)
  saveAlarm(transaction, String(row.key), alarm, transition.alarm)
  transaction.append({type: 'action', at, ...transition, by: request.by}, ...nameOf(transition))
  return json(transition.alarm)
}

export function writeRefusal(transaction: Transaction, {at, from, reason, frames}: RefusalWrite): void {
  transaction.count('refused', frames)
  transaction.append({type: 'refusal', at, from, reason}, 'frame.refused', `peer/${from}`)
}

function nameOf({alarm, change}: Transition): [type: string, subject: string] {
  return [`alarm.${change}`, `alarm/${alarm.id}`]
}

function openAlarm(transaction: Transaction, key: string): Alarm | undefined {
  const row = transaction.row("SELECT state FROM alarm WHERE key = ? AND handling <> 'closed'", key)
  return row === undefined ? undefined : (JSON.parse(String(row.state)) as Alarm)
}

function nextAlarmId(transaction: Transaction): number {
  return Number(transaction.row('SELECT id FROM alarm ORDER BY id DESC LIMIT 1')?.id ?? 0) + 1
}

function saveAlarm(transaction: Transaction, key: string, before: Alarm | undefined, alarm: Alarm): void {
  if (before) transaction.count(`alarm:${before.handling}`, -1)
  transaction.count(`alarm:${alarm.handling}`, 1)
  transaction.run(
    'INSERT OR REPLACE INTO alarm (id, key, handling, state) VALUES (?, ?, ?, ?)',
    alarm.id,
    key,
    alarm.handling,
    json(alarm),
  )
}
