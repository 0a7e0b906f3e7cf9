/** How supervision is printed: a line an event, a row a path, the sums. */
import {formatDuration} from '../../panel/supervision/duration.ts'
import type {SupervisionEvent} from '../../panel/supervision/event.ts'
import type {PathReport} from '../../panel/supervision/path.ts'
import type {RaisedEvent} from '../../panel/supervision/raise.ts'
import type {SupervisionReport} from '../../panel/supervision/report.ts'
import type {Column} from './rows.ts'

export const PATH_COLUMNS: readonly Column<PathReport>[] = [
  {name: 'account', header: 'ACCOUNT', value: ({account}) => account},
  {name: 'path', header: 'PATH', value: ({path}) => path},
  {name: 'state', header: 'STATE', value: ({state}) => state},
  {name: 'messages', header: 'MESSAGES', value: ({messages}) => messages},
  {name: 'median', header: 'INTERVAL', value: ({interval}) => interval && formatDuration(interval.medianMs)},
  {name: 'min', header: 'MIN', value: ({interval}) => interval && formatDuration(interval.minMs)},
  {name: 'p99', header: 'P99', value: ({interval}) => interval && formatDuration(interval.p99Ms)},
  {name: 'max', header: 'MAX', value: ({interval}) => interval && formatDuration(interval.maxMs)},
  {name: 'jitter', header: 'JITTER', value: ({interval}) => interval && formatDuration(interval.jitterMs)},
  {name: 'gap', header: 'LONGEST GAP', value: ({longestGapMs}) => formatDuration(longestGapMs)},
  {name: 'missed', header: 'MISSED POLLS', value: ({missedPolls}) => missedPolls},
  {name: 'late', header: 'LATE', value: ({late}) => late},
  {name: 'missing', header: 'MISSING', value: ({missing}) => missing},
  {name: 'false', header: 'FALSE ALARMS', value: ({falseAlarms}) => falseAlarms},
  {name: 'failed', header: 'LOSS TO FAILED', value: ({lossToFailedMs}) => optional(lossToFailedMs)},
  {name: 'outage', header: 'OUTAGE', value: ({outageMs}) => optional(outageMs)},
  {name: 'clock', header: 'CLOCK', value: ({clock}) => clock && formatDuration(clock.lastMs)},
  {name: 'drift', header: 'DRIFT', value: ({clock}) => clock && formatDuration(clock.driftMs)},
]

/** Rows that are printed at the end for people; --json has all. */
const SHOWN = 20

/** The worst paths, and how many more there are. */
export function worst({paths}: SupervisionReport): {readonly shown: readonly PathReport[]; readonly more: number} {
  return {shown: paths.slice(0, SHOWN), more: Math.max(0, paths.length - SHOWN)}
}

/** One line, columns parted by tabs: time, account, path, what happened. */
export function eventLine(event: SupervisionEvent | RaisedEvent): string {
  const time = new Date(event.at).toISOString()
  if (event.kind === 'blind') return [time, '-', '-', 'blind', blindWords(event.jumpMs)].join('\t')
  return [time, event.account, event.path, event.kind, words(event)].join('\t')
}

function words(event: Exclude<SupervisionEvent | RaisedEvent, {kind: 'blind'}>): string {
  if (event.kind === 'raised') {
    const tries = event.tries === 1 ? '' : `, ${event.tries} tries`
    return `${event.code} ${event.verdict} after ${formatDuration(event.afterMs)}${tries}`
  }
  const silent = formatDuration(event.silentMs)
  if (event.kind === 'restored') return `was ${event.was}, silent for ${silent}`
  return event.everHeard ? `silent for ${silent}` : `never heard in ${silent}`
}

function blindWords(jumpMs: number): string {
  const size = formatDuration(Math.abs(jumpMs))
  if (jumpMs < 0) return `the clock was set back by ${size}; every timer begins anew`
  return `nobody watched for ${size} (sleep, standstill or a clock that was set); every timer begins anew`
}

/** The sums of a run. */
export function supervisionLines(report: SupervisionReport): string {
  const {accounts, class: name, expected, interval, raised, blindMs} = report
  const times = expected.map(({reportingMs}) => formatDuration(reportingMs)).join(' / ')
  const polls =
    expected[0]?.intervalMs === undefined ? '' : `, a sign of life every ${formatDuration(expected[0].intervalMs)}`
  return [
    `${accounts} accounts, ${name ? `${name}: ` : ''}missing after ${times}${polls}; watched ${formatDuration(report.watchedMs)}`,
    `${report.messages} messages, ${report.refused} refused; ${report.late} late, ${report.missing} missing, ${report.restored} restored, ${report.falseAlarms} false alarms; now ${report.missingNow} missing, ${report.neverHeard} never heard`,
    ...(interval
      ? [
          `interval: min ${formatDuration(interval.minMs)}, median ${formatDuration(interval.medianMs)}, p99 ${formatDuration(interval.p99Ms)}, max ${formatDuration(interval.maxMs)} (${interval.n})`,
        ]
      : []),
    ...(raised ? [`raised: ${raised.acknowledged} acknowledged, ${raised.failed} failed`] : []),
    ...(blindMs > 0 ? [`not judged: ${formatDuration(blindMs)} in which nobody watched`] : []),
  ].join('\n')
}

function optional(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : formatDuration(ms)
}
