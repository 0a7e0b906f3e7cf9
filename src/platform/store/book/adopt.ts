/** How entries of a child's log enter this one: rows, alarms and cursor together, each entry once. */
import {CitywatchError} from '../../../lib/errors.ts'
import {type SafeText, safeText} from '../../../lib/safe-text.ts'
import type {Alarm, AlarmChange, OpenAlarms} from '../../../model/alarm.ts'
import type {LogEntry, Position} from '../../../model/log-entry.ts'
import type {EntryOrigin} from '../../../model/origin.ts'
import type {AdoptWrite, ChildState, ChildTally, ResyncWrite} from '../child.ts'
import type {Book, NewEntry} from './book.ts'
import {type Adopted, adoptAlarm, childState, isSameAlarm, loseAlarm, saveChild} from './children.ts'
import {dropAnswered, settleRequest} from './requests.ts'

const NOTHING: OpenAlarms = {new: 0, acked: 0}

/** The child's state after it. Throws CW_CONFLICT when the cursor here is another than the entries follow. */
export function writeAdopt(book: Book, write: AdoptWrite): ChildState {
  const {at, after, upTo, head, entries, tally} = write
  let child = childState(book, write.child) ?? firstState(book, write)
  requireCursor(child, after)
  let due = tally && after.seq <= tally.seq && upTo >= tally.seq ? tally : undefined
  for (const entry of entries) {
    if (due && entry.seq > due.seq) {
      child = checked(book, child, due, at)
      due = undefined
    }
    child = adoptEntry(book, child, entry, at)
  }
  child = {...child, seq: Math.max(child.seq, upTo), head: Math.max(head, upTo)}
  if (due) child = checked(book, child, due, at)
  saveChild(book, child)
  return child
}

/** The child's state after it: at the position, with what is open there. Throws CW_CONFLICT as writeAdopt does. */
export function writeResync(book: Book, write: ResyncWrite): ChildState {
  const {at, child: name, position, why, alarms, others} = write
  const known = childState(book, name)
  if (known) requireCursor(known, write.after)
  const {check: _check, ...before} = known ?? empty(name, position)
  let child: ChildState = {...before, ...position, head: position.seq}
  tell(book, name, 'resynced', why, at)
  for (const id of write.ours) dropAnswered(book, id)
  for (const theirs of [...alarms, ...others]) {
    const adopted = adoptAlarm(book, child, theirs, true)
    child = adopted.child
    if (adopted.alarm !== adopted.before) appendAlarm(book, adopted, changeOf(adopted), name, at)
  }
  const there = new Map([...alarms, ...others].map((alarm) => [alarm.id, alarm]))
  for (const id of write.ours) child = loseUnless(book, child, id, there, at)
  saveChild(book, child)
  return child
}

/** What is open here and unknown there stays open: it may be true all the same, and nobody below answers for it. */
function loseUnless(
  book: Book,
  child: ChildState,
  id: number,
  there: ReadonlyMap<number, Alarm>,
  at: number,
): ChildState {
  const ours = book.alarm(id)?.alarm
  if (ours?.origin?.child !== child.name || ours.origin.lost || ours.handling === 'closed') return child
  const theirs = there.get(ours.origin.id)
  if (theirs && isSameAlarm(ours, theirs)) return child
  if (ours.pending) settleRequest(book, ours.pending.key, 'rejected', safeText('the child no longer has it'), at)
  const kept = book.alarm(id)
  if (kept === undefined) return child
  const lost = loseAlarm(book, child, kept)
  appendAlarm(book, lost, 'orphaned', child.name, at)
  return lost.child
}

function firstState(book: Book, {child, after, at}: AdoptWrite): ChildState {
  tell(book, child, 'joined', safeText(`its log is ${after.epoch}`), at)
  return empty(child, after)
}

function empty(name: string, {epoch, seq}: Position): ChildState {
  return {name, epoch, seq, head: seq, open: NOTHING, lost: 0}
}

function requireCursor({name, epoch, seq}: ChildState, after: Position | null): void {
  if (epoch === after?.epoch && seq === after.seq) return
  const detail = `the cursor is ${epoch}-${seq}, not ${after?.epoch}-${after?.seq}`
  throw new CitywatchError('CW_CONFLICT', {what: `child ${name}`, detail})
}

function adoptEntry(book: Book, child: ChildState, entry: LogEntry, at: number): ChildState {
  const origin = originOf(child, entry)
  switch (entry.type) {
    case 'request':
      settleRequest(book, entry.key, entry.state, entry.detail, at)
      return child
    case 'signal': {
      if (entry.alarm === undefined || entry.change === undefined) {
        const logged: NewEntry = {...withoutSeq(entry), at, origin}
        book.append(logged, 'signal.logged', `account/${entry.signal.account}`)
        return child
      }
      const adopted = adoptAlarm(book, child, entry.alarm)
      const {alarm} = adopted
      book.append({...withoutSeq(entry), alarm, at, origin}, `alarm.${entry.change}`, `alarm/${alarm.id}`)
      return adopted.child
    }
    case 'action': {
      const adopted = adoptAlarm(book, child, entry.alarm)
      const {alarm} = adopted
      book.append({...withoutSeq(entry), alarm, at, origin}, `alarm.${entry.change}`, `alarm/${alarm.id}`)
      return adopted.child
    }
    case 'refusal':
      book.append({...withoutSeq(entry), at, origin}, 'frame.refused', `peer/${entry.from}`)
      return child
    case 'event':
      book.append({...withoutSeq(entry), at, origin}, 'event.received', `event/${entry.event.source}`)
      return child
    default:
      return child // on-test windows and children of a child are its own business
  }
}

function originOf(child: ChildState, {seq, at, origin}: LogEntry): EntryOrigin {
  return {child: child.name, epoch: child.epoch, seq, at, ...(origin === undefined ? {} : {origin})}
}

function withoutSeq<E extends LogEntry>({seq: _seq, ...rest}: E): Omit<E, 'seq'> {
  return rest
}

function appendAlarm(book: Book, {alarm}: Adopted, change: AlarmChange, child: string, at: number): void {
  const by = safeText(`child ${child}`)
  book.append({type: 'action', at, alarm, change, by}, `alarm.${change}`, `alarm/${alarm.id}`)
}

/** What has become of an alarm while nobody looked. */
function changeOf({before, alarm}: Adopted): AlarmChange {
  if (alarm.handling === 'closed') return 'closed'
  if (before === undefined) return 'raised'
  if (alarm.handling !== 'new' && before.handling === 'new') return 'acked'
  return alarm.condition === 'restored' ? 'restored' : 'fired-again'
}

/** Compares what is open there and here at one position, and tells when that has become wrong or right. */
function checked(book: Book, child: ChildState, {seq, new: fresh, acked}: ChildTally, at: number): ChildState {
  const there = {new: fresh, acked}
  const check = {at, seq, there, here: child.open}
  const [was, is] = [child.check === undefined || isEven(child.check), isEven(check)]
  if (was !== is) {
    const detail = `open there ${words(there)}, here ${words(child.open)}, at ${child.epoch}-${seq}`
    tell(book, child.name, is ? 'reconciled' : 'mismatch', safeText(detail), at)
  }
  return {...child, check}
}

/** True when as many alarms are open here as there. */
function isEven({there, here}: NonNullable<ChildState['check']>): boolean {
  return there.new === here.new && there.acked === here.acked
}

function words({new: fresh, acked}: OpenAlarms): string {
  return `${fresh} new and ${acked} acknowledged`
}

type ChildChange = Extract<LogEntry, {type: 'child'}>['change']

function tell(book: Book, child: string, change: ChildChange, detail: SafeText, at: number): void {
  book.append({type: 'child', at, child, change, detail}, `child.${change}`, `child/${child}`)
}
