import {expect, test} from 'vitest'
import {checkDesired, type DesiredState, desiredFor} from '../../../src/camera/provision/desired.ts'

const GOOD: readonly DesiredState[] = [
  {ntp: ['10.0.0.1', 'fd00::1', 'ntp.example', 'a']},
  {hostname: 'cam-{key}'},
  {hostname: 'a.b-c.D9'},
  {hostname: 'x'.repeat(63)},
  {name: '{name} 大门 & <7>'},
  {name: 'x'.repeat(64)},
]
test.each(GOOD)('desired state: %j can be', (desired) => expect(checkDesired(desired)).toEqual(desired))

const BAD: readonly DesiredState[] = [
  {ntp: []},
  {ntp: ['']},
  {ntp: ['10.0.0.1', 'a b']},
  {ntp: ['http://ntp']},
  {ntp: ['10.0.0.999']},
  {ntp: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4', '1.1.1.5']},
  {hostname: ''},
  {hostname: 'a_b'},
  {hostname: '-a'},
  {hostname: 'a-'},
  {hostname: 'a..b'},
  {hostname: '摄像机'},
  {hostname: 'x'.repeat(64)},
  {hostname: '10.0.0.1'},
  {name: ''},
  {name: ' a'},
  {name: 'a\u001b[31m'},
  {name: 'a\u202eb'},
  {name: 'x'.repeat(65)},
]
test.each(BAD)('desired state: %j cannot be', (desired) => {
  expect(() => checkDesired(desired)).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
})

test('desired state: to want nothing is wrong use', () => {
  expect(() => checkDesired({})).toThrow(expect.objectContaining({code: 'CW_USAGE'}))
})

test('desired state: key and name are filled in for each camera', () => {
  const desired = {hostname: 'cam-{key}', name: '{name} ({key})', ntp: ['a']}
  expect(desiredFor(desired, {key: 'K7', name: 'Gate'})).toEqual({
    state: {hostname: 'cam-K7', name: 'Gate (K7)', ntp: ['a']},
  })
})

test.each([
  [{hostname: '{key}'}, {key: 'a b', name: 'x'}, /^hostname cannot be "a b": expected letters/],
  [{name: '{name}'}, {key: 'a'}, /^name cannot be "": expected 1 to 64/],
  [{name: '{name}'}, {key: 'a', name: 'x'.repeat(65)}, /^name cannot be "x{65}"/],
] as const)('desired state: %j of %j is rejected with the reason', (desired, camera, reason) => {
  expect(desiredFor(desired, camera)).toEqual({rejected: expect.stringMatching(reason)})
})
