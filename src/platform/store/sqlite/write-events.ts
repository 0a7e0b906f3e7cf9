/** How events of other systems enter the log: a whole batch or nothing, and each source and id once. */
import {hash} from 'node:crypto'
import type {EventOrigin} from '../../../model/foreign-event.ts'
import type {EventItem, EventsOutcome, EventsWrite} from '../port.ts'
import {routingOf} from './routing.ts'
import type {Transaction} from './transaction.ts'
import {writeSignal} from './write-log.ts'

/** Events that are recognised when they come again: the latest so many, over all sources (about 60 MB on the disk). */
const MAX_SEEN = 500_000

/** What is recognised is written with the rows it stands for. `maxSeen` events are remembered. */
export function writeEvents(
  transaction: Transaction,
  {at, items}: EventsWrite,
  maxSeen: number = MAX_SEEN,
): EventsOutcome {
  const keyed = items.map((item) => ({item, key: keyOf(item.type === 'event' ? item.event : item.via)}))
  // Asked before the first row is written: a batch of which one is refused leaves none.
  const index = keyed.findIndex(({item, key}) => isUnknown(transaction, item) && seqOf(transaction, key) === undefined)
  if (index >= 0) return {type: 'unknown-account', index}
  let last = 0
  let stored = 0
  for (const {item, key} of keyed) {
    const before = seqOf(transaction, key)
    if (before === undefined) {
      writeItem(transaction, item, at)
      transaction.run('INSERT INTO event_seen (key, seq) VALUES (?, ?)', key, transaction.head)
      stored++
    }
    last = Math.max(last, before ?? transaction.head)
  }
  transaction.run('DELETE FROM event_seen WHERE n <= (SELECT max(n) FROM event_seen) - ?', maxSeen)
  return {type: 'stored', result: {seq: last, stored, repeated: items.length - stored}}
}

function writeItem(transaction: Transaction, item: EventItem, at: number): void {
  if (item.type === 'signal') writeSignal(transaction, item.write, item.via)
  else transaction.append({type: 'event', at, event: item.event}, 'event.received', `event/${item.event.source}`)
}

function isUnknown(transaction: Transaction, item: EventItem): boolean {
  if (item.type === 'event' || item.write.acceptUnknown) return false
  return routingOf(transaction, item.write.signal.account) === undefined
}

/** Sequence of the event's row; undefined: it was not here, or too long ago. */
function seqOf(transaction: Transaction, key: string): number | undefined {
  const row = transaction.row('SELECT seq FROM event_seen WHERE key = ?', key)
  return row === undefined ? undefined : Number(row.seq)
}

/** Of one length whatever the sender chose. Neither part can have a line break in it. */
function keyOf({source, id}: EventOrigin): string {
  return hash('sha256', `${source}\n${id}`, 'base64url')
}
