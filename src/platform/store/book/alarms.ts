/** How a change of an alarm is kept: its entry in the log, linked to the one before, then the alarm and the totals. */
import type {Transition} from '../../../alarm/lifecycle.ts'
import {CitywatchError} from '../../../lib/errors.ts'
import type {SafeText} from '../../../lib/safe-text.ts'
import type {Alarm} from '../../../model/alarm.ts'
import type {Book, KeptAlarm, NewEntry} from './book.ts'
import {nameOf, saveAlarm} from './save-alarm.ts'

/** Undefined: a new alarm. */
type Before = KeptAlarm | undefined

/** Keeps the alarm after a change; `entry` tells of it in the log. Returns the alarm as it is kept. */
function keep(
  book: Book,
  before: Before,
  key: string,
  {alarm, change}: Transition,
  entry: (alarm: Alarm) => NewEntry,
): KeptAlarm {
  const linked = saveAlarm(book, key, before, alarm)
  book.append(entry(linked), ...nameOf({alarm: linked, change}))
  return {key, alarm: linked, seq: book.head}
}

/** The same for what a person did, or time when `by` is absent. */
export function keepAction(
  book: Book,
  before: KeptAlarm,
  transition: Transition,
  at: number,
  by?: SafeText,
): KeptAlarm {
  const {change} = transition
  const who = by === undefined ? {} : {by}
  return keep(book, before, before.key, transition, (alarm) => ({type: 'action', at, alarm, change, ...who}))
}

/** Throws CW_BAD_VALUE when there is no such alarm. */
export function alarmOf(book: Book, id: number): KeptAlarm {
  const kept = book.alarm(id)
  if (kept) return kept
  throw new CitywatchError('CW_BAD_VALUE', {field: 'alarm', value: id, expected: 'the id of an alarm'})
}
