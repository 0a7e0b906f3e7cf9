import {expect, test} from 'vitest'
import type {Found} from '../../../src/camera/discover/found.ts'
import type {LocalInterface} from '../../../src/camera/discover/interfaces.ts'
import {isInNetwork, Subnets} from '../../../src/camera/discover/subnets.ts'
import {safeText} from '../../../src/lib/safe-text.ts'

const local = (cidr: string): LocalInterface => ({
  name: 'eth0',
  address: cidr.split('/')[0] ?? '',
  family: cidr.includes(':') ? 'IPv6' : 'IPv4',
  cidr,
  zone: 'eth0',
  internal: false,
})
const OURS = [local('10.0.0.7/22'), local('fe80::7/64'), local('2001:db8:0:1::7/64')]
const found = (...hosts: string[]): Found => ({
  key: safeText('urn:uuid:1'),
  kind: 'onvif',
  heard: 'multicast',
  xaddrs: hosts.map((host) => `http://${host}/onvif/device_service`),
  scopes: [],
  interface: 'eth0',
  address: '10.0.0.9',
})
const wrong = (host: string, suggested: string) => ({kind: 'wrong-subnet', host, interface: 'eth0', suggested})

test.each([
  ['in our network', found('10.0.3.9'), undefined],
  ['in a foreign one', found('192.168.1.64'), wrong('192.168.1.64', '192.168.1.250/24')],
  ['in both', found('192.168.1.64', '10.0.0.9'), undefined],
  ['at the address that would be suggested', found('192.168.1.250'), wrong('192.168.1.250', '192.168.1.249/24')],
  ['without a lease', found('169.254.7.8'), wrong('169.254.7.8', '169.254.7.250/16')],
  ['by name', found('192.168.1.64', 'camera.example'), undefined],
  ['with IPv6 of our prefix', found('192.168.1.64', '[2001:db8:0:1::9]'), undefined],
  ['with IPv6 of another prefix', found('192.168.1.64', '[2001:db8:0:2::9]'), wrong('192.168.1.64', '192.168.1.250/24')],
  ['with a link-local IPv6 address, which no URL can name', found('192.168.1.64', '[fe80::9]'), wrong('192.168.1.64', '192.168.1.250/24')],
  ['asked by itself', {...found('192.168.1.64'), heard: 'unicast'} as Found, undefined],
])('subnets: a camera %s', (_, one, reach) => expect(new Subnets(OURS).reachOf(one)).toEqual(reach)) // biome-ignore format: a table

test('subnets: an address that another camera has is not suggested', () => {
  const subnets = new Subnets(OURS)
  subnets.reachOf(found('192.168.1.250'))
  expect(subnets.reachOf(found('192.168.1.64'))?.suggested).toBe('192.168.1.249/24')
})

test.each([
  ['10.0.3.255', '10.0.0.7/22', true],
  ['10.0.4.0', '10.0.0.7/22', false],
  ['10.0.0.7', '10.0.0.7/32', true],
  ['1.2.3.4', '9.9.9.9/0', true],
  ['fe80::1', '10.0.0.7/22', false],
])('subnets: %s in %s is %s', (address, cidr, is) => expect(isInNetwork(address, cidr)).toBe(is))
