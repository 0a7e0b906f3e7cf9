/** How a load run is printed: one row for first sends, one for repetitions, then the books. */
import type {LoadReport} from '../../panel/load/report.ts'
import type {Latency} from '../../panel/load/tally.ts'
import type {Column} from './rows.ts'

export interface LatencyRow extends Latency {
  readonly sends: 'first sends' | 'repeated'
}

export const LATENCY_COLUMNS: readonly Column<LatencyRow>[] = [
  {name: 'sends', header: 'ANSWERS TO', value: ({sends}) => sends},
  {name: 'n', header: 'N', value: ({n}) => n},
  {name: 'p50', header: 'P50 MS', value: ({p50Ms}) => p50Ms.toFixed(2)},
  {name: 'p95', header: 'P95 MS', value: ({p95Ms}) => p95Ms.toFixed(2)},
  {name: 'p99', header: 'P99 MS', value: ({p99Ms}) => p99Ms.toFixed(2)},
  {name: 'max', header: 'MAX MS', value: ({maxMs}) => maxMs.toFixed(2)},
]

export function latencyRows({latency: {first, repeated}}: LoadReport): LatencyRow[] {
  return [
    ...(first ? [{sends: 'first sends' as const, ...first}] : []),
    ...(repeated ? [{sends: 'repeated' as const, ...repeated}] : []),
  ]
}

/** The books of a run: what was sent, what became of it, and what is odd. */
export function loadLines(report: LoadReport): string {
  const {sent, acked, refused, unsupported, lost, lostBy, capture} = report
  const why = Object.entries({'no reply': lostBy.noReply, closed: lostBy.closed, unreachable: lostBy.unreachable})
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${n} ${name}`)
  const odd = Object.entries({
    'sent more than once': report.repeated,
    'answered twice': report.doubled,
    'answers to nothing': report.unexpected,
    'clocks set by a NAK': report.clockSet,
    'acknowledged in clear although encrypted': report.clearAnswers,
  }).filter(([, n]) => n > 0)
  const notSent = report.interrupted ? 'interrupted' : 'receiver or this machine did not keep up'
  return [
    `${report.receiver} ${report.transport}: ${report.accounts} ${report.accounts === 1 ? 'account' : 'accounts'} (${report.encrypted} encrypted) on ${report.connections} ${report.connections === 1 ? 'connection' : 'connections'}, ${report.heldRate} of ${report.rate} messages/s held`,
    `${sent} sent = ${acked} acknowledged + ${refused} refused (NAK) + ${unsupported} unsupported (DUH) + ${lost} lost${why.length > 0 ? ` (${why.join(', ')})` : ''}`,
    ...(report.notSent > 0 ? [`${report.notSent} of ${report.planned} not sent: ${notSent}`] : []),
    ...(odd.length > 0 ? [odd.map(([name, n]) => `${n} ${name}`).join(', ')] : []),
    ...(capture
      ? [
          `capture: ${capture.stored} stored, ${capture.missing} acknowledged and missing, ${capture.doubled} stored twice, ${capture.unacknowledged} stored without acknowledgement`,
        ]
      : []),
  ].join('\n')
}
