/** How a signal and a refused frame enter log and alarms. */
import {alarmKey, applySignal} from '../../../alarm/lifecycle.ts'
import {underMasks} from '../../../alarm/mask.ts'
import type {EventOrigin} from '../../../model/foreign-event.ts'
import {UNROUTED} from '../../../model/jurisdiction.ts'
import type {RefusalWrite, SignalWrite} from '../port.ts'
import {keep} from './alarms.ts'
import type {Book} from './book.ts'
import {dropClosed, proposeFor} from './handoffs.ts'
import {saveMask} from './masks.ts'
import {windowOver} from './on-test.ts'
import {routingOf} from './routing.ts'

/** How long the same message of a panel is a repetition, ms: as long as the receiver itself takes it for one. */
const REPEAT_MS = 60_000

/** Logs the signal with what it did to an alarm, and the event that brought it. An account that no panel has is stored only when the write allows it. */
export function writeSignal(book: Book, write: SignalWrite, via?: EventOrigin): 'stored' | 'unknown-account' {
  const {signal, meaning, raises, at} = write
  const routing = routingOf(book, signal.account)
  if (routing === undefined && !write.acceptUnknown) return 'unknown-account'
  if (isRepeated(book, write)) return 'stored'
  const key = alarmKey(signal, meaning)
  const open = book.openAlarm(key)
  const occurrence = {signal, meaning, raises, routing: routing ?? {site: '', jurisdiction: UNROUTED}}
  const window = windowOver(book, signal, at)
  const context = {...(window === undefined ? {} : {onTest: window.id}), ...(via === undefined ? {} : {via})}
  // A trial raises nothing; what was raised before it can still be over.
  const isTrial = window !== undefined && signal.qualifier !== 'restore'
  const transition = isTrial ? null : applySignal(open?.alarm, occurrence, book.nextAlarmId(), at, book.policy)
  if (transition === null) {
    const {jurisdiction} = occurrence.routing
    book.append({type: 'signal', at, signal, jurisdiction, ...context}, 'signal.logged', `account/${signal.account}`)
    return 'stored'
  }
  const {alarm, cleared} = underMasks(transition.alarm, key, book.masksOn(signal.account), at)
  const {change} = transition
  const kept = keep(book, open, key, {alarm, change}, (linked) => {
    return {type: 'signal', at, signal, alarm: linked, change, ...context}
  })
  for (const mask of cleared) saveMask(book, mask, at)
  if (change === 'raised' || change === 'fired-again') proposeFor(book, kept.alarm, 'signal', at)
  if (alarm.closed) dropClosed(book, kept.alarm, alarm.closed.by, at)
  return 'stored'
}

/** A panel whose acknowledgement was lost with the platform's process sends the message again to the next one. */
function isRepeated(book: Book, {message, at}: SignalWrite): boolean {
  if (message === undefined) return false
  const before = book.heardAt(message)
  if (before !== undefined && Math.abs(at - before) < REPEAT_MS) return true
  book.hear(message, at)
  return false
}

export function writeRefusal(book: Book, {at, from, reason, frames}: RefusalWrite): void {
  book.count('refused', frames)
  book.append({type: 'refusal', at, from, reason}, 'frame.refused', `peer/${from}`)
}
