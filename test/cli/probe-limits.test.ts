import {expect, test} from 'vitest'
import {limitsFrom} from '../../src/cli/probe-limits.ts'
import {builtinProfile, PROFILE_NAMES} from '../../src/health/profiles.ts'
import {isCitywatchError} from '../../src/lib/errors.ts'

test('probe limits: the command line takes the place of the profile', () => {
  expect(limitsFrom(builtinProfile('cn-strict'), ['key-frame=2500', 'frame-rate=12'], 'deep')).toMatchObject([
    {metric: 'answer', op: 'lt', value: 500, source: 'DL/T 283.3-2018 §6.2.6'},
    {metric: 'clock', op: 'le', value: 5_000},
    {metric: 'jitter', op: 'le', value: 50},
    {metric: 'loss', op: 'le', value: 0.1},
    {metric: 'key-frame', op: 'le', value: 2_500, source: 'asked for'},
    {metric: 'frame-rate', op: 'ge', value: 12},
  ])
})

test('probe limits: every figure says where it is from, and an unconfirmed one that it is no norm', () => {
  for (const name of PROFILE_NAMES) {
    for (const {source} of limitsFrom(builtinProfile(name), [], 'deep'))
      expect(source).toMatch(/^(?:DL\/T|profile value: )/)
  }
})

test.each([
  ['speed=1', 'CW_BAD_VALUE', 'deep'],
  ['key-frame', 'CW_BAD_VALUE', 'deep'],
  ['key-frame=-1', 'CW_BAD_VALUE', 'deep'],
  ['key-frame=1e3', 'CW_BAD_VALUE', 'deep'],
  ['constructor=1', 'CW_BAD_VALUE', 'deep'],
  ['jitter=50', 'CW_USAGE', 'stream'],
  ['key-frame=50', 'CW_USAGE', 'identity'],
] as const)('probe limits: %s is refused with %s at level %s', (text, code, level) => {
  const refused = (() => {
    try {
      return limitsFrom(undefined, [text], level)
    } catch (error) {
      return error
    }
  })()
  expect(isCitywatchError(refused, code)).toBe(true)
})
