/** How provisioning looks: one row a camera, then how many ended in which state, and why. */
import {type ProvisionReport, RESULTS, type Result} from '../../camera/provision/fleet.ts'
import type {Column} from './rows.ts'

export const PROVISION_COLUMNS: readonly Column<ProvisionReport>[] = [
  {name: 'camera', header: 'CAMERA', value: ({camera}) => camera},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'result', header: 'RESULT', value: ({result}) => result},
  {name: 'cause', header: 'CAUSE', value: ({cause}) => cause},
  {name: 'changes', header: 'CHANGES', value: changesOf},
  {name: 'detail', header: 'DETAIL', value: ({detail}) => detail},
  {name: 'address', header: 'ADDRESS', wide: true, value: ({xaddr}) => xaddr},
  {name: 'ms', header: 'MS', wide: true, value: ({durationMs}) => durationMs},
]

/** Cameras by result; the sum is the number of cameras. */
export type ProvisionSummary = Readonly<Record<Result, number>>

export function summariseProvision(reports: readonly ProvisionReport[]): ProvisionSummary {
  const count = (result: Result) => reports.filter((report) => report.result === result).length
  return Object.fromEntries(RESULTS.map((result) => [result, count(result)])) as Record<Result, number>
}

/** True when every camera is, or in a plan would be, as wanted. */
export function isComplete(summary: ProvisionSummary): boolean {
  return RESULTS.every((result) => ['differs', 'updated', 'unchanged'].includes(result) || summary[result] === 0)
}

/** `614 cameras: 568 updated, 46 failed` and, on a second line, the causes. */
export function provisionLines(reports: readonly ProvisionReport[]): string {
  const summary = summariseProvision(reports)
  const counts = RESULTS.filter((result) => summary[result] > 0).map((result) => `${summary[result]} ${result}`)
  const causes = new Map<string, number>()
  for (const {cause} of reports) if (cause) causes.set(cause, (causes.get(cause) ?? 0) + 1)
  const why = [...causes].sort(([, m], [, n]) => n - m).map(([cause, count]) => `${cause} ${count}`)
  const first = `${reports.length} ${reports.length === 1 ? 'camera' : 'cameras'}: ${counts.join(', ') || 'none'}`
  return why.length === 0 ? first : `${first}\n  ${why.join(' · ')}`
}

function changesOf({changes}: ProvisionReport): string {
  return changes.map(({field, from, to}) => `${field}: ${from ?? '(none)'} → ${to}`).join('; ')
}
