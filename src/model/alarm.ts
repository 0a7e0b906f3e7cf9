/** An alarm as operators see it: condition × handling × visibility, never one status. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Jurisdiction} from './jurisdiction.ts'
import type {AlarmOrigin, PendingRequest} from './origin.ts'
import type {Priority} from './signal.ts'

export interface Alarm {
  /** Number of the alarm on its platform, counted from 1. Not a cursor: the stream's position is. */
  readonly id: number
  /** Grows by one with every change. Whatever a person does names the version that the person saw. */
  readonly version: number
  readonly account: string
  /** Key of the panel (or camera) it came from; absent when the account is not in the inventory. */
  readonly device?: string
  readonly deviceName?: SafeText
  /** Key of the site; '' when unknown. */
  readonly site: string
  /** '' while it is in the queue of the unrouted. */
  readonly jurisdiction: Jurisdiction
  readonly code: string
  readonly name: string
  readonly category: string
  readonly priority: Priority
  readonly partition?: string
  readonly zone?: string
  readonly text?: SafeText
  /** `latched`: the panel says that it is over, and a person has to reset it all the same (GB 50394-2007, 5.2.3). */
  readonly condition: Condition
  readonly handling: Handling
  /** Why it is not in the operators' list; absent: it is there. Says nothing about condition and handling. */
  readonly hidden?: Hidden
  readonly latching: boolean
  /** Times it fired since it was raised. */
  readonly count: number
  /** Ms since the epoch, UTC, by the platform's clock. */
  readonly raisedAt: number
  readonly changedAt: number
  /** When it fired last; absent: once only, at `raisedAt`. */
  readonly firedAt?: number
  /** Since when it waits for somebody, or waited before it was acknowledged; absent: since `raisedAt`. */
  readonly newSince?: number
  readonly ackedBy?: SafeText
  /** The version that the acknowledgement named: a repeat of it is no conflict. */
  readonly ackedVersion?: number
  /** Whose it is, when a platform below raised it. */
  readonly origin?: AlarmOrigin
  /** What was asked of the platform below and is not answered yet. */
  readonly pending?: PendingRequest
  /** Who is on the way. Stays when the alarm fires again. */
  readonly dispatch?: Dispatch
  /** The latest of its comments; the log has all of them. */
  readonly comment?: Comment
  /** What people found on the spot, on the telephone or on video; oldest first. */
  readonly checks?: readonly Check[]
  /** A person said that the condition is over. Forgotten when it fires again. */
  readonly reset?: Reset
  /** How it ended; there once handling is `closed`. */
  readonly closed?: Closing
  /** What a person did last to it: the same asked again is no conflict. */
  readonly last?: LastAction
  /** Sequence of the log entry with the change before this one; absent for the first. */
  readonly previous?: number
}

type Condition = 'active' | 'restored' | 'latched'
type Handling = 'new' | 'acked' | 'dispatched' | 'closed'

/** Out of the operators' list, but counted in every total: see Mask. */
export type Hidden =
  | {
      readonly as: 'shelved'
      readonly mask: number
      readonly by: SafeText
      readonly reason: SafeText
      readonly until: number
      /** Also comes back as soon as the condition ends. */
      readonly once?: true
    }
  | {
      readonly as: 'suppressed'
      readonly mask: number
      readonly by: SafeText
      readonly reason: SafeText
      readonly until?: number
    }
  | {
      readonly as: 'out-of-service'
      readonly mask: number
      readonly owner: SafeText
      readonly reason: SafeText
      readonly until?: number
    }

interface Dispatch {
  /** Car, guard or post that was sent. */
  readonly unit: SafeText
  readonly by: SafeText
  readonly at: number
}

interface Comment {
  readonly text: SafeText
  readonly by: SafeText
  readonly at: number
}

/** What a check can find. The rules of hand-off know these words. */
export const FINDINGS = [
  'user-confirms',
  'user-denies',
  'user-unreachable',
  'guard-confirms',
  'guard-denies',
  'video-confirms',
  'video-denies',
] as const
export type Finding = (typeof FINDINGS)[number]

interface Check {
  readonly found: Finding
  readonly by: SafeText
  readonly at: number
}

interface Reset {
  readonly by: SafeText
  readonly at: number
}

/** What an alarm turned out to be. */
export const DISPOSITIONS = ['genuine', 'false', 'test', 'duplicate', 'fault'] as const
export type Disposition = (typeof DISPOSITIONS)[number]

export interface Closing {
  /** Absent: it closed by itself, acknowledged and over, as the policy lets minor ones. */
  readonly as?: Disposition
  readonly by: SafeText
  readonly at: number
  /** The alarm that it repeats, when it is a duplicate and somebody said of which. */
  readonly of?: number
}

export interface LastAction {
  readonly verb: AlarmVerb
  /** The version that it named. */
  readonly version: number
  readonly by: SafeText
}

export const ALARM_VERBS = [
  'ack',
  'unack',
  'reset',
  'dispatch',
  'comment',
  'check',
  'close',
  'route',
  'shelve',
  'suppress',
  'outofservice',
  'unhide',
] as const
export type AlarmVerb = (typeof ALARM_VERBS)[number]

/** What changed, as the log says it. */
export const ALARM_CHANGES = [
  'raised',
  'fired-again',
  'restored',
  'acked',
  'unacked',
  'reset',
  'dispatched',
  'commented',
  'checked',
  'closed',
  'routed',
  'shelved',
  'suppressed',
  'out-of-service',
  'shown',
  'orphaned',
] as const
export type AlarmChange = (typeof ALARM_CHANGES)[number]

/** Open alarms: those that nobody has acknowledged, and the others. */
export interface OpenAlarms {
  readonly new: number
  readonly acked: number
}

/** Account under which masks and the rules of hand-over look for it; '' while a platform below answers for the alarm. */
export function ownAccount({account, origin}: Pick<Alarm, 'account' | 'origin'>): string {
  return origin === undefined || origin.lost ? account : ''
}

/** When it fired last, ms. */
export function firedAt({firedAt, raisedAt}: Alarm): number {
  return firedAt ?? raisedAt
}
