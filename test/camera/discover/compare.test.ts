import {expect, test} from 'vitest'
import {Comparison, cameraOf, updated} from '../../../src/camera/discover/compare.ts'
import type {Found} from '../../../src/camera/discover/found.ts'
import {safeText} from '../../../src/lib/safe-text.ts'
import type {Camera} from '../../../src/model/device.ts'

const UUID = '11111111-2222-4333-8444-0200deadbeef'
const at = (host: string) => `http://${host}/onvif/device_service`
const camera = (key: string, host: string | undefined, extra: Record<string, string> = {}): Camera => ({
  kind: 'camera',
  key,
  name: safeText(key),
  site: 'S1',
  jurisdiction: '44',
  ...(host === undefined ? {} : {xaddr: at(host)}),
  extra: Object.fromEntries(Object.entries(extra).map(([name, text]) => [name, safeText(text)])),
})
const found = (host: string, changes: Partial<Found> = {}): Found => ({
  key: safeText(`urn:uuid:${UUID}`),
  kind: 'onvif',
  heard: 'multicast',
  xaddrs: [at(host)],
  scopes: [],
  interface: 'eth0',
  address: host,
  ...changes,
})
const scoped = (path: string) => ({
  key: safeText('urn:uuid:other-0'),
  scopes: [safeText(`onvif://www.onvif.org/${path}`)],
})

test.each([
  ['nobody', [camera('A', '10.0.0.9')], found('10.0.0.5'), 'new', undefined, undefined],
  ['its address', [camera('A', '10.0.0.5')], found('10.0.0.5'), 'known', 'A', 'address'],
  ['its address with the usual port written out', [camera('A', '10.0.0.5:80')], found('10.0.0.5'), 'known', 'A', 'address'],
  ['another port', [camera('A', '10.0.0.5:8080')], found('10.0.0.5'), 'new', undefined, undefined],
  ['its endpoint', [camera('A', '10.0.0.9', {endpoint: `urn:uuid:${UUID.toUpperCase()}`})], found('10.0.0.5'), 'moved', 'A', 'endpoint'],
  ['its endpoint, without an address until now', [camera('A', undefined, {UUID})], found('10.0.0.5'), 'moved', 'A', 'endpoint'],
  ['its endpoint at its address', [camera('A', '10.0.0.5', {endpoint: UUID})], found('10.0.0.5'), 'known', 'A', 'endpoint'],
  ['the MAC in its UUID', [camera('A', '10.0.0.9', {'MAC address': '02:00:DE:AD:BE:EF'})], found('10.0.0.5'), 'moved', 'A', 'mac'],
  ['the MAC in a scope', [camera('A', '10.0.0.9', {MAC地址: '02-00-de-ad-be-ef'})], found('10.0.0.5', scoped('MAC/0200deadbeef')), 'moved', 'A', 'mac'],
  ['its serial number', [camera('A', '10.0.0.9', {'Serial No': 'DS-7'})], found('10.0.0.5', scoped('serial/DS-7')), 'moved', 'A', 'serial'],
  ['a serial number that two have', [camera('A', '10.0.0.8', {sn: '1'}), camera('B', '10.0.0.9', {sn: '1'})], found('10.0.0.5', scoped('serial/1')), 'new', undefined, undefined],
  ['a MAC that is none', [camera('A', '10.0.0.9', {mac: '00:00:00:00:00:00'})], found('10.0.0.5', scoped('mac/000000000000')), 'new', undefined, undefined],
  ['the address of one that has another endpoint', [camera('A', '10.0.0.5', {endpoint: 'urn:uuid:who-else'})], found('10.0.0.5'), 'new', undefined, undefined],
  ['no camera at all', [camera('A', '10.0.0.5')], found('10.0.0.5', {kind: 'http', xaddrs: []}), 'unclear', undefined, undefined],
])('inventory: %s', (_, cameras, one, change, key, by) => {
  const {camera: same, ...result} = new Comparison(cameras).take(one)
  expect({...result, key: same?.key}).toEqual({change, key, ...(by ? {by} : {})})
}) // biome-ignore format: a table

test('inventory: what nothing found was, where it was searched, is left; channels of one recorder are one device', () => {
  const cameras = [
    camera('1', '10.0.0.5'),
    camera('2', '10.0.0.5'),
    camera('3', '10.0.0.6'),
    camera('4', '10.9.9.9'),
    camera('5', undefined),
  ]
  const comparison = new Comparison(cameras)
  expect(comparison.take(found('10.0.0.5'))).toMatchObject({change: 'known', by: 'address'})
  expect(comparison.unmatched((host) => host.startsWith('10.0.0.')).map(({key}) => key)).toEqual(['3'])
})

test('inventory: a second device that claims to be a camera is unclear, not moved again', () => {
  const comparison = new Comparison([camera('A', '10.0.0.9', {endpoint: UUID})])
  expect(comparison.take(found('10.0.0.5')).change).toBe('moved')
  expect(comparison.take(found('10.0.0.6', {twin: true})).change).toBe('unclear')
})

test('inventory: what is written of a moved camera is its address and, once, its endpoint', () => {
  const endpoint = `urn:uuid:${UUID}`
  const before = camera('A', '10.0.0.9', {Pole: '7'})
  const after = updated(before, found('10.0.0.5'))
  expect(after).toEqual({...before, xaddr: at('10.0.0.5'), extra: {Pole: '7', endpoint}})
  expect(after && updated(after, found('10.0.0.5'))).toBeUndefined()
  const full = camera('A', '10.0.0.5', Object.fromEntries(Array.from({length: 64}, (_, index) => [`c${index}`, 'x'])))
  expect(updated(full, found('10.0.0.5'))).toBeUndefined()
})

test('inventory: a new camera gets its UUID as key, or its address where it gave none', () => {
  const site = {site: 'S1', jurisdiction: '44.4403'} as const
  expect(cameraOf(found('10.0.0.5', {name: safeText('Gate')}), site)).toEqual({
    kind: 'camera',
    key: UUID,
    name: 'Gate',
    ...site,
    xaddr: at('10.0.0.5'),
    extra: {endpoint: `urn:uuid:${UUID}`},
  })
  expect(cameraOf(found('10.0.0.5', {key: safeText(at('10.0.0.5'))}), site)).toMatchObject({
    key: '10.0.0.5',
    name: '10.0.0.5',
  })
})
