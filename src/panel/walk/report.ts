/** What a walk test has shown, from its record alone: the same lines always give the same report. */
import type {SafeText} from '../../lib/safe-text.ts'
import {advance} from './advance.ts'
import {isClockRight} from './clock-proof.ts'
import {inOrder} from './history.ts'
import {type Latency, latencyOf} from './latency.ts'
import type {WalkLine} from './lines.ts'
import {isMended, WEIGHT} from './listing.ts'
import {type PointReport, pointReport} from './point-report.ts'
import {countPoints, isDone, type Listed, newWalk, type WalkState} from './state.ts'

export interface WalkReport {
  readonly test: 'walk'
  readonly account: string
  /** `pass`: every point asked for has passed and nothing stands against the walk. */
  readonly verdict: 'pass' | 'fail'
  /** True when no point waits for anything any more. */
  readonly complete: boolean
  /** Absent when nothing was ever begun. */
  readonly beganAt?: number
  /** Time of the record's last line. */
  readonly lastAt: number
  readonly testers: readonly SafeText[]
  readonly tool: string
  readonly receivers: readonly string[]
  /** Fingerprint of the key in use, never the key; null: in clear. */
  readonly key: string | null
  readonly guard: 'platform' | 'none'
  readonly runs: number
  readonly checklist: SafeText | ''
  readonly counts: {
    readonly points: number
    readonly passed: number
    readonly failed: number
    readonly skipped: number
    readonly notTested: number
    readonly signals: number
    /** Faults that nothing has mended since. */
    readonly faults: number
    readonly unexpected: number
    readonly wrongPartition: number
    readonly duplicates: number
  }
  /** Every point of the checklist, in its order. The four lists after it hold keys. */
  readonly points: readonly PointReport[]
  readonly passed: readonly string[]
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
  readonly notTested: readonly string[]
  /** Everything wrong, and what is worth a word. */
  readonly findings: readonly Finding[]
  readonly unexpected: readonly Finding[]
  readonly wrongPartition: readonly Finding[]
  readonly duplicates: readonly Finding[]
  /** Restores before alarms, tests, openings: heard, and nothing is wrong with them. */
  readonly other: readonly Finding[]
  /** The panel is still in its own test mode since then, and keeps silent: it must be left. */
  readonly panelTestSince?: number
  readonly windows: WalkState['windows']
  /** Whether the panel's clock was proven right: only then are delays told. */
  readonly panelClock: {readonly isRight: boolean; readonly stamped: number; readonly fastestMs?: number}
  readonly latency: {readonly ackMs: Latency; readonly delayMs: Latency; readonly restoreMs: Latency}
}

export interface Finding extends Listed {
  readonly weight: 'fault' | 'remark' | 'log'
  /** What came later has mended it. */
  readonly isMended: boolean
}

/** Lines of one account's walk, as `walkLines` reads them. */
export function walkReport(lines: readonly WalkLine[]): WalkReport {
  return reportOf(lines.reduce(advance, newWalk(lines[0]?.account ?? '')))
}

/** The same for lines that have been walked through already. */
export function reportOf(state: WalkState): WalkReport {
  const isRight = isClockRight(state.stamps)
  const points = [...state.points.values()].map((point) => pointReport(point, isRight))
  const listed = inOrder(state.listed).map((one) => findingOf(state, one))
  const of = (kind: Listed['kind']) => listed.filter((one) => one.kind === kind)
  const keysOf = (...results: readonly PointReport['result'][]) =>
    points.flatMap(({key, result}) => (results.includes(result) ? [key] : []))
  const findings = listed.filter(({weight, kind}) => weight !== 'log' && kind !== 'unexpected' && kind !== 'duplicate')
  const lists = {
    passed: keysOf('passed'),
    failed: keysOf('failed'),
    skipped: keysOf('skipped'),
    notTested: keysOf('not-tested'),
    findings,
    unexpected: of('unexpected'),
    wrongPartition: of('wrong-partition'),
    duplicates: of('duplicate'),
    other: listed.filter(({weight}) => weight === 'log'),
  }
  const {asked, passed} = countPoints(state)
  const faults = listed.filter(({weight, isMended: mended}) => weight === 'fault' && !mended).length
  const isGood = asked > 0 && passed === asked && lists.failed.length === 0 && faults === 0
  return {
    test: 'walk',
    ...headOf(state),
    verdict: isGood && state.panelTestSince === undefined ? 'pass' : 'fail',
    complete: isDone(state),
    counts: {
      points: asked,
      passed: lists.passed.length,
      failed: lists.failed.length,
      skipped: lists.skipped.length,
      notTested: lists.notTested.length,
      signals: state.heard,
      faults,
      unexpected: lists.unexpected.length,
      wrongPartition: lists.wrongPartition.length,
      duplicates: lists.duplicates.length,
    },
    points,
    ...lists,
    ...(state.panelTestSince === undefined ? {} : {panelTestSince: state.panelTestSince}),
    windows: state.windows,
    panelClock: clockOf(state, isRight),
    latency: {
      ackMs: latencyOf(points.map(({ackMs}) => ackMs)),
      delayMs: latencyOf(points.map(({delayMs}) => delayMs)),
      restoreMs: latencyOf(points.map(({restoreMs}) => restoreMs)),
    },
  }
}

function findingOf(state: WalkState, listed: Listed): Finding {
  return {...listed, weight: WEIGHT[listed.kind], isMended: isMended(state, listed)}
}

function headOf({account, runs, beganAt, at, source}: WalkState) {
  const last = runs.at(-1)
  return {
    account,
    ...(beganAt === undefined ? {} : {beganAt}),
    lastAt: at,
    testers: [...new Set(runs.map(({by}) => by))],
    tool: last?.tool ?? '',
    receivers: [...new Set(runs.map(({receiver}) => receiver))],
    key: last?.key ?? null,
    guard: last?.guard ?? 'none',
    runs: runs.length,
    checklist: source,
  } as const
}

function clockOf({stamps}: WalkState, isRight: boolean): WalkReport['panelClock'] {
  const {stamped, fastestMs} = stamps
  return {isRight, stamped, ...(stamped > 0 ? {fastestMs} : {})}
}
