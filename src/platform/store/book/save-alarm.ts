/** How an alarm is kept, with what is counted of it. */
import type {Alarm} from '../../../model/alarm.ts'
import type {Book} from './book.ts'

/** `before`: as it was kept until now. */
export function saveAlarm(book: Book, key: string, before: Alarm | undefined, alarm: Alarm): void {
  if (before) book.count(`alarm:${before.handling}`, -1)
  book.count(`alarm:${alarm.handling}`, 1)
  book.saveAlarm(key, alarm)
}
