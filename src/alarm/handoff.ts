/** The life of a hand-over to 110: rules propose it, a person tells 110 once and records who, what, how, then the answer. */
import {CitywatchError} from '../lib/errors.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Alarm} from '../model/alarm.ts'
import {type Ground, type Handing, type Handoff, type HandoffChange, isWaiting} from '../model/handoff.ts'

export interface HandoffTransition {
  readonly handoff: Handoff
  readonly change: HandoffChange
}

/** What an operator records after 110 was told. */
export interface HandoverRecord extends Omit<Handing, 'at'> {
  /** Alarm that it was about, at the version that the operator saw. */
  readonly alarm: number
  readonly version: number
}

export interface HandoffStep {
  readonly id: number
  /** The version of the hand-over that the operator saw. */
  readonly version: number
  readonly by: SafeText
}

/** True when the alarm is part of this incident still: later on it is another one, and 110 is told anew. */
export function coversStill(handoff: Handoff, alarm: number, now: number, sameIncidentMs: number): boolean {
  if (!handoff.alarms.includes(alarm)) return false
  if (isWaiting(handoff)) return true
  return handoff.state === 'answered' && now - (handoff.handed?.at ?? handoff.openedAt) < sameIncidentMs
}

export interface Proposal {
  readonly alarm: Alarm
  /** At least one. */
  readonly grounds: readonly Ground[]
  /** The rules say that 110 has the line itself. */
  readonly direct: boolean
}

/** A new proposal, or the incident that goes on with more grounds; null when it has them all. `nextId` numbers a new one. */
export function propose(
  {alarm, grounds, direct}: Proposal,
  known: readonly Handoff[],
  {nextId, now, sameIncidentMs}: {readonly nextId: number; readonly now: number; readonly sameIncidentMs: number},
): HandoffTransition | null {
  const ids = new Set(grounds.flatMap(({alarms}) => alarms))
  const going = known.find((handoff) => [...ids].some((id) => coversStill(handoff, id, now, sameIncidentMs)))
  if (going === undefined) {
    const state = direct ? 'direct' : 'proposed'
    return {change: 'proposed', handoff: {...opened(alarm, nextId, now), alarms: [...ids], grounds, state}}
  }
  const more = grounds.filter((ground) => !going.grounds.some((other) => isSame(ground, other)))
  if (more.length === 0) return null
  const alarms = [...new Set([...going.alarms, ...ids])]
  // It stays what it is: what was proposed for other grounds is not taken back because 110 also has a line of its own.
  return {change: 'joined', handoff: {...next(going, now), alarms, grounds: [...going.grounds, ...more]}}
}

function isSame(one: Ground, other: Ground): boolean {
  return one.rule === other.rule && one.alarms.every((id) => other.alarms.includes(id))
}

/**
 * The incident told to 110; null when this very record is there already. `known` are the account's hand-overs; the alarm's
 * own is used, or a new one is opened without grounds. Throws CW_CONFLICT when 110 has been told, or has a line of its own.
 */
export function hand(
  record: HandoverRecord,
  alarm: Alarm,
  known: readonly Handoff[],
  {nextId, now, sameIncidentMs}: {readonly nextId: number; readonly now: number; readonly sameIncidentMs: number},
): HandoffTransition | null {
  const going = known.find((handoff) => coversStill(handoff, alarm.id, now, sameIncidentMs))
  if (going?.handed) {
    if (isRepeat(record, going.handed)) return null
    throw told(going, going.handed)
  }
  if (record.version !== alarm.version) {
    const detail = `it is at version ${alarm.version}, the hand-over names ${record.version}`
    throw new CitywatchError('CW_CONFLICT', {what: `alarm ${alarm.id}`, detail})
  }
  if (going?.state === 'direct' && record.again === undefined) {
    const detail = '110 has this line itself: record its answer, or say why it is told again'
    throw new CitywatchError('CW_CONFLICT', {what: `hand-over ${going.id}`, detail})
  }
  const {by, how, to, what, again} = record
  const handed: Handing = {by, at: now, how, to, what, ...(again === undefined ? {} : {again})}
  const before = going ? next(going, now) : {...opened(alarm, nextId, now), alarms: [alarm.id], grounds: []}
  return {change: 'handed', handoff: {...before, state: 'handed', handed}}
}

/** 110 has answered; null when that is recorded already. Throws CW_CONFLICT when it was not told, or changed meanwhile. */
export function answer(handoff: Handoff, step: HandoffStep, text: SafeText, now: number): HandoffTransition | null {
  const {answer: before} = handoff
  if (before?.text === text && before.by === step.by) return null
  if (handoff.state !== 'handed' && handoff.state !== 'direct') throw notNow(handoff, 'there is nothing to answer')
  requireSeen(handoff, step)
  return {
    change: 'answered',
    handoff: {...next(handoff, now), state: 'answered', answer: {text, by: step.by, at: now}},
  }
}

/** 110 need not know; null when that is recorded already. Throws CW_CONFLICT when it was told, or changed meanwhile. */
export function drop(handoff: Handoff, step: HandoffStep, reason: SafeText, now: number): HandoffTransition | null {
  const {dropped} = handoff
  if (dropped?.reason === reason && dropped.by === step.by) return null
  if (handoff.state !== 'proposed' && handoff.state !== 'direct') throw notNow(handoff, 'it cannot be taken back')
  requireSeen(handoff, step)
  return {
    change: 'dropped',
    handoff: {...next(handoff, now), state: 'dropped', dropped: {reason, by: step.by, at: now}},
  }
}

/** A proposal falls with the last of its alarms; undefined: it stays. What 110 was told stays open until it answers. */
export function dropWithAlarms(
  handoff: Handoff,
  isOpen: (alarm: number) => boolean,
  {by, reason, now}: {readonly by: SafeText; readonly reason: SafeText; readonly now: number},
): HandoffTransition | undefined {
  if (handoff.state !== 'proposed' || handoff.alarms.some(isOpen)) return undefined
  return {change: 'dropped', handoff: {...next(handoff, now), state: 'dropped', dropped: {reason, by, at: now}}}
}

function opened(alarm: Alarm, id: number, now: number) {
  const {account, site, jurisdiction, deviceName} = alarm
  const name = deviceName === undefined ? {} : {deviceName}
  return {id, version: 1, account, site, jurisdiction, ...name, openedAt: now, changedAt: now}
}

function next(handoff: Handoff, now: number): Handoff {
  return {...handoff, version: handoff.version + 1, changedAt: now}
}

function isRepeat(record: HandoverRecord, handed: Handing): boolean {
  return record.by === handed.by && record.how === handed.how && record.to === handed.to && record.what === handed.what
}

function requireSeen({id, version}: Handoff, step: HandoffStep): void {
  if (step.version === version) return
  const detail = `it is at version ${version}, the request names ${step.version}`
  throw new CitywatchError('CW_CONFLICT', {what: `hand-over ${id}`, detail})
}

function told({id}: Handoff, {by, at, how, to}: Handing): CitywatchError {
  const detail = `110 was told already, by ${by} at ${new Date(at).toISOString()} (${how}, ${to})`
  return new CitywatchError('CW_CONFLICT', {what: `hand-over ${id}`, detail})
}

function notNow({id, state}: Handoff, why: string): CitywatchError {
  return new CitywatchError('CW_CONFLICT', {what: `hand-over ${id}`, detail: `it is ${state}: ${why}`})
}
