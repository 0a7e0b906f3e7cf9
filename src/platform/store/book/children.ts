/** Alarms of the platforms below: their own number here, the child's word for everything else. */
import type {Alarm, OpenAlarms} from '../../../model/alarm.ts'
import {type ChildState, KEPT_CHILD, KEPT_CHILD_ALARM} from '../child.ts'
import type {Book, KeptAlarm} from './book.ts'
import {saveAlarm} from './save-alarm.ts'

export function childState(book: Book, name: string): ChildState | undefined {
  const text = book.kept(KEPT_CHILD, name)
  return text === undefined ? undefined : (JSON.parse(text) as ChildState)
}

export function saveChild(book: Book, state: ChildState): void {
  book.keep(KEPT_CHILD, state.name, JSON.stringify(state))
}

export interface Adopted {
  readonly before: Alarm | undefined
  readonly alarm: Alarm
  readonly child: ChildState
}

/**
 * The alarm here after what the child tells of it. The same alarm is one of the same number, time and code there: after
 * an older log was restored the child gives numbers again, and those are other alarms. Of what is known already nothing
 * changes, unless `isSnapshot`: then the child's word of now counts, also when it is an older version.
 */
export function adoptAlarm(book: Book, child: ChildState, theirs: Alarm, isSnapshot = false): Adopted {
  const kept = known(book, child.name, theirs)
  const before = kept?.alarm
  if (before?.origin && !isSnapshot && before.origin.version >= theirs.version) return {before, alarm: before, child}
  if (before && isSnapshot && isUnchanged(before, theirs)) return {before, alarm: before, child}
  const id = before?.id ?? book.nextAlarmId()
  const {ackedVersion: _there, pending: _asked, origin, ...rest} = theirs
  const adopted: Alarm = {
    ...rest,
    id,
    version: (before?.version ?? 0) + 1,
    ...(before === undefined ? {} : answeredBy(before, theirs)),
    origin: {child: child.name, id: theirs.id, version: theirs.version, path: [child.name, ...(origin?.path ?? [])]},
  }
  const alarm = saveAlarm(book, alarmKeyOf(adopted), kept, adopted)
  if (before === undefined) book.keep(KEPT_CHILD_ALARM, `${child.name}/${theirs.id}`, String(id))
  return {before, alarm, child: counted(child, before, alarm)}
}

/** The alarm as one that the child no longer has: it stays open, and whoever is here answers for it. */
export function loseAlarm(book: Book, child: ChildState, kept: KeptAlarm): Adopted {
  const before = kept.alarm
  const {pending: _pending, ...rest} = before
  const origin = before.origin && {...before.origin, lost: true as const}
  const lost: Alarm = {...rest, version: before.version + 1, ...(origin ? {origin} : {})}
  const alarm = saveAlarm(book, alarmKeyOf(lost), kept, lost)
  return {before, alarm, child: counted(child, before, alarm)}
}

/** Counts what a person here did to an alarm that the child no longer has. */
export function saveChildOf(book: Book, before: Alarm, alarm: Alarm): void {
  const child = before.origin && childState(book, before.origin.child)
  if (child) saveChild(book, counted(child, before, alarm))
}

/** Versions are counted here: what the child acknowledged is said as the version that was seen here, and ends a request for it. */
function answeredBy(before: Alarm, {ackedVersion}: Alarm): Pick<Alarm, 'ackedVersion' | 'pending'> {
  const {pending} = before
  const isThisOne = ackedVersion !== undefined && ackedVersion === before.origin?.version
  if (isThisOne) return {ackedVersion: pending?.version ?? before.version}
  return {
    ...(ackedVersion === undefined || before.ackedVersion === undefined ? {} : {ackedVersion: before.ackedVersion}),
    ...(pending === undefined ? {} : {pending}),
  }
}

/** No signal heard here can be about it. */
function alarmKeyOf({id, origin}: Alarm): string {
  return `child/${origin?.child}/${id}`
}

/** What the child's state counts after an alarm of it changed, here or there. */
function counted(child: ChildState, before: Alarm | undefined, alarm: Alarm): ChildState {
  return {
    ...child,
    open: plus(plus(child.open, before, -1), alarm, 1),
    lost: child.lost - Number(isLost(before)) + Number(isLost(alarm)),
  }
}

function known(book: Book, child: string, theirs: Alarm): KeptAlarm | undefined {
  const id = book.kept(KEPT_CHILD_ALARM, `${child}/${theirs.id}`)
  const ours = id === undefined ? undefined : book.alarm(Number(id))
  if (ours === undefined || ours.alarm.origin?.lost) return undefined
  return isSameAlarm(ours.alarm, theirs) ? ours : undefined
}

export function isSameAlarm(ours: Alarm, theirs: Alarm): boolean {
  const {raisedAt, account, code} = ours
  return raisedAt === theirs.raisedAt && account === theirs.account && code === theirs.code
}

function isUnchanged({origin, handling, condition, count}: Alarm, theirs: Alarm): boolean {
  return (
    origin?.version === theirs.version &&
    handling === theirs.handling &&
    condition === theirs.condition &&
    count === theirs.count
  )
}

function plus(open: OpenAlarms, alarm: Alarm | undefined, delta: number): OpenAlarms {
  if (alarm === undefined || alarm.handling === 'closed' || isLost(alarm)) return open
  return alarm.handling === 'new' ? {...open, new: open.new + delta} : {...open, acked: open.acked + delta}
}

function isLost(alarm: Alarm | undefined): boolean {
  return alarm?.origin?.lost === true && alarm.handling !== 'closed'
}
