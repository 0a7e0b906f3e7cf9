import {expect, test} from 'vitest'
import {DEFAULT_MAX_HOSTS, expandAddresses} from '../../../src/camera/discover/targets.ts'

test.each([
  [['10.0.0.5'], ['10.0.0.5']],
  [['10.0.0.8/30'], ['10.0.0.9', '10.0.0.10']],
  [['10.0.0.9/30'], ['10.0.0.9', '10.0.0.10']],
  [['10.0.0.8/31'], ['10.0.0.8', '10.0.0.9']],
  [['10.0.0.8/32'], ['10.0.0.8']],
  [['10.0.0.254-10.0.1.1'], ['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1']],
  [['10.0.0.5-7'], ['10.0.0.5', '10.0.0.6', '10.0.0.7']],
  [
    ['gate.example', ' 10.0.0.5 ', '10.0.0.5-6'],
    ['10.0.0.5', '10.0.0.6', 'gate.example'],
  ],
  [['255.255.255.254-255.255.255.255'], ['255.255.255.254', '255.255.255.255']],
])('address ranges: %j', (ranges, addresses) => expect([...expandAddresses(ranges)]).toEqual(addresses))

test.each([
  '',
  '10.0.0',
  '10.0.0.256',
  '10.0.0.0/33',
  '10.0.0.9-10.0.0.5',
  '10.0.0.9-5',
  '10.0.0.1-300',
  'a b',
  '-x',
  '10.0.0.5:80',
])('address ranges: %j is none', (range) =>
  expect(() => expandAddresses([range])).toThrow(expect.objectContaining({code: 'CW_BAD_ADDRESS'})),
)

test('address ranges: as many as may be, and one more', () => {
  expect(expandAddresses(['10.0.0.0-10.0.15.255']).size).toBe(DEFAULT_MAX_HOSTS)
  for (const ranges of [['10.0.0.0-10.0.16.0'], ['10.0.0.0-10.0.15.255', 'x'], ['0.0.0.0/0']]) {
    expect(() => expandAddresses(ranges)).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
  }
})
