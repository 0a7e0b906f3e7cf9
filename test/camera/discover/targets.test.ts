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

test.each([
  [['10.0.0.200-10.0.0.210', '10.0.0.205-10.0.0.220', '10.0.0.211'], '10.0.0.200', '10.0.0.220', 21],
  [['0.0.0.0/0'], '0.0.0.1', '255.255.255.254', 2 ** 32 - 2],
])('address ranges: %j overlap and are counted once, without being made a list', (ranges, first, last, size) => {
  const addresses = expandAddresses(ranges, Number.MAX_SAFE_INTEGER)
  expect(addresses.size).toBe(size)
  expect([first, last].map((address) => addresses.has(address))).toEqual([true, true])
  const [head] = addresses
  expect(head).toBe(first)
})

test('address ranges: what is in them', () => {
  const addresses = expandAddresses(['10.0.0.0/30', '10.0.0.9', '10.0.0.20-22', 'gate.example', '[FD00:0::5]'])
  const inside = ['10.0.0.1', '10.0.0.2', '10.0.0.9', '10.0.0.21', 'gate.example', 'fd00::5']
  const outside = [
    '10.0.0.0',
    '10.0.0.3',
    '10.0.0.8',
    '10.0.0.10',
    '10.0.0.19',
    '10.0.0.23',
    '9.9.9.9',
    'other.example',
    'fd00::6',
  ]
  expect(inside.filter((address) => !addresses.has(address))).toEqual([])
  expect(outside.filter((address) => addresses.has(address))).toEqual([])
  expect(addresses.names).toEqual(['gate.example'])
})

test.each(['fe80::1%eth0', 'fd00::/64', '[fd00::5', 'fd00:::5'])('address ranges: %j cannot be asked', (range) =>
  expect(() => expandAddresses([range])).toThrow(expect.objectContaining({code: 'CW_BAD_ADDRESS'})),
)
