/** The negative suite's share of the report: which runs count, and each rule as a check. */
import type {RunLine, SuiteLine, SuiteRecordLine, UnreachedLine} from '../record/lines.ts'
import type {FleetRow} from '../suite/fleet-row.ts'
import type {RuleResult, SuiteReport} from '../suite/report.ts'
import {latencyOf} from './latency.ts'
import type {Check, CheckResult, Latency, SuitePart} from './model.ts'
import {outcomeOf, tallyOf, worstOf} from './tally.ts'

/** What the lines say of each receiver and transport: the last result, or a run that never came to its end. */
export function suitesIn(lines: readonly SuiteRecordLine[]): {
  readonly parts: SuitePart[]
  readonly unfinished: RunLine[]
} {
  const parts = new Map<string, SuitePart>()
  const running = new Map<string, RunLine>()
  for (const line of lines) {
    if (line.type === 'run' && line.test === 'suite') running.set(whereOf(line), line)
    if (line.type !== 'suite' && line.type !== 'unreached') continue
    const where = whereOf(resultOf(line))
    const run = running.get(where)
    running.delete(where)
    const before = parts.get(where)
    const earlier = before === undefined ? 0 : before.earlier + 1
    parts.set(where, {where, at: line.at, ...(run ? {run} : {}), result: resultOf(line), earlier})
  }
  return {parts: [...parts.values()], unfinished: [...running.values()]}
}

function resultOf(line: SuiteLine | UnreachedLine): SuiteReport | UnreachedLine {
  return line.type === 'suite' ? line.report : line
}

/** `127.0.0.1:8031 tcp` */
export function whereOf({receiver, transport}: {readonly receiver: string; readonly transport?: string}): string {
  return transport === undefined ? receiver : `${receiver} ${transport}`
}

export function isUnreached(result: SuitePart['result']): result is UnreachedLine {
  return 'code' in result
}

export function suiteChecks({where, result}: SuitePart): readonly Check[] {
  if (isUnreached(result)) return [unreached(where, result.detail)]
  const silence: readonly Check[] = result.silent ? [unreached(where, result.stopped ?? 'it never answered')] : []
  const rules = result.rules.map(
    (rule): Check => ({
      part: 'suite',
      where,
      id: rule.rule,
      name: rule.name,
      result: resultOfRule(rule),
      detail: rule.knownAs === undefined ? rule.detail : `${rule.detail} (as ${rule.knownAs})`,
    }),
  )
  return [...silence, ...rules]
}

function unreached(where: string, detail: string): Check {
  return {part: 'suite', where, id: 'reach', name: 'the receiver answers', result: 'unreachable', detail}
}

export function unfinishedCheck(run: RunLine): Check {
  const detail = 'the run did not come to its end'
  return {part: run.test, where: whereOf(run), id: 'end', name: 'the run is whole', result: 'open', detail}
}

function resultOfRule({verdict, open}: RuleResult): CheckResult {
  if (verdict === 'pass' || verdict === 'note') return 'passed'
  if (verdict === 'fail' || verdict === 'differs') return 'failed'
  return open ? 'open' : 'inapplicable'
}

export function suiteLatency({where, result}: SuitePart): Latency | undefined {
  return isUnreached(result)
    ? undefined
    : latencyOf({part: 'suite', what: 'ack', where}, result.latenciesMs, result.unacknowledged)
}

/** The counts of one run, as the report of its record will have them. */
export function rowOfSuite(
  receiver: string,
  transport: SuiteReport['transport'],
  result: SuiteReport | UnreachedLine,
): Pick<FleetRow, 'receiver' | 'transport' | 'key' | 'outcome' | 'tally' | 'worst'> {
  const checks = suiteChecks({where: whereOf({receiver, transport}), at: 0, result, earlier: 0})
  const tally = tallyOf(checks)
  return {receiver, transport, key: result.key, outcome: outcomeOf(tally), tally, worst: worstOf(checks)}
}
