/** An alarm as operators see it: condition × handling, never one status. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Jurisdiction} from './jurisdiction.ts'
import type {AlarmOrigin, PendingRequest} from './origin.ts'
import type {Priority} from './signal.ts'

export interface Alarm {
  /** Number of the alarm on its platform, counted from 1. Not a cursor: the stream's position is. */
  readonly id: number
  /** Grows with every change. An acknowledgement names the version that the operator saw. */
  readonly version: number
  readonly account: string
  /** Key of the panel (or camera) it came from; absent when the account is not in the inventory. */
  readonly device?: string
  readonly deviceName?: SafeText
  /** Key of the site; '' when unknown. */
  readonly site: string
  readonly jurisdiction: Jurisdiction
  readonly code: string
  readonly name: string
  readonly category: string
  readonly priority: Priority
  readonly partition?: string
  readonly zone?: string
  readonly text?: SafeText
  readonly condition: 'active' | 'restored'
  readonly handling: 'new' | 'acked' | 'closed'
  readonly latching: boolean
  /** Times it fired since it was raised. */
  readonly count: number
  /** Ms since the epoch, UTC, by the platform's clock. */
  readonly raisedAt: number
  readonly changedAt: number
  readonly ackedBy?: SafeText
  /** The version that the acknowledgement named: a repeat of it is no conflict. */
  readonly ackedVersion?: number
  /** Whose it is, when a platform below raised it. */
  readonly origin?: AlarmOrigin
  /** What was asked of the platform below and is not answered yet. */
  readonly pending?: PendingRequest
}

export type AlarmChange = 'raised' | 'fired-again' | 'restored' | 'acked' | 'closed' | 'orphaned'

/** Open alarms: those that nobody has acknowledged, and the others. */
export interface OpenAlarms {
  readonly new: number
  readonly acked: number
}
