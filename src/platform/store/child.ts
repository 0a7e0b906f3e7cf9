/** What a platform keeps of each platform below it, and what it is told to write of them. */
import type {SafeText} from '../../lib/safe-text.ts'
import type {Alarm, OpenAlarms} from '../../model/alarm.ts'
import type {LogEntry, Position} from '../../model/log-entry.ts'
import type {AckRequest} from '../contract.ts'

export interface ChildState extends Position {
  readonly name: string
  /** Head of the child's log when the cursor moved last. */
  readonly head: number
  /** Open here; without those that the child no longer has. */
  readonly open: OpenAlarms
  readonly lost: number
  /** What was open there and here at one and the same position; absent before the first comparison. */
  readonly check?: {readonly at: number; readonly seq: number; readonly there: OpenAlarms; readonly here: OpenAlarms}
}

/** What is open at the child when its log stands at `seq`. */
export interface ChildTally extends OpenAlarms {
  readonly seq: number
}

/** Entries of a child's log and the cursor behind them, in one. */
export interface AdoptWrite {
  readonly at: number
  readonly child: string
  /** The cursor that they follow: with another one here the write is refused (CW_CONFLICT) and nothing is taken twice. */
  readonly after: Position
  readonly upTo: number
  readonly head: number
  readonly entries: readonly LogEntry[]
  /** To compare with on the way, when the cursor passes there. */
  readonly tally?: ChildTally
}

/** The child's open alarms as of a position, when its log cannot be read on: nothing is doubled, nothing vanishes. */
export interface ResyncWrite {
  readonly at: number
  readonly child: string
  readonly position: Position
  readonly why: SafeText
  /** The cursor until now; null: there is none. With another one here the write is refused (CW_CONFLICT). */
  readonly after: Position | null
  /** Numbers of the alarms here that are open and the child's. */
  readonly ours: readonly number[]
  readonly alarms: readonly Alarm[]
  /** What the child says of alarms that are open here and not there: closed there, or of another one by now. */
  readonly others: readonly Alarm[]
}

export type RequestState = 'pending' | 'sent' | 'confirmed' | 'conflict' | 'rejected'

/** Something that a person here asked of a child. */
export interface ChildRequest {
  readonly key: string
  readonly child: string
  /** Number of the alarm here. */
  readonly alarm: number
  /** As the child is asked: its number and its version of the alarm. */
  readonly request: AckRequest
  readonly at: number
  /** `sent`: the child passes it down itself. */
  readonly state: RequestState
  readonly detail?: SafeText
}

export interface AnswerWrite {
  readonly at: number
  readonly key: string
  readonly state: Exclude<RequestState, 'pending'>
  readonly detail?: SafeText
}

/** What rules keep under names of their own: kinds of it. */
export const KEPT_CHILD = 'child'
/** Number here of an alarm there, `CHILD/NUMBER`. */
export const KEPT_CHILD_ALARM = 'child-alarm'
/** Open requests, `CHILD/KEY`. */
export const KEPT_OPEN_REQUEST = 'request-open'
