/** Counts checks, and says what they mean for the panel. */
import type {Tone} from './blocks.ts'
import {
  type Check,
  type CheckResult,
  OUTCOMES,
  type Outcome,
  type PanelReport,
  type PanelRow,
  type Tally,
} from './model.ts'

const NONE: Tally = {checks: 0, passed: 0, failed: 0, unreachable: 0, open: 0, skipped: 0, inapplicable: 0}

export function tallyOf(checks: Iterable<{readonly result: CheckResult}>): Tally {
  const tally = {...NONE}
  for (const {result} of checks) {
    tally.checks += 1
    tally[result] += 1
  }
  return tally
}

/** Nothing tested is not passed. */
export function outcomeOf({passed, failed, unreachable, open, skipped}: Tally): Outcome {
  if (failed > 0) return 'failed'
  if (unreachable > 0) return 'unreachable'
  return open + skipped > 0 || passed === 0 ? 'incomplete' : 'passed'
}

export function sumOf(tallies: Iterable<Tally>): Tally {
  const sum = {...NONE}
  for (const tally of tallies) {
    for (const [name, count] of Object.entries(tally)) if (isTally(sum, name)) sum[name] += count
  }
  return sum
}

function isTally(sum: Tally, name: string): name is keyof Tally {
  return Object.hasOwn(sum, name)
}

type Ranked = Pick<PanelRow, 'account' | 'outcome' | 'tally'>

/** Outcome, then more failures, then more that is open, then the account. */
export function worstFirst(one: Ranked, other: Ranked): number {
  return (
    OUTCOMES.indexOf(one.outcome) - OUTCOMES.indexOf(other.outcome) ||
    other.tally.failed - one.tally.failed ||
    other.tally.open + other.tally.skipped - one.tally.open - one.tally.skipped ||
    (one.account < other.account ? -1 : 1)
  )
}

export function rowOf({account, outcome, tally, head, checks}: PanelReport): PanelRow {
  return {
    account,
    name: head.name ?? '',
    outcome,
    tally,
    parts: [...new Set(checks.map(({part}) => part))],
    worst: worstOf(checks),
    until: head.until,
  }
}

const BAD: readonly CheckResult[] = ['failed', 'unreachable', 'open', 'skipped']

/** The first check that did not pass, in words; '' when all did. */
export function worstOf(checks: readonly Check[]): string {
  for (const bad of BAD) {
    const found = checks.find(({result}) => result === bad)
    if (found) return `${found.id} ${found.name}: ${found.detail}`
  }
  return ''
}

export function toneOf(outcome: Outcome | CheckResult): Tone {
  return TONES[outcome]
}

const TONES: Readonly<Record<Outcome | CheckResult, Tone>> = {
  passed: 'good',
  failed: 'bad',
  unreachable: 'bad',
  incomplete: 'doubt',
  open: 'doubt',
  skipped: 'doubt',
  inapplicable: 'none',
}
