import {expect, test} from 'vitest'
import {Sightings} from '../../../src/camera/discover/sightings.ts'
import {type Match, writeHello, writeMatches} from '../../../src/protocol/wsdiscovery/message.ts'

const ASKED = 'urn:uuid:asked'
const from = {interface: 'eth0', address: '10.0.0.5'}
const camera = (changes: Partial<Match> = {}): Match => ({
  epr: 'urn:uuid:1',
  types: ['NetworkVideoTransmitter'],
  scopes: ['onvif://www.onvif.org/name/Gate%207', 'onvif://www.onvif.org/hardware/IPC-A4'],
  xaddrs: ['http://10.0.0.5/onvif/device_service'],
  ...changes,
})
const answer = (...matches: Match[]) => Buffer.from(writeMatches('urn:uuid:answer', ASKED, matches))
const take = (seen: Sightings, datagram: Buffer, origin = from) => seen.take(datagram, origin, 'multicast').found
const sightings = () => new Sightings(new Set([ASKED]))

test('sightings: a camera as it says of itself', () => {
  expect(take(sightings(), answer(camera()))).toEqual([
    {
      key: 'urn:uuid:1',
      kind: 'onvif',
      heard: 'multicast',
      xaddrs: ['http://10.0.0.5/onvif/device_service'],
      name: 'Gate 7',
      hardware: 'IPC-A4',
      scopes: ['onvif://www.onvif.org/name/Gate%207', 'onvif://www.onvif.org/hardware/IPC-A4'],
      interface: 'eth0',
      address: '10.0.0.5',
    },
  ])
})

test('sightings: several cameras in one datagram are all seen', () => {
  const second = camera({epr: 'urn:uuid:2', xaddrs: ['http://10.0.0.6/onvif/device_service']})
  expect(take(sightings(), answer(camera(), second)).map(({key}) => key)).toEqual(['urn:uuid:1', 'urn:uuid:2'])
})

test('sightings: the same camera passes once, told by its key or by its address', () => {
  const seen = sightings()
  expect(take(seen, answer(camera()))).toHaveLength(1)
  expect(take(seen, answer(camera({xaddrs: ['http://10.0.0.9/onvif/device_service']})))).toEqual([])
  expect(take(seen, answer(camera({epr: 'urn:uuid:other'})))).toEqual([])
})

test('sightings: an address on the host that answered comes first', () => {
  const xaddrs = ['http://192.168.1.64/onvif/device_service', 'http://10.0.0.5/onvif/device_service']
  expect(take(sightings(), answer(camera({xaddrs})))[0]?.xaddrs).toEqual(xaddrs.toReversed())
})

test('sightings: a camera without a key is known by its address', () => {
  expect(take(sightings(), answer(camera({epr: ''})))[0]?.key).toBe('http://10.0.0.5/onvif/device_service')
})

test.each([
  ['junk', Buffer.from([0xff, 0, 1])],
  ['an answer to somebody else', Buffer.from(writeMatches('urn:uuid:answer', 'urn:uuid:other', [camera()]))],
  ['a hello', Buffer.from(writeHello('urn:uuid:answer', camera()))],
  ['a camera without an address', answer(camera({xaddrs: []}))],
  ['addresses that are none', answer(camera({xaddrs: ['file:///x', 'http://', 'http://admin:pw@10.0.0.5/']}))],
])('sightings: %s is no camera, and the next one is still seen', (_, datagram) => {
  const seen = sightings()
  expect(take(seen, datagram)).toEqual([])
  expect(take(seen, answer(camera()))).toHaveLength(1)
})

test('sightings: what a device calls itself cannot reach the terminal as it is', () => {
  const scopes = ['onvif://www.onvif.org/name/%1B%5B31mred%0A', 'onvif://www.onvif.org/hardware/%FF']
  const [found] = take(sightings(), answer(camera({scopes})))
  expect([found?.name, found?.hardware]).toEqual(['␛[31mred', '%FF'])
})

const onHost = (host: string, epr = 'urn:uuid:1') =>
  answer(camera({epr, xaddrs: [`http://${host}/onvif/device_service`]}))
const at = (address: string) => ({interface: 'eth0', address})

test('sightings: cameras fresh from the factory name one address, and are as many as there are', () => {
  const seen = sightings()
  const factory = (epr: string) => onHost('192.168.1.64', epr)
  expect(take(seen, factory('urn:uuid:1'), at('10.0.0.5'))).toHaveLength(1)
  expect(take(seen, factory('urn:uuid:2'), at('10.0.0.6'))).toHaveLength(1)
  expect(take(seen, factory('urn:uuid:2'), at('10.0.0.6'))).toEqual([])
})

test('sightings: a clone with the endpoint of another camera is told as its twin, once', () => {
  const seen = sightings()
  expect(take(seen, onHost('10.0.0.5'), at('10.0.0.5'))[0]?.twin).toBeUndefined()
  expect(take(seen, onHost('10.0.0.6'), at('10.0.0.6'))).toMatchObject([{twin: true, address: '10.0.0.6'}])
  expect(take(seen, onHost('10.0.0.6'), at('10.0.0.6'))).toEqual([])
})

test('sightings: a camera that answers over IPv4 and IPv6 is one', () => {
  const seen = sightings()
  expect(take(seen, onHost('10.0.0.5'), at('10.0.0.5'))).toHaveLength(1)
  expect(take(seen, onHost('[fe80::5]'), at('fe80::5%eth0'))).toEqual([])
})

test.each([
  ['10.0.0.5', 'http://10.0.0.5:8080/x'],
  ['fe80::5%eth0', 'http://[fe80::5]:8080/x'],
])('sightings: an address of nobody is that of the host that answered: %s', (address, xaddr) => {
  for (const nobody of ['0.0.0.0', '[::]']) {
    const [found] = take(sightings(), answer(camera({xaddrs: [`http://${nobody}:8080/x`]})), at(address))
    expect(found?.xaddrs).toEqual([xaddr])
  }
})

test('sightings: a host that never stops does not keep the others from being heard', () => {
  const seen = sightings()
  const junk = Buffer.from('<a/>')
  for (let sent = 0; sent < 10_000; sent++) seen.take(junk, at('10.0.0.66'), 'multicast')
  expect(take(seen, answer(camera()), at('10.0.0.66'))).toEqual([])
  expect(take(seen, answer(camera()), from)).toHaveLength(1)
})

test('sightings: an address longer than the inventory takes, and more than sixteen, are left out', () => {
  const xaddrs = Array.from(
    {length: 40},
    (_, index) => `http://10.0.0.5:${8_000 + index}/${index === 3 ? 'x'.repeat(600) : ''}`,
  )
  expect(take(sightings(), answer(camera({xaddrs})))[0]?.xaddrs).toHaveLength(15)
})
