/** How a signal, an acknowledgement and a refused frame enter log and alarms. */
import {acknowledge, alarmKey, applySignal, type Occurrence, type Transition} from '../../../alarm/lifecycle.ts'
import {CitywatchError} from '../../../lib/errors.ts'
import type {Alarm} from '../../../model/alarm.ts'
import type {EventOrigin} from '../../../model/foreign-event.ts'
import {UNROUTED} from '../../../model/jurisdiction.ts'
import type {AckRequest} from '../../contract.ts'
import {type Json, json} from '../../json.ts'
import type {RefusalWrite, SignalWrite} from '../port.ts'
import type {Book} from './book.ts'
import {saveChildOf} from './children.ts'
import {windowOver} from './on-test.ts'
import {askChild} from './requests.ts'
import {routingOf} from './routing.ts'
import {saveAlarm} from './save-alarm.ts'

/** How long the same message of a panel is a repetition, ms: as long as the receiver itself takes it for one. */
const REPEAT_MS = 60_000
/** Messages of panels that are recognised when they come again: more than come in that time. */
export const MAX_MESSAGES = 200_000

/** Logs the signal with what it did to an alarm, and the event that brought it. An account that no panel has is stored only when the write allows it. */
export function writeSignal(book: Book, write: SignalWrite, via?: EventOrigin): 'stored' | 'unknown-account' {
  const {signal, meaning, raises, at} = write
  const routing = routingOf(book, signal.account)
  if (routing === undefined && !write.acceptUnknown) return 'unknown-account'
  if (isRepeated(book, write)) return 'stored'
  const occurrence = {signal, meaning, raises, routing: routing ?? {site: '', jurisdiction: UNROUTED}}
  const window = windowOver(book, signal, at)
  const context = {...(window === undefined ? {} : {onTest: window.id}), ...(via === undefined ? {} : {via})}
  // A trial raises nothing; what was raised before it can still be over.
  const isTrial = window !== undefined && signal.qualifier !== 'restore'
  const transition = isTrial ? null : changeAlarm(book, alarmKey(signal, meaning), occurrence, at)
  if (transition === null) {
    const {jurisdiction} = occurrence.routing
    book.append({type: 'signal', at, signal, jurisdiction, ...context}, 'signal.logged', `account/${signal.account}`)
    return 'stored'
  }
  book.append({type: 'signal', at, signal, ...transition, ...context}, ...nameOf(transition))
  return 'stored'
}

/** What an occurrence does to the alarm of its key, saved; null: nothing. The caller logs it. */
export function changeAlarm(book: Book, key: string, occurrence: Occurrence, at: number): Transition | null {
  const open = book.openAlarm(key)
  const transition = applySignal(open, occurrence, book.nextAlarmId(), at)
  if (transition) saveAlarm(book, key, open, transition.alarm)
  return transition
}

/** A panel whose acknowledgement was lost with the platform's process sends the message again to the next one. */
function isRepeated(book: Book, {message, at}: SignalWrite): boolean {
  if (message === undefined) return false
  const before = book.heardAt(message)
  if (before !== undefined && Math.abs(at - before) < REPEAT_MS) return true
  book.hear(message, at)
  return false
}

/** The alarm after the acknowledgement; a repeat writes nothing. Throws CW_BAD_VALUE, CW_CONFLICT. */
export function writeAck(book: Book, request: AckRequest, at: number): Json<Alarm> {
  const found = book.alarm(request.id)
  if (found === undefined) {
    throw new CitywatchError('CW_BAD_VALUE', {field: 'alarm', value: request.id, expected: 'the id of an alarm'})
  }
  const {key, alarm} = found
  if (alarm.origin && !alarm.origin.lost) return json(askChild(book, alarm, request, at))
  const transition = acknowledge(alarm, request, at)
  if (transition === null) return json(alarm)
  saveAlarm(book, key, alarm, transition.alarm)
  if (alarm.origin) saveChildOf(book, alarm, transition.alarm)
  book.append({type: 'action', at, ...transition, by: request.by}, ...nameOf(transition))
  return json(transition.alarm)
}

export function writeRefusal(book: Book, {at, from, reason, frames}: RefusalWrite): void {
  book.count('refused', frames)
  book.append({type: 'refusal', at, from, reason}, 'frame.refused', `peer/${from}`)
}

/** Type and subject of the entry that tells of it. */
export function nameOf({alarm, change}: Transition): [type: string, subject: string] {
  return [`alarm.${change}`, `alarm/${alarm.id}`]
}
