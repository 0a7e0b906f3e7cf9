/** How events of other systems enter the log: a whole batch or nothing, and each source and id once. */
import {hash} from 'node:crypto'
import type {EventOrigin} from '../../../model/foreign-event.ts'
import type {EventItem, EventsOutcome, EventsWrite} from '../port.ts'
import type {Book} from './book.ts'
import {routingOf} from './routing.ts'
import {writeSignal} from './signals.ts'

/** Events that are recognised when they come again: the latest so many, over all sources (about 12 MB on the disk and 25 MB in memory). */
export const MAX_SEEN = 500_000

/** What is recognised is written with the rows it stands for. `maxSeen` events are remembered. */
export function writeEvents(book: Book, {at, items}: EventsWrite, maxSeen: number = MAX_SEEN): EventsOutcome {
  const keyed = items.map((item) => ({item, key: keyOf(item.type === 'event' ? item.event : item.via)}))
  // Asked before the first row is written: a batch of which one is refused leaves none.
  const index = keyed.findIndex(({item, key}) => isUnknown(book, item) && book.seenAt(key) === undefined)
  if (index >= 0) return {type: 'unknown-account', index}
  let last = 0
  let stored = 0
  for (const {item, key} of keyed) {
    const before = book.seenAt(key)
    if (before === undefined) {
      writeItem(book, item, at)
      book.see(key, book.head)
      stored++
    }
    last = Math.max(last, before ?? book.head)
  }
  book.forgetSeen(maxSeen)
  return {type: 'stored', result: {seq: last, stored, repeated: items.length - stored}}
}

function writeItem(book: Book, item: EventItem, at: number): void {
  if (item.type === 'signal') writeSignal(book, item.write, item.via)
  else book.append({type: 'event', at, event: item.event}, 'event.received', `event/${item.event.source}`)
}

function isUnknown(book: Book, item: EventItem): boolean {
  if (item.type === 'event' || item.write.acceptUnknown) return false
  return routingOf(book, item.write.signal.account) === undefined
}

/** What an event is recognised by. Of one length whatever the sender chose. Neither part can have a line break in it. */
export function keyOf({source, id}: EventOrigin): string {
  return hash('sha256', `${source}\n${id}`, 'base64url')
}
