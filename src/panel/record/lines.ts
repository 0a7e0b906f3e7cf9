/** The lines of a panel test's record: what was seen, step by step, in the order it was seen. */
import type {SafeText} from '../../lib/safe-text.ts'
import type {SuiteReport} from '../suite/report.ts'

/** What every line has. Times are ms since the epoch, UTC. */
export interface LineHead {
  readonly at: number
  /** Account in upper case. */
  readonly account: string
}

/** Who tested what: the first line of every run that appends to the record. */
export interface RunLine extends LineHead {
  readonly type: 'run'
  readonly test: 'walk' | 'suite' | 'supervision' | 'load'
  readonly by: SafeText
  /** citywatch's version. */
  readonly tool: string
  /** `host:port` of the receiver, or the platform's address. */
  readonly receiver: string
  readonly transport?: 'tcp' | 'udp'
  /** Fingerprint of the key in use, never the key; null: in clear. */
  readonly key: string | null
}

/** Which panel it is, as far as the list or the inventory says: the head of the report. The last one counts. */
export interface PanelLine extends LineHead {
  readonly type: 'panel'
  readonly name?: SafeText
  readonly site?: SafeText
  readonly address?: SafeText
  readonly maker?: SafeText
  readonly model?: SafeText
  readonly firmware?: SafeText
}

/** The negative suite came to its end: every rule with its verdict. */
export interface SuiteLine extends LineHead {
  readonly type: 'suite'
  readonly report: SuiteReport
}

/** The negative suite could not begin: nobody was there. */
export interface UnreachedLine extends LineHead {
  readonly type: 'unreached'
  readonly receiver: string
  readonly transport: 'tcp' | 'udp'
  /** Fingerprint of the key in use, never the key; null: in clear. */
  readonly key: string | null
  readonly code: 'CW_UNREACHABLE' | 'CW_TIMEOUT'
  readonly detail: SafeText
}

/** Sent to a receiver that is not this machine without an on-test window that is known here (`--i-know`). */
export interface OverrideLine extends LineHead {
  readonly type: 'override'
  readonly by: SafeText
  readonly receiver: string
}

/** The lines that a suite writes; those of a walk test are with the walk test. */
export type SuiteRecordLine = RunLine | PanelLine | SuiteLine | UnreachedLine | OverrideLine
