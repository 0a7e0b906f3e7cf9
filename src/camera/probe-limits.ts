/** Holds what a probe measured against limits: each judgement names its source, and one that is not met makes the camera impaired. */
import {type SafeText, safeText} from '../lib/safe-text.ts'
import type {CheckName} from '../model/cause.ts'
import type {Check, Judgement, Metric, ProbeLevel, StreamFacts} from '../model/probe.ts'

export interface Limit {
  readonly metric: Metric
  readonly op: Judgement['op']
  readonly value: number
  readonly source: SafeText
}

/** What a probe has found out when it ends. */
export interface Measured {
  readonly checks: ReadonlyMap<CheckName, Check>
  readonly clock: {readonly offsetMs: number; readonly uncertaintyMs: number} | undefined
  readonly stream: StreamFacts | undefined
  readonly level: ProbeLevel
}

/** The check that each metric belongs to, and the level from which on it is measured. */
const METRICS: Readonly<Record<Metric, {readonly check: CheckName; readonly from: readonly ProbeLevel[]}>> = {
  answer: {check: 'reach', from: ['reach', 'identity', 'stream', 'deep']},
  clock: {check: 'clock', from: ['reach', 'identity', 'stream', 'deep']},
  'key-frame': {check: 'media', from: ['stream', 'deep']},
  loss: {check: 'media', from: ['stream', 'deep']},
  gap: {check: 'media', from: ['deep']},
  jitter: {check: 'media', from: ['deep']},
  'frame-rate': {check: 'media', from: ['deep']},
  'bit-rate': {check: 'media', from: ['deep']},
}

export function isMetric(name: string): name is Metric {
  return Object.hasOwn(METRICS, name)
}

/** Metrics that a probe of this level measures. */
export function metricsOf(level: ProbeLevel): Metric[] {
  return (Object.keys(METRICS) as Metric[]).filter((metric) => METRICS[metric].from.includes(level))
}

/** Of the checks that passed. What a level does not measure is not judged; what should have been measured and was not is not met. */
export function judgementsOf(limits: readonly Limit[], seen: Measured): Judgement[] {
  return limits.flatMap(({metric, op, value, source}) => {
    const {check, from} = METRICS[metric]
    const status = seen.checks.get(check)?.status
    if (!from.includes(seen.level) || status === undefined || status === 'fail') return []
    const measured = valueIn(metric, seen)
    const met = measured !== undefined && keeps(measured, op, value)
    return [{metric, ...(measured === undefined ? {} : {measured}), op, limit: value, met, source}]
  })
}

/** The checks with a warning where a limit was not met and nothing else is said yet. */
export function overLimit(
  checks: ReadonlyMap<CheckName, Check>,
  judgements: readonly Judgement[],
): ReadonlyMap<CheckName, Check> {
  const marked = new Map(checks)
  for (const [name, check] of checks) {
    const unmet = judgements.filter(({metric, met}) => !met && METRICS[metric].check === name)
    if (unmet.length === 0 || check.status !== 'ok') continue
    marked.set(name, {
      ...check,
      status: 'warn',
      cause: 'over-limit',
      detail: safeText(unmet.map(words).join('; '), 300),
    })
  }
  return marked
}

const SIGNS = {lt: '<', le: '≤', ge: '≥'} as const

/** `key-frame 2310 ms, limit < 2000 ms (DL/T 283.3-2018 §6.2.6)` */
function words({metric, measured, op, limit, source}: Judgement): string {
  const unit = UNITS[metric]
  const value = measured === undefined ? 'not measured' : `${measured}${unit}`
  return `${metric} ${value}, limit ${SIGNS[op]} ${limit}${unit} (${source})`
}

const UNITS: Readonly<Record<Metric, string>> = {
  answer: ' ms',
  clock: ' ms',
  'key-frame': ' ms',
  gap: ' ms',
  jitter: ' ms',
  loss: ' %',
  'frame-rate': '/s',
  'bit-rate': ' kbit/s',
}

function keeps(value: number, op: Judgement['op'], limit: number): boolean {
  if (op === 'ge') return value >= limit
  return op === 'lt' ? value < limit : value <= limit
}

function valueIn(metric: Metric, {checks, clock, stream}: Measured): number | undefined {
  const measured = stream?.measured
  switch (metric) {
    case 'answer':
      return checks.get('reach')?.durationMs
    case 'clock':
      return clock && Math.max(0, Math.abs(clock.offsetMs) - clock.uncertaintyMs)
    case 'key-frame':
      return rounded(stream?.firstKeyFrameMs)
    case 'loss':
      return stream && lossOf(stream)
    case 'gap':
      return rounded(measured?.longestGapMs)
    case 'jitter':
      return rounded(measured?.jitterMs)
    case 'frame-rate':
      return measured?.frameRate
    case 'bit-rate':
      return measured?.bitRate === undefined ? undefined : Math.round(measured.bitRate / 1_000)
  }
}

/** Packets missing in a hundred that were sent, to a hundredth. */
function lossOf({packets, lost}: StreamFacts): number {
  return packets + lost === 0 ? 0 : Math.round((lost / (packets + lost)) * 10_000) / 100
}

function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms)
}
