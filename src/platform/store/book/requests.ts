/** What people here ask of the platforms below: kept before it is answered, delivered until the child has answered. */
import {CitywatchError} from '../../../lib/errors.ts'
import {type SafeText, safeText} from '../../../lib/safe-text.ts'
import type {Alarm} from '../../../model/alarm.ts'
import type {AckRequest} from '../../contract.ts'
import {type AnswerWrite, type ChildRequest, KEPT_OPEN_REQUEST, type RequestState} from '../child.ts'
import type {Book, KeptAlarm, NewEntry} from './book.ts'
import {saveAlarm, saveSilently} from './save-alarm.ts'

const KEPT_REQUEST = 'request'
const KEPT_DONE = 'request-done'
/** Requests that are recognised when they come again after they were answered: the latest so many. */
const MAX_DONE = 10_000

/**
 * Asks the child to acknowledge; the alarm says that it is pending until then. The same key again is the same request,
 * whatever became of it. Throws CW_CONFLICT: the alarm has changed since, or somebody else's request is under way.
 */
export function askChild(book: Book, kept: KeptAlarm, request: AckRequest, at: number): Alarm {
  const {alarm} = kept
  const {origin} = alarm
  const {request: key} = request
  if (origin === undefined || key === undefined) return alarm
  const asked = requestOf(book, key)
  if (asked) return asAnswered(alarm, asked)
  if (isDone(alarm, request)) return alarm
  const action = request.reset ? 'reset' : 'ack'
  const {pending} = alarm
  if (pending && pending.version === request.version && pending.action === action) return alarm
  requireFree(alarm, request)
  const asking: Alarm = {
    ...alarm,
    version: alarm.version + 1,
    pending: {key, by: request.by, version: request.version, at, action},
  }
  const {child, id, version} = origin
  const open: ChildRequest = {key, child, alarm: alarm.id, request: {...request, id, version}, at, state: 'pending'}
  book.keep(KEPT_REQUEST, key, JSON.stringify(open))
  book.keep(KEPT_OPEN_REQUEST, `${child}/${key}`, JSON.stringify(open))
  const saved = saveAlarm(book, kept.key, kept, asking)
  tell(book, saved, open, at)
  return saved
}

export function writeAnswer(book: Book, {at, key, state, detail}: AnswerWrite): void {
  settleRequest(book, key, state, detail, at)
}

/** Notes what the child made of it; a final answer ends it, and what comes later changes nothing. */
export function settleRequest(
  book: Book,
  key: string,
  state: RequestState,
  detail: SafeText | undefined,
  at: number,
): void {
  const asked = requestOf(book, key)
  if (asked === undefined || isFinal(asked.state) || asked.state === state || state === 'pending') return
  const next: ChildRequest = {...asked, state, ...(detail === undefined ? {} : {detail})}
  book.keep(KEPT_REQUEST, key, JSON.stringify(next))
  if (!isFinal(state)) {
    book.keep(KEPT_OPEN_REQUEST, `${asked.child}/${key}`, JSON.stringify(next))
    return
  }
  book.keep(KEPT_OPEN_REQUEST, `${asked.child}/${key}`, null)
  forgetOldest(book, key)
  const kept = book.alarm(asked.alarm)
  if (kept === undefined) return
  const before = kept.alarm
  const {pending, ...rest} = before
  // What is confirmed shows when the child's log tells of it, and not a moment before.
  const isOver = pending?.key === key && state !== 'confirmed'
  const alarm = isOver ? saveAlarm(book, kept.key, kept, {...rest, version: before.version + 1}) : before
  tell(book, alarm, next, at)
}

/** Takes the mark off an alarm whose request was answered while the child's log could not be read. */
export function dropAnswered(book: Book, id: number): void {
  const kept = book.alarm(id)
  const before = kept?.alarm
  const asked = before?.pending && requestOf(book, before.pending.key)
  if (kept === undefined || before === undefined || (asked && !isFinal(asked.state))) return
  const {pending, ...rest} = before
  if (pending) saveSilently(book, kept, {...rest, version: before.version + 1})
}

function requestOf(book: Book, key: string): ChildRequest | undefined {
  const text = book.kept(KEPT_REQUEST, key)
  return text === undefined ? undefined : (JSON.parse(text) as ChildRequest)
}

/** A repeat of a request gets what the first one got, or what has come of it since. Throws CW_CONFLICT. */
function asAnswered(alarm: Alarm, {state, detail, key}: ChildRequest): Alarm {
  if (state !== 'conflict' && state !== 'rejected') return alarm
  const words = state === 'conflict' ? 'it has changed since' : 'the platform below refused'
  throw new CitywatchError('CW_CONFLICT', {what: `alarm ${alarm.id}`, detail: `${words}: ${detail ?? key}`})
}

function isDone(alarm: Alarm, {version, reset}: AckRequest): boolean {
  const isOver = alarm.handling === 'closed' || alarm.condition === 'restored'
  const done = reset ? isOver && alarm.handling !== 'new' : alarm.handling !== 'new'
  return done && (version === alarm.ackedVersion || version === alarm.version)
}

function requireFree(alarm: Alarm, {version}: AckRequest): void {
  const what = `alarm ${alarm.id}`
  if (alarm.pending) {
    const detail = `${alarm.pending.by} has asked the platform below already, and it has not answered yet`
    throw new CitywatchError('CW_CONFLICT', {what, detail})
  }
  if (version === alarm.version) return
  const detail = `it is at version ${alarm.version}, the acknowledgement names ${version}`
  throw new CitywatchError('CW_CONFLICT', {what, detail})
}

function isFinal(state: RequestState): boolean {
  return state !== 'pending' && state !== 'sent'
}

function tell(book: Book, alarm: Alarm, {key, request, state, detail}: ChildRequest, at: number): void {
  const action = request.reset ? 'reset' : 'ack'
  const said = detail === undefined ? {} : {detail}
  const by = safeText(request.by)
  const entry: NewEntry = {type: 'request', at, alarm, action, key, by, state, ...said}
  book.append(entry, `request.${state}`, `alarm/${alarm.id}`)
}

function forgetOldest(book: Book, key: string): void {
  const next = Number(book.kept(KEPT_DONE, 'next') ?? 0)
  const place = String(next % MAX_DONE)
  const oldest = book.kept(KEPT_DONE, place)
  if (oldest !== undefined) book.keep(KEPT_REQUEST, oldest, null)
  book.keep(KEPT_DONE, place, key)
  book.keep(KEPT_DONE, 'next', String(next + 1))
}
