/** What a hand-over report says of one panel: every check with its result, and the facts behind it. */
import type {SafeText} from '../../lib/safe-text.ts'
import type {OverrideLine, RunLine, UnreachedLine} from '../record/lines.ts'
import type {LoadLine} from '../record/load-line.ts'
import type {SupervisionLine} from '../record/supervision-line.ts'
import type {SuiteReport} from '../suite/report.ts'
import type {WalkReport} from '../walk/report.ts'

/** Worst first. `incomplete`: something that should have been tested was not. */
export const OUTCOMES = ['failed', 'unreachable', 'incomplete', 'passed'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** The tests that a record may hold, in the order of the report. */
export type Part = RunLine['test']

/**
 * `open`: could have been tested and was not. `skipped`: a person left it out and said why. `inapplicable`: cannot be tested
 * here, or was not asked for; it alone changes no outcome.
 */
export const CHECK_RESULTS = ['passed', 'failed', 'unreachable', 'open', 'skipped', 'inapplicable'] as const
export type CheckResult = (typeof CHECK_RESULTS)[number]

/** One thing that was tested. Every number of the report, in every format, is a count of these. */
export interface Check {
  readonly part: Part
  /** Receiver and transport, where the test has them. */
  readonly where: string
  /** Number of the rule, `partition/zone` …; unique within part and where. */
  readonly id: string
  readonly name: string
  readonly result: CheckResult
  readonly detail: string
}

export type Tally = Readonly<Record<'checks' | CheckResult, number>>

export interface Head {
  readonly name?: SafeText
  readonly site?: SafeText
  readonly address?: SafeText
  readonly maker?: SafeText
  readonly model?: SafeText
  readonly firmware?: SafeText
  readonly receivers: readonly string[]
  readonly testers: readonly string[]
  readonly tools: readonly string[]
  /** First and last line of the record. */
  readonly from: number
  readonly until: number
}

/** The negative suite against one receiver over one transport: the last run that came to an end. */
export interface SuitePart {
  readonly where: string
  readonly at: number
  /** Absent when the record does not say who ran it. */
  readonly run?: RunLine
  readonly result: SuiteReport | UnreachedLine
  /** Runs before it: they are in the record and count no more. */
  readonly earlier: number
}

/**
 * How long something took in one test, percentiles by nearest rank. `ack`: from sending (or arrival, in a walk test) to the
 * acknowledgement. `delay`: from the panel's time stamp to the receiver. `restore`: from the alarm to its restore.
 */
export interface Latency {
  readonly part: Part
  readonly what: 'ack' | 'delay' | 'restore'
  readonly where: string
  readonly samplesMs: readonly number[]
  /** Signals that were never acknowledged. */
  readonly lost: number
  readonly minMs: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export interface PanelReport {
  readonly account: string
  readonly outcome: Outcome
  readonly tally: Tally
  readonly head: Head
  /** The walk test: absent when the record has none. */
  readonly walk?: WalkReport
  readonly overrides: readonly OverrideLine[]
  readonly runs: readonly RunLine[]
  /** The last run of each path. */
  readonly supervision: readonly SupervisionLine[]
  readonly loads: readonly LoadLine[]
  readonly suites: readonly SuitePart[]
  readonly latencies: readonly Latency[]
  readonly checks: readonly Check[]
}

/** One line of the list of panels. */
export interface PanelRow {
  readonly account: string
  readonly name: string
  readonly outcome: Outcome
  readonly tally: Tally
  /** Parts that were tested. */
  readonly parts: readonly Part[]
  /** The first check that did not pass, in words; empty when all did. */
  readonly worst: string
  /** When the last line was written. */
  readonly until: number
}
