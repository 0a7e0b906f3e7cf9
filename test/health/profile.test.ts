import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {demandText, parseProfile, standing} from '../../src/health/profile.ts'
import {builtinProfile, PROFILE_NAMES} from '../../src/health/profiles.ts'

/** A profile's file, to be spoilt. */
// biome-ignore lint/suspicious/noExplicitAny: what is spoilt has no shape
type Loose = any

const file = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../src/health/profiles/${name}.json`, import.meta.url), 'utf8'))

test.each(PROFILE_NAMES)('%s is sound: its name is its file, its points are 100, every figure has a source', (name) => {
  const profile = builtinProfile(name)
  expect(profile.name).toBe(name)
  expect(Object.values(profile.weights).reduce((sum, weight) => sum + weight, 0)).toBe(100)
  const sourced = [...profile.thresholds, ...Object.values(profile.limits), profile.holdS, profile.minCoverage]
  expect(sourced.filter(({source}) => source === '')).toEqual([])
})

test('cn-996: 98 % of key cameras and 95 % of industry cameras, as its source says', () => {
  expect(builtinProfile('cn-996').thresholds.map((one) => `${demandText(one)} ${standing(one).slice(0, 14)}`)).toEqual([
    'A14 ≥ 98.00 % (key) 发改高技〔2015〕996号',
    'A14 ≥ 95.00 % (industry) 发改高技〔2015〕996号',
  ])
})

test('dl-t-283: signalling under half a second, video within six; cn-strict: a clock within 5 s', () => {
  const {limits} = builtinProfile('dl-t-283')
  expect([limits.signalMs, limits.keyFrameMs]).toMatchObject([
    {op: 'lt', value: 500, mark: 'S'},
    {op: 'le', value: 6_000, mark: 'S'},
  ])
  expect(builtinProfile('cn-strict').limits.clockMs).toMatchObject({op: 'le', value: 5_000, mark: 'K'})
})

test('an unconfirmed figure is never introduced as a norm', () => {
  const source = builtinProfile('generic').limits.clockMs
  expect(standing(source)).toMatch(/^profile value: /)
  expect(standing({...source, mark: 'P'})).toMatch(/^proposal: /)
})

test.each([
  ['a misspelt limit', (profile: Loose) => ({...profile, limits: {...profile.limits, clockMS: 1}})],
  ['a missing limit', ({limits: {clockMs: _, ...limits}, ...profile}: Loose) => ({...profile, limits})],
  [
    'no points at all',
    (profile: Loose) => ({
      ...profile,
      weights: Object.fromEntries(Object.keys(profile.weights).map((code) => [code, 0])),
    }),
  ],
  ['half a point', (profile: Loose) => ({...profile, weights: {...profile.weights, A11: 0.5}})],
  ['an indicator that is none', (profile: Loose) => ({...profile, weights: {...profile.weights, F11: 1}})],
  ['more than 100 %', (profile: Loose) => ({...profile, thresholds: [{...profile.thresholds[0], atLeast: 10_001}]})],
  [
    'a figure without a mark',
    ({minCoverage, ...profile}: Loose) => ({...profile, minCoverage: {atLeast: minCoverage.atLeast}}),
  ],
  ['a list', () => []],
])('a profile with %s is refused', (_what, change) => {
  expect(() => parseProfile(change(file('generic')))).toThrow('CW_BAD_VALUE')
})
