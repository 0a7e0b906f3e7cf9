import {expect, test} from 'vitest'
import {isCitywatchError} from '../../../src/lib/errors.ts'
import {Secret} from '../../../src/lib/secret.ts'
import {expectedCode} from '../../../src/model/codes/lookup.ts'
import {parseFaults, typicalFaults} from '../../../src/sim/city/faults.ts'
import {inventCameras} from '../../../src/sim/city/invent.ts'
import {type CityOptions, cityAddress, planCity} from '../../../src/sim/city/plan.ts'
import {FAULTS} from '../../../src/sim/faults.ts'

const options = (more: Partial<CityOptions> = {}): CityOptions => ({
  seed: 3,
  cameras: inventCameras(600, 3),
  panels: 24,
  faults: {dead: 12, 'clock-skew': 2},
  network: 40,
  httpPort: 8080,
  rtspPort: 8554,
  credential: {user: 'admin', password: new Secret('x')},
  ...more,
})

test('city: the same seed gives the same city, another seed another', () => {
  expect(planCity(options())).toEqual(planCity(options()))
  expect([...planCity(options()).truth]).not.toEqual([...planCity(options({seed: 4})).truth])
})

test('city: every camera has its own address, and no address is a network or broadcast one', () => {
  const addresses = planCity(options()).specs.map(({address}) => address)
  expect(new Set(addresses).size).toBe(600)
  for (const address of addresses) expect(address).toMatch(/^127\.40\.[012]\.([1-9]|[1-9]\d|1\d\d|2[0-4]\d|250)$/)
})

test('city: as many cameras are sick as was asked for, each once', () => {
  const {truth, specs} = planCity(options())
  expect(truth.size).toBe(14)
  expect(specs.filter(({fault}) => fault === 'dead')).toHaveLength(12)
  expect(specs.filter(({key, fault}) => fault !== truth.get(key))).toEqual([])
})

test('city: panels stand in the jurisdictions of cameras and have accounts of their own', () => {
  const {panels, specs, sites} = planCity(options())
  expect(new Set(panels.map(({account}) => account)).size).toBe(24)
  for (const {account, jurisdiction} of panels) {
    expect(account).toMatch(/^[0-9A-F]{3,16}$/)
    expect(sites.map(({key}) => key)).toContain(jurisdiction)
  }
  expect(specs).toHaveLength(600)
})

test('city: every panel has its zones, and each expects a code that the tables have', () => {
  const {panels, zones} = planCity(options())
  expect(zones).toHaveLength(24 * 8)
  expect(new Set(zones.map(({account}) => account))).toEqual(new Set(panels.map(({account}) => account)))
  expect(new Set(zones.map(({key}) => key)).size).toBe(zones.length)
  for (const {code} of zones) expect(expectedCode(code ?? '')).toBe(code)
})

test.each<[string, Partial<CityOptions>]>([
  ['more sick cameras than cameras', {cameras: inventCameras(5, 1), faults: {dead: 6}}],
  ['more cameras than addresses', {cameras: Array(64_001).fill(inventCameras(1, 1)[0])}],
])('city: %s is refused', (_what, more) => {
  expect(() => planCity(options(more))).toThrowError(
    expect.toSatisfy((error) => isCitywatchError(error, 'CW_BAD_VALUE')),
  )
})

test('city: where the system has one loopback address all cameras share it', () =>
  expect(cityAddress(0, 599)).toBe('127.0.0.1'))

test('faults: counts and percentages', () => {
  expect(parseFaults(['dead=5%', 'clock-skew=2', 'no-frames'], 614)).toEqual({
    dead: 31,
    'clock-skew': 2,
    'no-frames': 1,
  })
  expect(Object.keys(typicalFaults(200)).toSorted()).toEqual(Object.keys(FAULTS).toSorted())
  expect(typicalFaults(10)).toEqual({})
})

test.each(['plague', 'dead=', 'dead=-1', 'dead=5%%', '__proto__=1', 'toString'])('faults: %s is refused', (text) => {
  expect(() => parseFaults([text], 100)).toThrowError(
    expect.toSatisfy((error) => isCitywatchError(error, 'CW_BAD_VALUE')),
  )
})
