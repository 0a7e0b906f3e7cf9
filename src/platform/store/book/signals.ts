/** How a signal, an acknowledgement and a refused frame enter log and alarms. */
import {acknowledge, alarmKey, applySignal, type Transition} from '../../../alarm/lifecycle.ts'
import {CitywatchError} from '../../../lib/errors.ts'
import type {Alarm} from '../../../model/alarm.ts'
import type {EventOrigin} from '../../../model/foreign-event.ts'
import {UNROUTED} from '../../../model/jurisdiction.ts'
import type {AckRequest} from '../../contract.ts'
import {type Json, json} from '../../json.ts'
import type {RefusalWrite, SignalWrite} from '../port.ts'
import type {Book} from './book.ts'
import {windowOver} from './on-test.ts'
import {routingOf} from './routing.ts'

/** Logs the signal with what it did to an alarm, and the event that brought it. An account that no panel has is stored only when the write allows it. */
export function writeSignal(book: Book, write: SignalWrite, via?: EventOrigin): 'stored' | 'unknown-account' {
  const {signal, meaning, raises, at} = write
  const routing = routingOf(book, signal.account)
  if (routing === undefined && !write.acceptUnknown) return 'unknown-account'
  const key = alarmKey(signal, meaning)
  const open = book.openAlarm(key)
  const occurrence = {signal, meaning, raises, routing: routing ?? {site: '', jurisdiction: UNROUTED}}
  const window = windowOver(book, signal, at)
  const context = {...(window === undefined ? {} : {onTest: window.id}), ...(via === undefined ? {} : {via})}
  // A trial raises nothing; what was raised before it can still be over.
  const isTrial = window !== undefined && signal.qualifier !== 'restore'
  const transition = isTrial ? null : applySignal(open, occurrence, book.nextAlarmId(), at)
  if (transition === null) {
    book.append({type: 'signal', at, signal, ...context}, 'signal.logged', `account/${signal.account}`)
    return 'stored'
  }
  saveAlarm(book, key, open, transition.alarm)
  book.append({type: 'signal', at, signal, ...transition, ...context}, ...nameOf(transition))
  return 'stored'
}

/** The alarm after the acknowledgement; a repeat writes nothing. Throws CW_BAD_VALUE, CW_CONFLICT. */
export function writeAck(book: Book, request: AckRequest, at: number): Json<Alarm> {
  const found = book.alarm(request.id)
  if (found === undefined) {
    throw new CitywatchError('CW_BAD_VALUE', {field: 'alarm', value: request.id, expected: 'the id of an alarm'})
  }
  const {key, alarm} = found
  const transition = acknowledge(alarm, request, at)
  if (transition === null) return json(alarm)
  saveAlarm(book, key, alarm, transition.alarm)
  book.append({type: 'action', at, ...transition, by: request.by}, ...nameOf(transition))
  return json(transition.alarm)
}

export function writeRefusal(book: Book, {at, from, reason, frames}: RefusalWrite): void {
  book.count('refused', frames)
  book.append({type: 'refusal', at, from, reason}, 'frame.refused', `peer/${from}`)
}

function nameOf({alarm, change}: Transition): [type: string, subject: string] {
  return [`alarm.${change}`, `alarm/${alarm.id}`]
}

function saveAlarm(book: Book, key: string, before: Alarm | undefined, alarm: Alarm): void {
  if (before) book.count(`alarm:${before.handling}`, -1)
  book.count(`alarm:${alarm.handling}`, 1)
  book.saveAlarm(key, alarm)
}
