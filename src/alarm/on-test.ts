/** What happens to an on-test window: it is started, extended, ended by a person, or runs out. */
import {durationText} from '../lib/duration.ts'
import {CitywatchError} from '../lib/errors.ts'
import type {SafeText} from '../lib/safe-text.ts'
import {isOnTest, type OnTestChange, type OnTestScope, type OnTestWindow, scopesOverlap} from '../model/on-test.ts'
import type {Routing} from './lifecycle.ts'

/** Longest time that a window may still have, counted from when it is started or extended, ms. */
export const MAX_ON_TEST_MS = 24 * 3_600_000
const MIN_ON_TEST_MS = 60_000
/** How long before its end watchers are told, ms. */
const EXPIRY_WARNING_MS = 5 * 60_000

/** Open windows that one account may have: parts of it may be tested by different people. */
const MAX_WINDOWS = 50

export interface OnTestStart extends OnTestScope {
  readonly reason: SafeText
  readonly reference?: SafeText
  readonly by: SafeText
  /** How long from now, ms. */
  readonly forMs: number
}

export interface OnTestExtension {
  readonly id: number
  readonly by: SafeText
  /** How long from now, ms. */
  readonly forMs: number
}

export interface OnTestTransition {
  readonly window: OnTestWindow
  readonly change: OnTestChange
}

/** `open` are the account's open windows. Throws CW_CONFLICT when one of them has part of the scope already, CW_BAD_VALUE for the time. */
export function startOnTest(
  request: OnTestStart,
  open: readonly OnTestWindow[],
  {
    id,
    now,
    maxMs,
    routing,
  }: {readonly id: number; readonly now: number; readonly maxMs: number; readonly routing: Routing},
): OnTestTransition {
  const {forMs, ...rest} = request
  requireLength(forMs, maxMs)
  if (open.length >= MAX_WINDOWS) throw tooMany(request.account)
  const other = open.find((window) => isOnTest(window, now) && scopesOverlap(window, request))
  if (other) throw conflict(request.account, other)
  const {deviceName, jurisdiction} = routing
  return {
    change: 'started',
    window: {
      id,
      version: 1,
      ...rest,
      ...(deviceName === undefined ? {} : {deviceName}),
      jurisdiction,
      startedAt: now,
      endsAt: now + forMs,
      state: 'open',
    },
  }
}

/** Throws CW_CONFLICT when it is over, CW_BAD_VALUE for a time that would not move its end on. */
export function extendOnTest(window: OnTestWindow, forMs: number, now: number, maxMs: number): OnTestTransition {
  if (!isOnTest(window, now)) throw over(window)
  requireLength(forMs, maxMs)
  const endsAt = now + forMs
  if (endsAt <= window.endsAt) {
    const expected = `longer than the ${durationText(window.endsAt - now)} that are left`
    throw new CitywatchError('CW_BAD_VALUE', {field: 'for', value: durationText(forMs), expected})
  }
  const {warnedAt: _told, ...rest} = window
  return {change: 'extended', window: {...rest, version: window.version + 1, endsAt}}
}

/** Null when it is over already: a repeat is no conflict. */
export function endOnTest(window: OnTestWindow, by: SafeText, now: number): OnTestTransition | null {
  if (!isOnTest(window, now)) return null
  return {
    change: 'ended',
    window: {...window, version: window.version + 1, state: 'ended', endedAt: now, endedBy: by},
  }
}

/** What time alone does to a window: its warning, then its end at the time it was to end. Null when nothing is due. */
export function passTime(window: OnTestWindow, now: number): OnTestTransition | null {
  if (window.state !== 'open') return null
  const version = window.version + 1
  if (now >= window.endsAt) {
    return {change: 'expired', window: {...window, version, state: 'expired', endedAt: window.endsAt}}
  }
  return now >= warningAt(window) && window.warnedAt === undefined
    ? {change: 'expiring', window: {...window, version, warnedAt: now}}
    : null
}

/** When `passTime` next has something to do; undefined: never. */
export function nextDue(windows: readonly OnTestWindow[]): number | undefined {
  const times = windows
    .filter(({state}) => state === 'open')
    .map((window) => (window.warnedAt === undefined ? warningAt(window) : window.endsAt))
  return times.length === 0 ? undefined : Math.min(...times)
}

/** A short window is not warned of at once, but at half of its time. */
function warningAt({startedAt, endsAt}: OnTestWindow): number {
  return endsAt - Math.min(EXPIRY_WARNING_MS, (endsAt - startedAt) / 2)
}

function requireLength(forMs: number, maxMs: number): void {
  if (forMs >= MIN_ON_TEST_MS && forMs <= maxMs) return
  const expected = `1 min to ${durationText(maxMs)}; a longer test is extended`
  throw new CitywatchError('CW_BAD_VALUE', {field: 'for', value: durationText(forMs), expected})
}

function conflict(account: string, {id, by, endsAt}: OnTestWindow): CitywatchError {
  const detail = `it is on test already: #${id} by ${by} until ${new Date(endsAt).toISOString()}; extend or end that`
  return new CitywatchError('CW_CONFLICT', {what: `account ${account}`, detail})
}

function tooMany(account: string): CitywatchError {
  return new CitywatchError('CW_CONFLICT', {
    what: `account ${account}`,
    detail: `${MAX_WINDOWS} parts of it are on test already`,
  })
}

function over({id, endsAt, endedAt = endsAt}: OnTestWindow): CitywatchError {
  const detail = `it ended at ${new Date(endedAt).toISOString()}; start a new one`
  return new CitywatchError('CW_CONFLICT', {what: `on-test window ${id}`, detail})
}
