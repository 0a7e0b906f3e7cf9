/** How a signal and a refused frame enter log and alarms. */
import {alarmKey, applySignal, type Occurrence, type Transition} from '../../../alarm/lifecycle.ts'
import {underMasks} from '../../../alarm/mask.ts'
import type {EventOrigin} from '../../../model/foreign-event.ts'
import {UNROUTED} from '../../../model/jurisdiction.ts'
import type {RefusalWrite, SignalWrite} from '../port.ts'
import type {Book} from './book.ts'
import {dropClosed, proposeFor} from './handoffs.ts'
import {saveMask} from './masks.ts'
import {windowOver} from './on-test.ts'
import {routingOf} from './routing.ts'
import {nameOf, saveAlarm} from './save-alarm.ts'

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
  const {jurisdiction} = occurrence.routing
  // A trial raises nothing; what was raised before it can still be over.
  const isTrial = window !== undefined && signal.qualifier !== 'restore'
  const tell = (transition: Transition | null) => {
    if (transition) book.append({type: 'signal', at, signal, ...transition, ...context}, ...nameOf(transition))
    else
      book.append({type: 'signal', at, signal, jurisdiction, ...context}, 'signal.logged', `account/${signal.account}`)
  }
  if (isTrial) tell(null)
  else changeAlarm(book, alarmKey(signal, meaning), occurrence, at, tell)
  return 'stored'
}

/**
 * What an occurrence does to the alarm of its key, and what follows from that: its masks, hand-overs. `tell` appends the entry
 * that tells of it, once; null: the alarm does not change.
 */
export function changeAlarm(
  book: Book,
  key: string,
  occurrence: Occurrence,
  at: number,
  tell: (transition: Transition | null) => void,
): void {
  const open = book.openAlarm(key)
  const transition = applySignal(open?.alarm, occurrence, book.nextAlarmId(), at, book.policy)
  if (transition === null) {
    tell(null)
    return
  }
  const {change} = transition
  const {account} = occurrence.signal
  const {alarm, cleared} = underMasks(transition.alarm, key, book.masksOn(account), at)
  const linked = saveAlarm(book, key, open, alarm)
  tell({alarm: linked, change})
  for (const mask of cleared) saveMask(book, mask, at)
  // Alarms without an account are no panel's: the rules of hand-over know panels.
  if (account !== '' && (change === 'raised' || change === 'fired-again')) proposeFor(book, linked, 'signal', at)
  if (linked.closed) dropClosed(book, linked, linked.closed.by, at)
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
