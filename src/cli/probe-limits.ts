/** The limits that a probe holds cameras against: a profile by name, and `--limit key-frame=2000` on top of it. */
import {isMetric, type Limit, metricsOf} from '../camera/probe-limits.ts'
import type {Profile} from '../health/profile.ts'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Metric, ProbeLevel} from '../model/probe.ts'

/** Beyond what health is judged by: figures of the strictest evaluations for the network, which are no norm's. */
const STRICT_NETWORK: readonly Limit[] = [
  {metric: 'jitter', op: 'le', value: 50, source: safeText('profile value: GB/T 28181 style')},
  {metric: 'loss', op: 'le', value: 0.1, source: safeText('profile value: GB/T 28181 style')},
]

/** A limit of the command line takes the place of the profile's for the same metric. Throws CW_BAD_VALUE, CW_USAGE. */
export function limitsFrom(
  profile: Profile | undefined,
  texts: readonly string[],
  level: ProbeLevel,
): readonly Limit[] {
  const asked = texts.map(limitFrom)
  const unmeasured = asked.find(({metric}) => !metricsOf(level).includes(metric))
  if (unmeasured) {
    throw new CitywatchError('CW_USAGE', {detail: `--limit ${unmeasured.metric} needs a deeper --level than ${level}`})
  }
  const named = profile === undefined ? [] : figuresOf(profile)
  const replaced = new Set(asked.map(({metric}) => metric))
  return [...named.filter(({metric}) => !replaced.has(metric)), ...asked]
}

/** The figures of a health profile that one probe can be held to. */
function figuresOf({name, limits}: Profile): readonly Limit[] {
  const {signalMs, clockMs, keyFrameMs} = limits
  const figures = Object.entries({answer: signalMs, clock: clockMs, 'key-frame': keyFrameMs} as const)
  return [
    ...figures.map(([metric, {op, value, mark, source}]): Limit => {
      const from = mark === 'S' ? source : safeText(`profile value: ${source}`)
      return {metric: metric as Metric, op, value, source: from}
    }),
    ...(name === 'cn-strict' ? STRICT_NETWORK : []),
  ]
}

function limitFrom(text: string): Limit {
  const [, name = '', digits = ''] = /^([a-z-]{1,20})=(\d{1,9}(?:\.\d{1,3})?)$/.exec(text) ?? []
  if (!isMetric(name)) {
    throw new CitywatchError('CW_BAD_VALUE', {
      field: '--limit',
      value: safeText(text, 60),
      expected: `METRIC=NUMBER with one of ${metricsOf('deep').join(', ')}`,
    })
  }
  const op = name === 'frame-rate' || name === 'bit-rate' ? 'ge' : 'le'
  return {metric: name, op, value: Number(digits), source: safeText('asked for')}
}
