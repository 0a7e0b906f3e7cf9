/** How an alarm is kept, with what is counted of it and where the log tells of it. */
import type {Transition} from '../../../alarm/lifecycle.ts'
import {talliesOf} from '../../../alarm/tally.ts'
import type {Alarm} from '../../../model/alarm.ts'
import type {Book, KeptAlarm} from './book.ts'

/** `before`: as it was kept until now. The caller appends the entry that tells of it next. Returns the alarm to tell of: linked to its last change. */
export function saveAlarm(book: Book, key: string, before: KeptAlarm | undefined, alarm: Alarm): Alarm {
  const {previous: _older, ...rest} = alarm
  // 0: kept by a version that did not link its changes.
  const linked: Alarm = before === undefined || before.seq === 0 ? rest : {...rest, previous: before.seq}
  put(book, before, {key, alarm: linked, seq: book.head + 1})
  return linked
}

/** The same for a change that the log has no entry of. */
export function saveSilently(book: Book, before: KeptAlarm, alarm: Alarm): void {
  put(book, before, {...before, alarm})
}

/** Type and subject of the entry that tells of it. */
export function nameOf({alarm, change}: Transition): [type: string, subject: string] {
  return [`alarm.${change}`, `alarm/${alarm.id}`]
}

function put(book: Book, before: KeptAlarm | undefined, kept: KeptAlarm): void {
  if (before) for (const tally of talliesOf(before.alarm)) book.count(`alarm:${tally}`, -1)
  for (const tally of talliesOf(kept.alarm)) book.count(`alarm:${tally}`, 1)
  book.saveAlarm(kept)
}
