/** The limits that a probe holds cameras against: a profile by name, and `--limit key-frame=2000` on top of it. */
import {isMetric, type Limit, metricsOf} from '../camera/probe-limits.ts'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Metric, ProbeLevel} from '../model/probe.ts'

type Figure = readonly [metric: Metric, op: Limit['op'], value: number, source: string]

const ANSWER: Figure = ['answer', 'lt', 500, 'DL/T 283.3-2018 §6.2.6']
const TO_A_USER: Figure = [
  'key-frame',
  'le',
  4_000,
  'profile value: GB/T 28181 style: end to end at most 4 s to a user',
]
const IN_THE_FIELD: Figure = ['key-frame', 'le', 6_000, 'DL/T 283.3-2018 §6.2.6, in the field']
const GUARANTEED: Figure = ['key-frame', 'lt', 2_000, 'DL/T 283.3-2018 §6.2.6, bandwidth guaranteed']
const CLOCK_10_S: Figure = ['clock', 'le', 10_000, 'profile value: evaluations ask for 10 s or 30 s']
const CLOCK_5_S: Figure = ['clock', 'le', 5_000, 'profile value: 5 s in the strictest evaluations']
const NETWORK: readonly Figure[] = [
  ['jitter', 'le', 50, 'profile value: GB/T 28181 style'],
  ['loss', 'le', 0.1, 'profile value: GB/T 28181 style'],
]

/** What a figure is worth stands in its source: a "profile value" is no norm (health-indicators: thresholds). */
const PROFILES = {
  generic: [ANSWER, TO_A_USER, CLOCK_10_S],
  'cn-996': [ANSWER, TO_A_USER, CLOCK_10_S],
  'dl-t-283': [ANSWER, IN_THE_FIELD, CLOCK_10_S],
  'anti-terror': [ANSWER, TO_A_USER, CLOCK_5_S],
  'cn-strict': [ANSWER, GUARANTEED, CLOCK_5_S, ...NETWORK],
} as const satisfies Record<string, readonly Figure[]>

export type ProfileName = keyof typeof PROFILES

export const PROBE_PROFILES = Object.keys(PROFILES) as ProfileName[]

/** A limit of the command line takes the place of the profile's for the same metric. Throws CW_BAD_VALUE, CW_USAGE. */
export function limitsFrom(
  profile: ProfileName | undefined,
  texts: readonly string[],
  level: ProbeLevel,
): readonly Limit[] {
  const asked = texts.map(limitFrom)
  const unmeasured = asked.find(({metric}) => !metricsOf(level).includes(metric))
  if (unmeasured) {
    throw new CitywatchError('CW_USAGE', {detail: `--limit ${unmeasured.metric} needs a deeper --level than ${level}`})
  }
  const named = (profile === undefined ? [] : PROFILES[profile]).map(
    ([metric, op, value, source]): Limit => ({metric, op, value, source: safeText(source)}),
  )
  const replaced = new Set(asked.map(({metric}) => metric))
  return [...named.filter(({metric}) => !replaced.has(metric)), ...asked]
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
