/** An account on test (测试状态): for a time, what its panel sends is a trial, and nobody is sent out for it. */
import type {SafeText} from '../lib/safe-text.ts'
import {subjectOf} from './codes/meaning.ts'
import type {Jurisdiction} from './jurisdiction.ts'
import type {Signal} from './signal.ts'

/** What is on test: the whole account, one partition of it, or only some zones. */
export interface OnTestScope {
  /** 3–16 hex digits in upper case. */
  readonly account: string
  /** Without leading zeros. Absent: all of them, and signals that name none. */
  readonly partition?: string
  /** Without leading zeros. Absent: all of them, and signals that name none. */
  readonly zones?: readonly string[]
}

export interface OnTestWindow extends OnTestScope {
  /** Number of the window on its platform, counted from 1. */
  readonly id: number
  /** Grows with every change. */
  readonly version: number
  readonly reason: SafeText
  /** What the centre gave: a test number, or who took the call. */
  readonly reference?: SafeText
  readonly by: SafeText
  /** Name and place of the panel when the window began. */
  readonly deviceName?: SafeText
  readonly jurisdiction: Jurisdiction
  /** Ms since the epoch, UTC, by the platform's clock. */
  readonly startedAt: number
  /** When it ends by itself. */
  readonly endsAt: number
  readonly state: 'open' | 'ended' | 'expired'
  /** When it was over; `endsAt` for one that expired, whenever that was noticed. */
  readonly endedAt?: number
  readonly endedBy?: SafeText
  /** When watchers were told that it ends soon. */
  readonly warnedAt?: number
}

export type OnTestChange = 'started' | 'extended' | 'expiring' | 'ended' | 'expired'

/** True while the window holds. Its end is by the clock, whether the platform has noticed yet or not. */
export function isOnTest({state, endsAt}: OnTestWindow, now: number): boolean {
  return state === 'open' && now < endsAt
}

/**
 * True when the signal lies in the scope, whatever the time. A signal that does not name the partition or zone that the
 * scope names is outside it, and so is a user's number where the scope means zones: what is not surely a test is real.
 */
export function coversSignal(
  scope: OnTestScope,
  signal: Pick<Signal, 'account' | 'scheme' | 'code' | 'partition' | 'zone'>,
): boolean {
  if (signal.account !== scope.account) return false
  if (scope.partition !== undefined && signal.partition !== scope.partition) return false
  if (scope.zones === undefined) return true
  const isZone = signal.zone !== undefined && subjectOf(signal.scheme, signal.code) === 'zone'
  return isZone && scope.zones.includes(signal.zone)
}

/** True when some signal could lie in both. */
export function scopesOverlap(one: OnTestScope, other: OnTestScope): boolean {
  if (one.account !== other.account) return false
  if (one.partition !== undefined && other.partition !== undefined && one.partition !== other.partition) return false
  if (one.zones === undefined || other.zones === undefined) return true
  return one.zones.some((zone) => other.zones?.includes(zone))
}
