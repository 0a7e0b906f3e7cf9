/** The lines of a walk test's record: all that happened, in the order in which it was learnt. The state and the report are made of these alone. */
import type {SafeText} from '../../lib/safe-text.ts'
import type {Position} from '../../model/log-entry.ts'
import type {Signal} from '../../model/signal.ts'
import type {LineHead, RunLine} from '../record/lines.ts'

/** One line of the checklist: what a zone must report. */
export interface WalkPoint {
  /** Unique in the checklist. */
  readonly key: string
  readonly name: SafeText
  /** Without leading zeros; absent: the checklist names none. */
  readonly partition?: string
  readonly zone: string
  /** `BA` or `130`; absent: any code that raises an alarm. */
  readonly code?: string
  /** False: ticked when it is heard, but not asked for in this walk. */
  readonly asked?: false
}

/** Somebody begins, or goes on after a pause or a crash. */
export interface WalkRunLine extends RunLine {
  readonly test: 'walk'
  /** `platform`: its alarms are real unless the account is on test there. `none`: the receiver is the tester's own. */
  readonly guard: 'platform' | 'none'
}

export interface ChecklistLine extends LineHead {
  readonly type: 'checklist'
  /** Where it was read: a platform's address or a file. */
  readonly source: SafeText
  readonly points: readonly WalkPoint[]
}

/** A signal, as it came. `at`: when the receiver had it. */
export interface HeardLine extends LineHead {
  readonly type: 'heard'
  /** Counts all signals of the record, from 1. */
  readonly n: number
  readonly signal: Signal
  /** Number and token of its message; absent where the source does not tell. */
  readonly seq?: number
  readonly token?: string
  readonly peer?: SafeText
  /** Where the platform's log has it. */
  readonly position?: Position
  /** The on-test window that the platform took it under; absent: none, so that it raised an alarm. */
  readonly onTest?: number
}

/** The same message again, recognised by the receiver. */
interface RepeatedLine extends LineHead {
  readonly type: 'repeated'
  readonly seq: number
  readonly what: SafeText
}

/** How long a signal took from its arrival until it was safe and its acknowledgement went out. */
export interface AnsweredLine extends LineHead {
  readonly type: 'answered'
  readonly n: number
  readonly ackMs: number
}

/** A message that was not accepted: an alarm may be behind it. */
export interface RefusedLine extends LineHead {
  readonly type: 'refused'
  readonly from: SafeText
  readonly reason: SafeText
  /** The account that it named; absent when that was not readable. */
  readonly of?: string
}

/** `again` forgets what the point has, to test it anew. */
export interface DecisionLine extends LineHead {
  readonly type: 'skip' | 'fail' | 'again' | 'note'
  readonly key: string
  readonly by: SafeText
  /** Reason or note; never empty but for `again`. */
  readonly text: SafeText
}

/** While paused nothing is ticked off: what comes is listed. */
interface PauseLine extends LineHead {
  readonly type: 'pause' | 'resume'
  readonly by: SafeText
}

/** What became of the on-test window at the platform. `shared`: it is another's, and is left open at the end. */
export interface WindowLine extends LineHead {
  readonly type: 'window'
  readonly what: 'started' | 'taken-over' | 'shared' | 'extended' | 'ended'
  readonly id: string
  readonly reason: SafeText
  readonly by: SafeText
  /** By the clock of this machine. */
  readonly from: number
  readonly until: number
}

/** The platform's log was read so far, though nothing in it was ours. */
interface SeenLine extends LineHead {
  readonly type: 'seen'
  readonly position: Position
}

/** Signals may have been missed. */
interface GapLine extends LineHead {
  readonly type: 'gap'
  readonly detail: SafeText
}

export interface EndLine extends LineHead {
  readonly type: 'end'
  readonly how: 'finished' | 'stopped' | 'timeout' | 'off-test'
}

export type WalkLine =
  | WalkRunLine
  | ChecklistLine
  | HeardLine
  | RepeatedLine
  | AnsweredLine
  | RefusedLine
  | DecisionLine
  | PauseLine
  | WindowLine
  | SeenLine
  | GapLine
  | EndLine
