import {createSocket} from 'node:dgram'
import {once} from 'node:events'
import {createServer, type Socket} from 'node:net'
import {networkInterfaces} from 'node:os'
import {expect, onTestFinished, test} from 'vitest'
import {type DiscoverOptions, discover} from '../../../src/camera/discover/discover.ts'
import type {Found} from '../../../src/camera/discover/found.ts'
import {openBlackHole} from '../../../src/sim/camera/black-hole.ts'
import type {CameraSpec} from '../../../src/sim/camera/camera.ts'
import {listenDiscovery} from '../../../src/sim/camera/discovery.ts'
import {DISCOVERY_FAULTS, type DiscoveryFaultName} from '../../../src/sim/camera/discovery-faults.ts'
import {listenOnvif} from '../../../src/sim/camera/onvif/listen.ts'
import {realClock} from '../../support/clock.ts'
import {simCamera} from '../../support/sim-camera.ts'

/** Only Linux has all of 127.0.0.0/8 without setting it up. */
const sweepTest = test.skipIf(process.platform !== 'linux')

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({address}) => address === '::1'))

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const {port} = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return port
}

/** Cameras of 127.93.0.1 and up, with ONVIF and WS-Discovery on the same ports everywhere. */
async function street(specs: readonly Partial<CameraSpec>[]) {
  const discoveryPort = await freeUdpPort()
  const first = simCamera({key: 'CAM-0', name: 'Gate 0', address: '127.93.0.1', ...specs[0]})
  const listeners = [await listenOnvif([first])]
  const others = specs.slice(1).map((spec, index) =>
    simCamera({
      key: `CAM-${index + 1}`,
      name: `Gate ${index + 1}`,
      address: `127.93.0.${index + 2}`,
      httpPort: first.httpPort,
      ...spec,
    }),
  )
  listeners.push(await listenOnvif(others))
  const cameras = [first, ...others]
  const discovery = await listenDiscovery(cameras, {port: discoveryPort, multicast: false})
  onTestFinished(async () => void (await Promise.all([...listeners, discovery].map((one) => one.close()))))
  return {cameras, discoveryPort, httpPort: first.httpPort}
}

/** A TCP port that does with each connection what it is told. */
async function port(address: string, serve: (socket: Socket) => void, wanted = 0): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    serve(socket)
  }).listen(wanted, address)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as {port: number}).port
}

function search(options: Partial<DiscoverOptions>) {
  return discover({
    interfaces: [],
    addresses: ['127.93.0.1-127.93.0.16'],
    maxHosts: 4_096,
    timeoutMs: 400,
    ports: [],
    rate: 20_000,
    concurrency: 64,
    connectMs: 1_000,
    clock: realClock,
    ...options,
  })
}

async function all(run: ReturnType<typeof search>): Promise<Found[]> {
  const found: Found[] = []
  for await (const one of run.found) found.push(one)
  return found.toSorted((a, b) => a.address.localeCompare(b.address))
}

sweepTest('sweep: cameras are found by datagram or by TCP, each once, and no login is tried', async () => {
  const {cameras, discoveryPort, httpPort} = await street([
    {},
    {discoveryFault: 'deaf'},
    {fault: 'not-onvif', discoveryFault: 'deaf'},
    {fault: 'silent', discoveryFault: 'deaf'},
    {fault: 'refused'},
    {fault: 'slow-drip', discoveryFault: 'deaf'},
    {fault: 'broken-xml', discoveryFault: 'deaf'},
  ])
  const run = search({port: discoveryPort, ports: [{scheme: 'http', port: httpPort}]})
  const found = await all(run)
  expect(found.map(({address, kind, heard, xaddrs}) => ({address, kind, heard, xaddrs}))).toEqual([
    {address: '127.93.0.1', kind: 'onvif', heard: 'unicast', xaddrs: [cameras[0]?.xaddr]},
    {address: '127.93.0.2', kind: 'onvif', heard: 'tcp', xaddrs: [cameras[1]?.xaddr]},
    {address: '127.93.0.3', kind: 'http', heard: 'tcp', xaddrs: []},
    {address: '127.93.0.4', kind: 'open', heard: 'tcp', xaddrs: []},
    {address: '127.93.0.6', kind: 'open', heard: 'tcp', xaddrs: []},
    {address: '127.93.0.7', kind: 'soap', heard: 'tcp', xaddrs: []},
  ])
  expect(Math.abs(found[1]?.clockOffsetMs ?? Number.NaN)).toBeLessThan(5_000)
  expect(run.summary()).toMatchObject({
    complete: true,
    dropped: 0,
    sweep: {addresses: 16, asked: 16, open: 6, refused: 10, silent: 0, failed: {}},
  })
  expect(cameras.map(({failedLogins}) => failedLogins)).toEqual([0, 0, 0, 0, 0, 0, 0])
  expect(new Set(cameras.flatMap(({actions}) => actions))).toEqual(new Set(['GetSystemDateAndTime']))
})

sweepTest('sweep: streams without ONVIF, and a port that says nothing, are listed as such', async () => {
  const discoveryPort = await freeUdpPort()
  const rtspPort = await port('127.93.0.5', (socket) => socket.once('data', () => socket.end('RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n')))
  await port('127.93.0.6', (socket) => socket.once('data', () => socket.end('\u001b[31m220 ftp\r\n')), rtspPort)
  await port('127.93.0.7', () => {}, rtspPort)
  const found = await all(search({port: discoveryPort, ports: [{scheme: 'rtsp', port: rtspPort}], timeoutMs: 300}))
  expect(found.map(({address, kind, key, detail, ports}) => [address, kind, key, detail, ports])).toEqual([
    ['127.93.0.5', 'rtsp', `rtsp://127.93.0.5:${rtspPort}`, 'RTSP/1.0 200 OK', [`rtsp:${rtspPort}`]],
    ['127.93.0.6', 'open', `rtsp://127.93.0.6:${rtspPort}`, '␛[31m220 ftp', [`rtsp:${rtspPort}`]],
    ['127.93.0.7', 'open', `rtsp://127.93.0.7:${rtspPort}`, 'takes the connection and says nothing', [`rtsp:${rtspPort}`]],
  ])
}) // biome-ignore format: a table

sweepTest('sweep: where everybody answers there are never more connections than were allowed', async () => {
  const [hosts, allowed] = [40, 4]
  let [open, most] = [0, 0]
  const serve = (socket: Socket) => {
    open += 1
    most = Math.max(most, open)
    socket.once('close', () => {
      open -= 1
    })
    socket.once('data', () => socket.end('RTSP/1.0 200 OK\r\n\r\n'))
  }
  const rtspPort = await port('127.93.1.1', serve)
  for (let last = 2; last <= hosts; last++) await port(`127.93.1.${last}`, serve, rtspPort)
  const ports = [{scheme: 'rtsp', port: rtspPort}] as const
  const run = search({addresses: [`127.93.1.1-${hosts}`], port: await freeUdpPort(), ports, concurrency: allowed})
  expect(await all(run)).toHaveLength(hosts)
  // Our end of a connection is closed before the server sees that it is, so it may count some more.
  expect(most).toBeLessThan(hosts / 2)
  expect(most).toBeGreaterThan(1)
})

test.skipIf(!hasIPv6)('sweep: an IPv6 address is asked like any other', async () => {
  const rtspPort = await port('::1', (socket) => socket.once('data', () => socket.end('RTSP/1.0 401 Unauthorized\r\n\r\n')))
  const run = search({addresses: ['[0:0::1]', '127.0.0.1'], port: await freeUdpPort(), ports: [{scheme: 'rtsp', port: rtspPort}], timeoutMs: 200})
  expect((await all(run)).map(({address, kind, key}) => ({address, kind, key}))).toEqual([{address: '::1', kind: 'rtsp', key: `rtsp://[::1]:${rtspPort}`}])
  expect(run.summary().interfaces.map(({address, failed}) => [address, failed])).toEqual([['0.0.0.0', undefined], ['::', undefined]])
}) // biome-ignore format: long lines

sweepTest('sweep: a device that wants a login first is listed as such, and is given none', async () => {
  const requests: string[] = []
  const httpPort = await port('127.93.0.8', (socket) =>
    socket.on('data', (chunk) => {
      requests.push(chunk.toString('latin1'))
      socket.end('HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="x", nonce="y", qop="auth"\r\nContent-Length: 0\r\n\r\n')
    }),
  )
  const found = await all(search({port: await freeUdpPort(), ports: [{scheme: 'http', port: httpPort}]}))
  expect(found.map(({address, kind, xaddrs}) => ({address, kind, xaddrs}))).toEqual([{address: '127.93.0.8', kind: 'login', xaddrs: []}])
  expect(requests).toHaveLength(1)
  expect(requests[0]).toContain('GetSystemDateAndTime')
  expect(requests[0]).not.toMatch(/authorization|Security/i)
}) // biome-ignore format: long lines

sweepTest('sweep: a camera behind address translation is one camera, with the address that works first', async () => {
  const {cameras, discoveryPort, httpPort} = await street([{fault: 'xaddr-foreign'}])
  const found = await all(search({port: discoveryPort, ports: [{scheme: 'http', port: httpPort}]}))
  const told = `http://192.168.1.64:${httpPort}/onvif/device_service`
  expect(found).toMatchObject([
    {name: 'Gate 0', xaddrs: [cameras[0]?.xaddr, told], reach: {kind: 'translated', told: [told]}, ports: [`http:${httpPort}`]},
  ])
}) // biome-ignore format: a table

sweepTest('sweep: without TCP such a camera is told as it says of itself, at the end', async () => {
  const {discoveryPort, httpPort} = await street([{fault: 'xaddr-foreign'}])
  const told = `http://192.168.1.64:${httpPort}/onvif/device_service`
  const found = await all(search({port: discoveryPort, timeoutMs: 100}))
  expect(found).toMatchObject([{xaddrs: [told], reach: {kind: 'translated', told: [told]}}])
})

/** Devices that a search without TCP finds on the address of a camera with the fault. */
const FOUND: Record<DiscoveryFaultName, number> = {
  deaf: 0,
  'nvt-only': 1,
  'untyped-only': 1,
  junk: 1,
  'wrong-relation': 1,
  repeats: 1,
  recorder: 4,
  stuffed: 64,
  'no-address': 0,
  'zero-address': 1,
  'wrong-subnet': 1,
  'two-addresses': 1,
}

sweepTest('sweep: cameras whose discovery is sick hide nobody, and are found by one way or the other', async () => {
  const faults = Object.keys(DISCOVERY_FAULTS) as DiscoveryFaultName[]
  const {cameras, discoveryPort, httpPort} = await street([...faults.map((discoveryFault) => ({discoveryFault})), {}])
  const byDatagram = await all(search({port: discoveryPort, timeoutMs: 1_000}))
  const both = await all(search({port: discoveryPort, timeoutMs: 1_000, ports: [{scheme: 'http', port: httpPort}]}))
  const count = (found: readonly Found[]) =>
    cameras.map(({spec}) => [
      spec.discoveryFault ?? 'none',
      found.filter(({address}) => address === spec.address).length,
    ])
  expect(Object.fromEntries(count(byDatagram))).toEqual({...FOUND, none: 1})
  expect(Object.fromEntries(count(both))).toEqual({...FOUND, deaf: 1, 'no-address': 1, none: 1})
  expect(new Set(both.map(({kind}) => kind))).toEqual(new Set(['onvif']))
  for (const {spec, xaddr} of cameras) {
    const own = both.filter(({address}) => address === spec.address)
    expect(own.map(({xaddrs}) => xaddrs[0])).toContain(xaddr)
  }
})

sweepTest('sweep: stopped, it tells what was found so far and that it was stopped', async () => {
  const {discoveryPort} = await street([{}])
  const stop = new AbortController()
  const hole = await openBlackHole([{host: '127.93.0.9', port: 0}])
  onTestFinished(() => hole.close())
  const run = search({
    addresses: ['127.93.0.1', '127.93.0.9'],
    port: discoveryPort,
    ports: [{scheme: 'http', port: hole.ports[0] ?? 0}],
    connectMs: 3_600_000,
    timeoutMs: 3_600_000,
    signal: stop.signal,
  })
  const found: Found[] = []
  for await (const one of run.found) {
    found.push(one)
    stop.abort()
  }
  expect(found.map(({address}) => address)).toEqual(['127.93.0.1'])
  expect(run.summary()).toMatchObject({complete: false, sweep: {failed: {}}})
})

sweepTest('sweep: who does not answer a connection in time is silent, not refused', async () => {
  const hole = await openBlackHole([{host: '127.93.0.9', port: 0}])
  onTestFinished(() => hole.close())
  const ports = [{scheme: 'http', port: hole.ports[0] ?? 0}] as const
  const run = search({addresses: ['127.93.0.8-9'], port: await freeUdpPort(), ports, connectMs: 100, timeoutMs: 50})
  expect(await all(run)).toEqual([])
  expect(run.summary().sweep).toEqual({addresses: 2, asked: 2, open: 0, refused: 1, silent: 1, failed: {}})
})

sweepTest('sweep: a host name is looked up; one that has no address is told', async () => {
  const {discoveryPort} = await street([{address: '127.0.0.1'}])
  const run = search({addresses: ['localhost', 'no-such-host.invalid'], port: discoveryPort, timeoutMs: 100})
  expect((await all(run)).map(({name}) => name)).toEqual(['Gate 0'])
  expect(Object.values(run.summary().sweep?.failed ?? {})).toEqual([1])
})
