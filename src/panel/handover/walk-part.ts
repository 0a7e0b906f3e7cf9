/** The walk test's share of the report: each point as a check, and whatever stands against the walk as one more. */
import type {PointReport} from '../walk/point-report.ts'
import type {Finding, WalkReport} from '../walk/report.ts'
import {stamp} from './format.ts'
import {latencyOf} from './latency.ts'
import type {Check, CheckResult, Latency} from './model.ts'

/** Never all good when the walk itself is not. */
export function walkChecks(report: WalkReport): readonly Check[] {
  const part = {part: 'walk', where: whereWalked(report)} as const
  const points = report.points.map(
    (point): Check => ({
      ...part,
      id: point.key,
      name: nameOf(point),
      result: POINT_RESULTS[point.result],
      detail: pointDetail(point),
    }),
  )
  const faults = faultsOf(report).map(
    ({kind, what, why, at}, index): Check => ({
      ...part,
      id: `fault ${index + 1}`,
      name: kind,
      result: 'failed',
      detail: `${stamp(at)} ${what}${why === '' ? '' : ` (${why})`}`,
    }),
  )
  const all = [...points, ...faults]
  if (report.panelTestSince !== undefined) {
    const detail = `the panel is in its own test mode since ${stamp(report.panelTestSince)}`
    all.push({...part, id: 'mode', name: 'test mode', result: 'failed', detail})
  }
  const looksGood = all.every(({result}) => result === 'passed' || result === 'inapplicable')
  if (report.verdict === 'fail' && looksGood) {
    all.push({...part, id: 'walk', name: 'the walk test', result: 'open', detail: 'it has not passed'})
  }
  return all
}

export const POINT_RESULTS: Readonly<Record<PointReport['result'], CheckResult>> = {
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  'not-tested': 'open',
  'not-asked': 'inapplicable',
}

/** Faults that nothing has mended since. */
function faultsOf({findings, unexpected}: WalkReport): readonly Finding[] {
  return [...findings, ...unexpected].filter(({weight, isMended}) => weight === 'fault' && !isMended)
}

function whereWalked({receivers}: WalkReport): string {
  return receivers.join(', ')
}

function nameOf({name, zone, partition}: PointReport): string {
  const place = partition === '' ? `zone ${zone}` : `zone ${zone} partition ${partition}`
  return `${name} (${place})`
}

function pointDetail({why, got, gotRestore}: PointReport): string {
  return why === '' ? [got, gotRestore].filter((code) => code !== '').join(', ') : why
}

export function walkLatencies(report: WalkReport): readonly Latency[] {
  const of = (what: Latency['what'], times: readonly (number | undefined)[]) =>
    latencyOf(
      {part: 'walk', what, where: whereWalked(report)},
      times.filter((ms) => ms !== undefined),
      0,
    )
  const {points} = report
  const all = [
    of(
      'ack',
      points.map(({ackMs}) => ackMs),
    ),
    of(
      'delay',
      points.map(({delayMs}) => delayMs),
    ),
    of(
      'restore',
      points.map(({restoreMs}) => restoreMs),
    ),
  ]
  return all.filter((latency) => latency !== undefined)
}
