/** What a signal does to an alarm: it is raised, fires again, is over. What people do is in act.ts. */
import {type SafeText, safeText} from '../lib/safe-text.ts'
import type {Alarm, AlarmChange} from '../model/alarm.ts'
import type {Jurisdiction} from '../model/jurisdiction.ts'
import type {CodeMeaning, Signal} from '../model/signal.ts'
import type {Policy} from './policy.ts'

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

/** Two signals with the same key are about the same alarm while it is open. */
export function alarmKey(signal: Signal, meaning: CodeMeaning): string {
  return JSON.stringify([signal.account, meaning.condition, signal.partition ?? null, signal.zone ?? null])
}

/**
 * The open alarm (or none) after a signal; null when the signal is only logged. A restore ends the condition and never
 * acknowledges; a minor alarm that was acknowledged before closes with it, any other waits for its disposition. What latches
 * stays until a person resets it (GB 50394-2007, 5.2.3). `nextId` numbers a new alarm.
 */
export function applySignal(
  open: Alarm | undefined,
  occurrence: Occurrence,
  nextId: number,
  now: number,
  policy: Policy,
): Transition | null {
  const {qualifier} = occurrence.signal
  if (qualifier === 'restore') return open?.condition === 'active' ? restored(open, now, policy) : null
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

/** Whoever acknowledged has not seen this one: handling goes back to new. Who is on the way still is. */
function firedAgain(open: Alarm, {text}: Signal, now: number): Transition {
  const {ackedBy: _by, ackedVersion: _version, reset: _reset, last: _last, ...rest} = open
  const alarm: Alarm = {
    ...rest,
    ...(text === undefined ? {} : {text}),
    version: open.version + 1,
    condition: 'active',
    handling: 'new',
    count: open.count + 1,
    changedAt: now,
    firedAt: now,
    ...(open.handling === 'new' ? {} : {newSince: now}),
  }
  return {alarm, change: 'fired-again'}
}

function restored(open: Alarm, now: number, policy: Policy): Transition {
  const alarm: Alarm = {
    ...open,
    version: open.version + 1,
    condition: open.latching ? 'latched' : 'restored',
    changedAt: now,
  }
  return closedByItself(alarm, now, policy) ?? {alarm, change: 'restored'}
}

/** The alarm closed when it is over, acknowledged and minor; undefined: it waits for a person. Somebody on the way is waited for. */
export function closedByItself(alarm: Alarm, now: number, {closesItself}: Policy): Transition | undefined {
  const {latching, condition, handling, priority, ackedBy = safeText('platform')} = alarm
  if (latching || condition !== 'restored' || handling !== 'acked' || !closesItself.includes(priority)) return undefined
  const {hidden: _shown, ...rest} = alarm
  return {alarm: {...rest, handling: 'closed', closed: {by: ackedBy, at: now}}, change: 'closed'}
}
