/** What a supervision run found: one line a path of an account, and the sums of all. */
import {nearestRank} from '../../lib/percentile.ts'
import type {LineHead} from '../record/lines.ts'
import type {Expectation} from './event.ts'
import type {PathReport} from './path.ts'
import type {RaiseCounts} from './raise.ts'
import type {Supervisor} from './supervisor.ts'

/** What was declared. */
export interface Declared {
  /** Name of the class; absent: an interval or a time was given. */
  readonly class?: string
  readonly expected: readonly Expectation[]
}

export interface SupervisionReport extends Declared {
  readonly accounts: number
  /** How long it watched, and for how long it could not (sleep, clock set), ms. */
  readonly watchedMs: number
  readonly blindMs: number
  readonly messages: number
  readonly refused: number
  /** Over the intervals that are kept of all paths; absent when there are none. */
  readonly interval?: {
    readonly n: number
    readonly minMs: number
    readonly medianMs: number
    readonly p99Ms: number
    readonly maxMs: number
  }
  readonly late: number
  readonly missing: number
  readonly restored: number
  readonly falseAlarms: number
  /** Paths that are missing at the end, and those that never were heard. */
  readonly missingNow: number
  readonly neverHeard: number
  /** Absent when nothing was to be raised. */
  readonly raised?: RaiseCounts
  /** Worst first. */
  readonly paths: readonly PathReport[]
}

/** A line of the record: one path of one account. */
export interface SupervisionLine extends LineHead {
  readonly type: 'supervision'
  readonly class?: string
  readonly expected: Expectation
  readonly watchedMs: number
  readonly blindMs: number
  readonly result: PathReport
}

export interface RunSums {
  readonly restored: number
  readonly refused: number
  readonly raised?: RaiseCounts
}

export function reportOf(supervisor: Supervisor, declared: Declared, sums: RunSums): SupervisionReport {
  const paths: PathReport[] = []
  const accounts = new Set<string>()
  const kept: Uint32Array[] = []
  for (const path of supervisor.paths()) {
    accounts.add(path.account)
    kept.push(path.intervals.kept())
    paths.push(path.report(supervisor.watchedMs))
  }
  const total = (of: (path: PathReport) => number) => paths.reduce((sum, path) => sum + of(path), 0)
  const interval = overall(kept)
  return {
    ...declared,
    accounts: accounts.size,
    watchedMs: supervisor.watchedMs,
    blindMs: supervisor.blindMs,
    messages: total(({messages}) => messages),
    ...sums,
    ...(interval ? {interval} : {}),
    late: total(({late}) => late),
    missing: total(({missing}) => missing),
    falseAlarms: total(({falseAlarms}) => falseAlarms),
    missingNow: total(({state}) => Number(state === 'missing')),
    neverHeard: total(({messages}) => Number(messages === 0)),
    paths: paths.toSorted(worstFirst),
  }
}

/** The record's lines of a report, one a path. */
export function linesOf(report: SupervisionReport, at: number): SupervisionLine[] {
  const {class: name, watchedMs, blindMs} = report
  return report.paths.flatMap((result) => {
    const expected = report.expected.find(({path}) => path === result.path)
    const declared = name === undefined ? {} : {class: name}
    return expected
      ? [{type: 'supervision', at, account: result.account, ...declared, expected, watchedMs, blindMs, result}]
      : []
  })
}

/** True when every path was heard, none was ever missing, and all that was to be raised was acknowledged. */
export function isHealthy({missing, neverHeard, raised}: SupervisionReport): boolean {
  return missing === 0 && neverHeard === 0 && (raised?.failed ?? 0) === 0
}

function overall(kept: readonly Uint32Array[]): SupervisionReport['interval'] {
  const all = new Uint32Array(kept.reduce((sum, {length}) => sum + length, 0))
  let at = 0
  for (const part of kept) {
    all.set(part, at)
    at += part.length
  }
  all.sort()
  if (all.length === 0) return undefined
  return {
    n: all.length,
    minMs: nearestRank(all, 0),
    medianMs: nearestRank(all, 0.5),
    p99Ms: nearestRank(all, 0.99),
    maxMs: nearestRank(all, 1),
  }
}

const STATES: readonly PathReport['state'][] = ['missing', 'waiting', 'late', 'on time']

function worstFirst(one: PathReport, other: PathReport): number {
  return (
    STATES.indexOf(one.state) - STATES.indexOf(other.state) ||
    other.missing - one.missing ||
    other.late - one.late ||
    other.longestGapMs - one.longestGapMs ||
    (one.account < other.account ? -1 : 1)
  )
}
