/** How a fleet's rows are printed: one a panel as it comes, then the sums and the worst of them. */
import {OUTCOMES, type Outcome} from '../../panel/handover/model.ts'
import {worstFirst} from '../../panel/handover/tally.ts'
import type {FleetRow} from '../../panel/suite/fleet-row.ts'
import type {Column} from './rows.ts'

export const FLEET_COLUMNS: readonly Column<FleetRow>[] = [
  {name: 'account', header: 'ACCOUNT', value: ({account}) => account},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'outcome', header: 'OUTCOME', value: ({outcome}) => outcome},
  {name: 'passed', header: 'PASSED', value: ({tally}) => tally.passed},
  {name: 'failed', header: 'FAILED', value: ({tally}) => tally.failed},
  {name: 'open', header: 'NOT TESTED', value: ({tally}) => tally.open},
  {name: 'worst', header: 'WORST', value: ({worst}) => worst},
  {name: 'receiver', header: 'RECEIVER', value: ({receiver}) => receiver, wide: true},
  {name: 'transport', header: 'VIA', value: ({transport}) => transport, wide: true},
  {name: 'key', header: 'KEY', value: ({key}) => key ?? 'clear', wide: true},
  {name: 'ms', header: 'MS', value: ({durationMs}) => durationMs, wide: true},
  {name: 'resumed', header: 'RESUMED', value: ({isResumed}) => (isResumed ? 'yes' : ''), wide: true},
]

export interface FleetSummary extends Readonly<Record<Outcome, number>> {
  readonly panels: number
  /** Not begun, or cut short. */
  readonly left: number
  /** Taken from the record of an earlier run. */
  readonly resumed: number
}

export function fleetSummary(rows: readonly FleetRow[], panels: number): FleetSummary {
  const counts: Record<Outcome, number> = {failed: 0, unreachable: 0, incomplete: 0, passed: 0}
  for (const {outcome} of rows) counts[outcome] += 1
  return {panels, ...counts, left: panels - rows.length, resumed: rows.filter(({isResumed}) => isResumed).length}
}

/** Panels that are named below the sums. */
const NAMED = 10

/** `3 panels: 1 failed, 2 passed` and a line for each of the worst. */
export function fleetLines(rows: readonly FleetRow[], summary: FleetSummary): string {
  const counts = OUTCOMES.filter((outcome) => summary[outcome] > 0).map((outcome) => `${summary[outcome]} ${outcome}`)
  const bad = rows.filter(({outcome}) => outcome !== 'passed').toSorted(worstFirst)
  return [
    `${summary.panels} ${summary.panels === 1 ? 'panel' : 'panels'}: ${counts.join(', ') || 'none tested'}`,
    ...(summary.resumed > 0
      ? [`${summary.resumed} of them from the record, not tested again (--fresh tests all)`]
      : []),
    ...(summary.left > 0 ? [`${summary.left} not tested: the run was cut short`] : []),
    ...bad
      .slice(0, NAMED)
      .map(
        ({outcome, account, name, worst}) => `  ${outcome.padEnd(11)}  ${[account, name].join(' ').trim()}  ${worst}`,
      ),
    ...(bad.length > NAMED ? [`  and ${bad.length - NAMED} more`] : []),
  ].join('\n')
}
