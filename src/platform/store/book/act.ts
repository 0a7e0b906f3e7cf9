/** How what a person does to an alarm is written: the deed itself, the masks it puts or takes away, the hand-overs it moves. */
import {type Action, act, conflict, lastOf, requireVersion} from '../../../alarm/act.ts'
import {endMask, rehidden, startMask} from '../../../alarm/mask.ts'
import {CitywatchError} from '../../../lib/errors.ts'
import type {Alarm, Hidden} from '../../../model/alarm.ts'
import type {Site} from '../../../model/device.ts'
import {isOn} from '../../../model/mask.ts'
import type {AckRequest, AlarmActRequest, HideVerb} from '../../contract.ts'
import {type Json, json} from '../../json.ts'
import {alarmOf, keepAction} from './alarms.ts'
import type {Book, KeptAlarm} from './book.ts'
import {saveChildOf} from './children.ts'
import {dropClosed, proposeFor} from './handoffs.ts'
import {saveMask} from './masks.ts'
import {askChild} from './requests.ts'

type Hide = Extract<AlarmActRequest, {verb: HideVerb}>
type Wish = Exclude<AlarmActRequest, {verb: HideVerb | 'unhide'}>

const HIDES: Readonly<Record<HideVerb, Hidden['as']>> = {
  shelve: 'shelved',
  suppress: 'suppressed',
  outofservice: 'out-of-service',
}

/** The alarm after it; a repeat writes nothing. Throws CW_BAD_VALUE, CW_CONFLICT. */
export function writeAct(book: Book, request: AlarmActRequest, at: number): Json<Alarm> {
  const kept = alarmOf(book, request.id)
  requireHere(kept.alarm, request.verb)
  return json(acted(book, kept, request, at))
}

function acted(book: Book, kept: KeptAlarm, request: AlarmActRequest, at: number): Alarm {
  switch (request.verb) {
    case 'shelve':
    case 'suppress':
    case 'outofservice':
      return hide(book, kept, request, at).alarm
    case 'unhide':
      return unhide(book, kept, request, at).alarm
    default:
      return done(book, kept, request, at).alarm
  }
}

/** The route that there was before there were others. Throws CW_BAD_VALUE, CW_CONFLICT. */
export function writeAck(book: Book, asked: AckRequest, at: number): Json<Alarm> {
  const {reset, request: _key, ...request} = asked
  const kept = alarmOf(book, asked.id)
  if (isBelow(kept.alarm)) return json(askChild(book, kept, asked, at))
  return json(acted(book, kept, {...request, verb: reset ? 'reset' : 'ack'}, at))
}

/** A platform below has the alarm, and answers for it. */
function isBelow({origin}: Alarm): boolean {
  return origin !== undefined && !origin.lost
}

/** Throws CW_CONFLICT for what does not travel down: it names the platform below and the alarm's number there. */
function requireHere(alarm: Alarm, verb: AlarmActRequest['verb']): void {
  if (!isBelow(alarm) || alarm.origin === undefined) return
  const {path, child, id} = alarm.origin
  const words = verb === 'ack' || verb === 'reset' ? `${verb} it without a comment, or do it` : 'do this'
  throw conflict(alarm.id, `it belongs to ${path.join(' / ')}: ${words} there (alarm ${id} of ${child})`)
}

function done(book: Book, before: KeptAlarm, {id: _id, ...request}: Wish, at: number): KeptAlarm {
  const action = actionOf(book, request)
  const transition = act(before.alarm, action, at, book.policy)
  if (transition === null) return before
  const kept = keepAction(book, before, transition, at, action.by)
  if (kept.alarm.origin) saveChildOf(book, before.alarm, kept.alarm)
  if (action.verb === 'check') proposeFor(book, kept.alarm, 'check', at)
  if (transition.change === 'closed') dropClosed(book, kept.alarm, action.by, at)
  return kept
}

/** A site brings its jurisdiction along. Throws CW_BAD_VALUE when the inventory has no such site. */
function actionOf(book: Book, request: Omit<Wish, 'id'>): Action {
  if (request.verb !== 'route') return request as Exclude<Action, {verb: 'route'}>
  const {site, jurisdiction, ...rest} = request as Extract<Wish, {verb: 'route'}>
  const found = site === undefined ? undefined : siteOf(book, site)
  const path = jurisdiction ?? found?.jurisdiction
  if (path === undefined || path === '') {
    const expected = 'a jurisdiction, or a site that has one'
    throw new CitywatchError('CW_BAD_VALUE', {field: 'jurisdiction', value: 'missing', expected})
  }
  return {...rest, verb: 'route', jurisdiction: path, ...(site === undefined ? {} : {site})}
}

function siteOf(book: Book, key: string): Site {
  const state = book.device('site', key)
  if (state !== undefined) return JSON.parse(state) as Site
  throw new CitywatchError('CW_BAD_VALUE', {field: 'site', value: key, expected: 'the key of a site of the inventory'})
}

/** A mask of the alarm's own; the one of the same kind that it has is replaced. */
function hide(book: Book, before: KeptAlarm, request: Hide, at: number): KeptAlarm {
  const {alarm, key} = before
  const {verb, version, by, reason} = request
  const {last, hidden} = alarm
  const isRepeat = last?.verb === verb && last.version === version && last.by === by && hidden?.reason === reason
  if (isRepeat) return before
  requireVersion(alarm, request)
  if (alarm.handling === 'closed') throw conflict(alarm.id, 'it is closed')
  const as = HIDES[verb]
  const {id: _id, verb: _verb, version: _version, comment: _comment, ...start} = request
  const scope = {of: 'alarm', account: alarm.account, alarm: alarm.id, key} as const
  const place = {id: book.nextMaskId(), now: at, policy: book.policy, routing: alarm}
  const started = startMask({...start, as}, scope, place, alarm)
  for (const mask of book.masksOn(alarm.account)) {
    const isOwn = mask.scope.of === 'alarm' && mask.scope.key === key && mask.as === as
    const ended = isOwn ? endMask(mask, by, at) : null
    if (ended) saveMask(book, ended, at, by)
  }
  saveMask(book, started, at, by)
  return seen(book, before, request, at)
}

/** Ends what hides this alarm alone; an alarm that is not hidden stays as it is. */
function unhide(
  book: Book,
  before: KeptAlarm,
  request: Extract<AlarmActRequest, {verb: 'unhide'}>,
  at: number,
): KeptAlarm {
  const {alarm, key} = before
  const {version, by} = request
  const isRepeat = alarm.last?.verb === 'unhide' && alarm.last.version === version && alarm.last.by === by
  if (isRepeat || (alarm.hidden === undefined && version === alarm.version)) return before
  requireVersion(alarm, request)
  const masks = book.masksOn(alarm.account).filter((mask) => isOn(mask, at))
  const own = masks.filter(({scope}) => scope.of === 'alarm' && scope.key === key)
  if (own.length === 0 && alarm.hidden) {
    const detail = `mask ${alarm.hidden.mask} hides more than this alarm: end that one`
    throw conflict(alarm.id, detail)
  }
  for (const mask of own) {
    const ended = endMask(mask, by, at)
    if (ended) saveMask(book, ended, at, by)
  }
  return seen(book, before, request, at)
}

/** The alarm as its masks leave it, with who did it; one that looks the same to everybody has still been acted upon. */
function seen(
  book: Book,
  before: KeptAlarm,
  request: Hide | Extract<AlarmActRequest, {verb: 'unhide'}>,
  at: number,
): KeptAlarm {
  const {alarm, key} = before
  const {by, comment} = request
  const note = comment === undefined ? {} : {comment: {text: comment, by, at}}
  const transition = rehidden(alarm, key, book.masksOn(alarm.account), at) ?? {
    alarm: {...alarm, version: alarm.version + 1, changedAt: at},
    change: alarm.hidden?.as ?? ('shown' as const),
  }
  const acted = {...transition, alarm: {...transition.alarm, ...note, last: lastOf(request)}}
  return keepAction(book, before, acted, at, by)
}
