/** What a person does to an alarm: acknowledge, reset, send somebody, note, check, close, route. Each names the version that was seen. */
import {CitywatchError} from '../lib/errors.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Alarm, AlarmChange, Disposition, Finding, LastAction} from '../model/alarm.ts'
import type {Jurisdiction} from '../model/jurisdiction.ts'
import {closedByItself, type Transition} from './lifecycle.ts'
import type {Policy} from './policy.ts'

/** `reset` says that the condition is over: the only way out for what latches, and for an alarm whose end never came. */
export type Deed =
  | {readonly verb: 'ack' | 'unack' | 'reset'}
  | {readonly verb: 'dispatch'; readonly unit: SafeText}
  | {readonly verb: 'comment'; readonly comment: SafeText}
  | {readonly verb: 'check'; readonly found: Finding}
  | {
      readonly verb: 'close'
      readonly as: Disposition
      /** Only for duplicates: the alarm that it repeats. */
      readonly of?: number
    }
  | {
      readonly verb: 'route'
      readonly jurisdiction: Jurisdiction
      /** Key of the site; absent: as it was. */
      readonly site?: string
    }

export interface Said {
  /** The version that the operator saw. A newer one is a conflict: it fired again, or somebody else did something. */
  readonly version: number
  readonly by: SafeText
  /** Why, in words; kept with the alarm. */
  readonly comment?: SafeText
}

export type Action = Deed & Said

/** Checks that an alarm carries; the log has all of them. */
const MAX_CHECKS = 20

/**
 * The alarm after the action; null when it has been done already: a repeat of it, or of what the operator saw done. Throws
 * CW_CONFLICT when the alarm has another version than the operator saw, is closed, or may not be closed yet; CW_BAD_VALUE
 * for what cannot be meant.
 */
export function act(alarm: Alarm, action: Action, now: number, policy: Policy): Transition | null {
  if (isDone(alarm, action)) return null
  requireVersion(alarm, action)
  const {alarm: after, change} = deed(alarm, action, now, policy)
  const {comment} = action
  return {
    change,
    alarm: {
      ...after,
      version: alarm.version + 1,
      changedAt: now,
      ...(comment === undefined ? {} : {comment: {text: comment, by: action.by, at: now}}),
      last: lastOf(action),
    },
  }
}

/** Throws CW_CONFLICT unless the operator saw the alarm as it is. */
export function requireVersion({id, version}: Alarm, action: Said & {readonly verb: LastAction['verb']}): void {
  if (action.version === version) return
  throw conflict(id, `it is at version ${version}, the ${WORDS[action.verb]} names ${action.version}`)
}

export function lastOf({verb, version, by}: Said & {readonly verb: LastAction['verb']}): LastAction {
  return {verb, version, by}
}

const WORDS: Readonly<Record<LastAction['verb'], string>> = {
  ack: 'acknowledgement',
  unack: 'withdrawal',
  reset: 'reset',
  dispatch: 'dispatch',
  comment: 'comment',
  check: 'check',
  close: 'closing',
  route: 'routing',
  shelve: 'shelving',
  suppress: 'suppression',
  outofservice: 'taking out of service',
  unhide: 'return to the list',
}

/** True for a repeat: the same by the same person at the same version, or a wish that the alarm fulfils as it was seen. */
function isDone(alarm: Alarm, action: Action): boolean {
  const {last, version, ackedVersion, handling} = alarm
  const isLast = last?.verb === action.verb && last.version === action.version && last.by === action.by
  if (isLast && isFulfilled(alarm, action)) return true
  const isSeen = action.version === version && action.comment === undefined
  switch (action.verb) {
    case 'ack':
      return handling !== 'new' && (action.version === ackedVersion || isSeen)
    case 'unack':
      return isSeen && handling === 'new'
    case 'reset':
      return isSeen && isOver(alarm)
    case 'close':
      return handling === 'closed' && isSeen && isFulfilled(alarm, action)
    default:
      return false
  }
}

function isFulfilled(alarm: Alarm, action: Action): boolean {
  switch (action.verb) {
    case 'ack':
      return alarm.handling !== 'new'
    case 'unack':
      return alarm.handling === 'new'
    case 'reset':
      return isOver(alarm)
    case 'dispatch':
      return alarm.dispatch?.unit === action.unit
    case 'comment':
      return alarm.comment?.text === action.comment
    case 'check':
      return alarm.checks?.at(-1)?.found === action.found
    case 'close':
      return alarm.closed?.as === action.as && alarm.closed.of === action.of
    case 'route':
      return alarm.jurisdiction === action.jurisdiction && alarm.site === (action.site ?? alarm.site)
  }
}

function isOver({condition, handling}: Alarm): boolean {
  return condition === 'restored' && handling !== 'new'
}

function deed(alarm: Alarm, action: Action, now: number, policy: Policy): Transition {
  const {id, handling, closed} = alarm
  const isLate = action.verb === 'comment' || action.verb === 'close'
  if (handling === 'closed' && !isLate) throw conflict(id, `it was closed by ${closed?.by ?? 'somebody'}`)
  const {by} = action
  switch (action.verb) {
    case 'ack':
      return over({...alarm, ...acked(alarm, action)}, 'acked', now, policy)
    case 'unack':
      return {alarm: unacked(alarm, now), change: 'unacked'}
    case 'reset':
      return over(
        {...alarm, ...acked(alarm, action), condition: 'restored', reset: {by, at: now}},
        'reset',
        now,
        policy,
      )
    case 'dispatch': {
      const {unit} = action
      const sent = {...alarm, ...acked(alarm, action), handling: 'dispatched', dispatch: {unit, by, at: now}} as const
      return {alarm: sent, change: 'dispatched'}
    }
    case 'comment':
      return {alarm, change: 'commented'}
    case 'check': {
      const checks = [...(alarm.checks ?? []), {found: action.found, by, at: now}].slice(-MAX_CHECKS)
      return {alarm: {...alarm, checks}, change: 'checked'}
    }
    case 'close':
      return {alarm: closedAs(alarm, action, now, policy), change: 'closed'}
    case 'route': {
      const {jurisdiction, site = alarm.site} = action
      return {alarm: {...alarm, jurisdiction, site}, change: 'routed'}
    }
  }
}

/** Who has seen it; whoever acknowledged first stays. */
function acked(alarm: Alarm, {by, version}: Said) {
  const handling = alarm.dispatch === undefined ? ('acked' as const) : ('dispatched' as const)
  return alarm.handling === 'new' ? {handling, ackedBy: by, ackedVersion: version} : {}
}

function unacked(alarm: Alarm, now: number): Alarm {
  const {ackedBy: _by, ackedVersion: _version, ...rest} = alarm
  return {...rest, handling: 'new', newSince: now}
}

function over(alarm: Alarm, change: AlarmChange, now: number, policy: Policy): Transition {
  return closedByItself(alarm, now, policy) ?? {alarm, change}
}

/** A person who closes what latches resets it with that. Closed once more, it gets another disposition. */
function closedAs(alarm: Alarm, action: Extract<Action, {verb: 'close'}>, now: number, policy: Policy): Alarm {
  const {as, by, of} = action
  if (of !== undefined && (as !== 'duplicate' || of === alarm.id)) {
    const expected = as === 'duplicate' ? 'another alarm than itself' : 'given for duplicates only'
    throw new CitywatchError('CW_BAD_VALUE', {field: 'of', value: of, expected})
  }
  requireClosable(alarm, as, policy)
  const {hidden: _shown, ...rest} = alarm
  const isLatched = alarm.condition === 'latched'
  return {
    ...rest,
    ...(alarm.handling === 'closed' ? {} : acked(alarm, action)),
    ...(isLatched ? {condition: 'restored', reset: {by, at: now}} : {}),
    handling: 'closed',
    closed: {as, by, at: now, ...(of === undefined ? {} : {of})},
  }
}

/** What is still active is reset first: closing says what it was, a reset says that it is over. Panic always. */
function requireClosable({id, condition, latching, handling}: Alarm, as: Disposition, {closesActive}: Policy): void {
  if (condition !== 'active' || handling === 'closed') return
  if (!latching && closesActive.includes(as)) return
  const others = latching || closesActive.length === 0 ? '' : `, or close it as ${closesActive.join(' or ')}`
  throw conflict(id, `it is still active: reset it when somebody knows that it is over${others}`)
}

/** CW_CONFLICT about one alarm. */
export function conflict(id: number, detail: string): CitywatchError {
  return new CitywatchError('CW_CONFLICT', {what: `alarm ${id}`, detail})
}
