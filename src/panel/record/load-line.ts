/** The line of a load run, read back from a record: the books that must close. */
import {Fields, present} from '../../lib/fields.ts'

export interface LoadLine {
  readonly at: number
  readonly receiver: string
  readonly transport: 'tcp' | 'udp'
  readonly accounts: number
  readonly rate: number
  readonly seed: number
  readonly planned: number
  readonly sent: number
  readonly acked: number
  readonly refused: number
  readonly unsupported: number
  readonly lost: number
  readonly doubled: number
  readonly seconds: number
  /** Messages acknowledged at once, percentiles in ms; absent when there were none. */
  readonly first?: {
    readonly n: number
    readonly p50Ms: number
    readonly p95Ms: number
    readonly p99Ms: number
    readonly maxMs: number
  }
  readonly capture?: {readonly missing: number; readonly doubled: number}
}

/** Throws CW_BAD_VALUE naming the member. */
export function loadLineIn(value: unknown): LoadLine {
  const fields = new Fields(value, '')
  const report = fields.object('report')
  const count = (name: string) => report.integer(name, 0)
  const latency = report.object('latency')
  return {
    at: fields.integer('at', 0),
    receiver: report.text('receiver', 200),
    transport: report.oneOf('transport', ['tcp', 'udp']),
    accounts: count('accounts'),
    rate: report.number('rate', 0, Number.MAX_SAFE_INTEGER),
    seed: count('seed'),
    planned: count('planned'),
    sent: count('sent'),
    acked: count('acked'),
    refused: count('refused'),
    unsupported: count('unsupported'),
    lost: count('lost'),
    doubled: count('doubled'),
    seconds: report.number('seconds', 0, Number.MAX_SAFE_INTEGER),
    ...present({
      first: latency.has('first') ? latencyIn(latency.object('first')) : undefined,
      capture: report.has('capture') ? captureIn(report.object('capture')) : undefined,
    }),
  }
}

function latencyIn(fields: Fields): NonNullable<LoadLine['first']> {
  const ms = (name: string) => fields.number(name, 0, 86_400_000)
  return {n: fields.integer('n', 0), p50Ms: ms('p50Ms'), p95Ms: ms('p95Ms'), p99Ms: ms('p99Ms'), maxMs: ms('maxMs')}
}

function captureIn(fields: Fields): NonNullable<LoadLine['capture']> {
  return {missing: fields.integer('missing', 0), doubled: fields.integer('doubled', 0)}
}
