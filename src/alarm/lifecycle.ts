/** What happens to an alarm: a signal comes in, a person acknowledges, a person resets. */
import {CitywatchError} from '../lib/errors.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Alarm, AlarmChange} from '../model/alarm.ts'
import type {Jurisdiction} from '../model/jurisdiction.ts'
import type {CodeMeaning, Signal} from '../model/signal.ts'

/** An alarm after a change. */
export interface Transition {
  readonly alarm: Alarm
  readonly change: AlarmChange
}

/** Where a signal's account stands in the inventory; `site` and `jurisdiction` are '' when it is not there. */
export interface Routing {
  readonly device?: string
  readonly deviceName?: SafeText
  readonly site: string
  readonly jurisdiction: Jurisdiction
}

export interface Occurrence {
  readonly signal: Signal
  readonly meaning: CodeMeaning
  /** Whether the code table lets this signal start an alarm: tests and openings are only logged. */
  readonly raises: boolean
  readonly routing: Routing
}

export interface Acknowledgement {
  /** The version that the operator saw. */
  readonly version: number
  readonly by: SafeText
  /** Closes the alarm, restored or not. */
  readonly reset?: true
}

/** Two signals with the same key are about the same alarm while it is open. */
export function alarmKey(signal: Signal, meaning: CodeMeaning): string {
  return JSON.stringify([signal.account, meaning.condition, signal.partition ?? null, signal.zone ?? null])
}

/**
 * The open alarm (or none) after a signal; null when the signal is only logged. A restore ends the condition and never
 * acknowledges; what was acknowledged before closes with it, unless it latches: panic stays until a person resets it
 * (GB 50394-2007, 5.2.3). `nextId` numbers a new alarm.
 */
export function applySignal(
  open: Alarm | undefined,
  occurrence: Occurrence,
  nextId: number,
  now: number,
): Transition | null {
  const {qualifier} = occurrence.signal
  if (qualifier === 'restore') return open?.condition === 'active' ? restored(open, now) : null
  if (open === undefined) return occurrence.raises ? raised(occurrence, nextId, now) : null
  if (qualifier === 'status' && open.condition === 'active') return null
  return occurrence.raises ? firedAgain(open, occurrence.signal, now) : null
}

function raised({signal, meaning, routing}: Occurrence, id: number, now: number): Transition {
  const {account, code, partition, zone, text} = signal
  const {name, category, priority, latching} = meaning
  const alarm: Alarm = {
    id,
    version: 1,
    account,
    ...routing,
    code,
    name,
    category,
    priority,
    ...(partition === undefined ? {} : {partition}),
    ...(zone === undefined ? {} : {zone}),
    ...(text === undefined ? {} : {text}),
    condition: 'active',
    handling: 'new',
    latching,
    count: 1,
    raisedAt: now,
    changedAt: now,
  }
  return {alarm, change: 'raised'}
}

/** Whoever acknowledged has not seen this one: handling goes back to new. */
function firedAgain(open: Alarm, {text}: Signal, now: number): Transition {
  const {ackedBy: _by, ackedVersion: _version, ...rest} = open
  const alarm: Alarm = {
    ...rest,
    ...(text === undefined ? {} : {text}),
    version: open.version + 1,
    condition: 'active',
    handling: 'new',
    count: open.count + 1,
    changedAt: now,
  }
  return {alarm, change: 'fired-again'}
}

function restored(open: Alarm, now: number): Transition {
  const closes = open.handling === 'acked' && !open.latching
  const alarm: Alarm = {
    ...open,
    version: open.version + 1,
    condition: 'restored',
    handling: closes ? 'closed' : open.handling,
    changedAt: now,
  }
  return {alarm, change: closes ? 'closed' : 'restored'}
}

/**
 * The alarm after an acknowledgement; null when it has been made already (a repeat of the same one, or of an alarm seen
 * acknowledged). Throws CW_CONFLICT when the alarm has another version than the operator saw.
 */
export function acknowledge(alarm: Alarm, request: Acknowledgement, now: number): Transition | null {
  if (isRepeat(alarm, request)) return null
  if (request.version !== alarm.version) {
    throw new CitywatchError('CW_CONFLICT', {
      what: `alarm ${alarm.id}`,
      detail: `it is at version ${alarm.version}, the acknowledgement names ${request.version}`,
    })
  }
  const closes = request.reset === true || (alarm.condition === 'restored' && !alarm.latching)
  return {
    alarm: {
      ...alarm,
      version: alarm.version + 1,
      handling: closes ? 'closed' : 'acked',
      changedAt: now,
      ackedBy: request.by,
      ackedVersion: request.version,
    },
    change: closes ? 'closed' : 'acked',
  }
}

function isRepeat(alarm: Alarm, {version, reset}: Acknowledgement): boolean {
  const done = reset ? alarm.handling === 'closed' : alarm.handling !== 'new'
  return done && (version === alarm.ackedVersion || version === alarm.version)
}
