/** A mask (屏蔽): what an alarm, some zones or an account raise stays out of the operators' list for a reason. It is logged and counted all the same. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Alarm, Hidden} from './alarm.ts'
import {subjectOf} from './codes/meaning.ts'
import type {Jurisdiction} from './jurisdiction.ts'

/** What a mask is over: one alarm and what fires under its name after it, or an account, a partition of it, some zones. */
export type MaskScope =
  | {
      readonly of: 'alarm'
      readonly account: string
      /** Id of the alarm that was masked. */
      readonly alarm: number
      /** What tells it apart from others: the same condition of the same zone has the same key. */
      readonly key: string
    }
  | {
      readonly of: 'account'
      readonly account: string
      /** Absent: all of them, and alarms that name none. */
      readonly partition?: string
      /** Absent: all of them, and alarms that name none. */
      readonly zones?: readonly string[]
    }

export interface Mask {
  /** Number of the mask on its platform, counted from 1. */
  readonly id: number
  /** Grows with every change. */
  readonly version: number
  readonly as: Hidden['as']
  readonly scope: MaskScope
  readonly reason: SafeText
  readonly by: SafeText
  /** Who has the equipment while it is out of service; else who put the mask there. */
  readonly owner: SafeText
  /** Shelved alarms of a `once` mask also come back when their condition ends. Only over one alarm. */
  readonly once?: true
  readonly deviceName?: SafeText
  readonly jurisdiction: Jurisdiction
  /** Ms since the epoch, UTC, by the platform's clock. */
  readonly startedAt: number
  /** When it ends by itself. Shelving always has an end. */
  readonly endsAt?: number
  /** `cleared`: the condition that a `once` mask waited for has ended. */
  readonly state: 'on' | 'ended' | 'expired' | 'cleared'
  readonly endedAt?: number
  readonly endedBy?: SafeText
}

export type MaskChange = 'started' | 'ended' | 'expired' | 'cleared'

/** True while the mask holds. Its end is by the clock, whether the platform has noticed yet or not. */
export function isOn({state, endsAt}: Mask, now: number): boolean {
  return state === 'on' && (endsAt === undefined || now < endsAt)
}

/**
 * True when the alarm lies under the mask, whatever the time. `key` is the alarm's. Panic never does; shelving more than
 * one alarm leaves priority 1 where it is. An alarm that does not name the partition or zone that the mask names is outside, and
 * so is a user's number where the mask means zones: what is not surely masked is shown.
 */
export function coversAlarm(
  {as, scope}: Mask,
  alarm: Pick<Alarm, 'account' | 'code' | 'partition' | 'zone' | 'priority' | 'latching'>,
  key: string,
): boolean {
  if (alarm.latching || alarm.account !== scope.account) return false
  if (scope.of === 'alarm') return scope.key === key
  if (as === 'shelved' && alarm.priority === 1) return false
  if (scope.partition !== undefined && alarm.partition !== scope.partition) return false
  if (scope.zones === undefined) return true
  const isZone = alarm.zone !== undefined && subjectOf(schemeOf(alarm.code), alarm.code) === 'zone'
  return isZone && scope.zones.includes(alarm.zone)
}

/** Contact ID writes its codes in digits, SIA in letters. */
function schemeOf(code: string): 'sia' | 'contact-id' {
  return /^\d/.test(code) ? 'contact-id' : 'sia'
}
