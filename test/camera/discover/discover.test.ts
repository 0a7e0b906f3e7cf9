import {createSocket} from 'node:dgram'
import {once} from 'node:events'
import {describe, expect, onTestFinished, test} from 'vitest'
import {type DiscoverOptions, discover} from '../../../src/camera/discover/discover.ts'
import {type CameraSpec, SimCamera} from '../../../src/sim/camera/camera.ts'
import {listenDiscovery} from '../../../src/sim/camera/discovery.ts'
import {realClock} from '../../support/clock.ts'
import {LOGIN} from '../../support/onvif-cameras.ts'

/** Only Linux has all of 127.0.0.0/8 without setting it up. */
const everyLoopback = process.platform === 'linux'

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const {port} = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return port
}

async function cameras(specs: readonly Partial<CameraSpec>[], multicast = false) {
  const port = await freeUdpPort()
  const all = specs.map(
    (spec, index) =>
      new SimCamera(
        {
          key: `cam-${index}`,
          name: `Gate ${index}`,
          address: '127.0.0.1',
          httpPort: 80 + index,
          rtspPort: 554,
          credential: LOGIN,
          ...spec,
        },
        realClock,
      ),
  )
  const listeners = await listenDiscovery(all, {port, multicast})
  onTestFinished(() => listeners.close())
  return {all, port, notes: listeners.notes}
}

const DEFAULTS = {
  interfaces: [],
  addresses: [],
  maxHosts: 4_096,
  timeoutMs: 10_000,
  ports: [],
  rate: 10_000,
  concurrency: 256,
  connectMs: 1_000,
  clock: realClock,
}

/** Loops until `count` are found: the deadline is only for what must not come. */
async function find(options: Partial<DiscoverOptions> & {readonly port: number}, count: number) {
  const found = []
  for await (const one of discover({...DEFAULTS, ...options}).found) {
    found.push(one)
    if (found.length === count) break
  }
  return found
}

const byName = (a: {name?: string}, b: {name?: string}) => (a.name ?? '').localeCompare(b.name ?? '')

describe('discovery', () => {
  test('asks an address by itself and finds every camera there', async () => {
    const {port} = await cameras([{}, {}, {}])
    const found = await find({addresses: ['127.0.0.1'], port}, 3)
    expect(
      found.toSorted(byName).map(({name, xaddrs, interface: on, address}) => ({name, xaddrs, on, address})),
    ).toEqual(
      [0, 1, 2].map((index) => ({
        name: `Gate ${index}`,
        xaddrs: [
          index === 0 ? 'http://127.0.0.1/onvif/device_service' : `http://127.0.0.1:${80 + index}/onvif/device_service`,
        ],
        on: 'unicast',
        address: '127.0.0.1',
      })),
    )
  })

  test.skipIf(!everyLoopback)('asks a range, each address for itself', async () => {
    const {port} = await cameras([
      {address: '127.91.0.1'},
      {address: '127.91.0.2'},
      {address: '127.91.0.3', fault: 'dead'},
    ])
    const found = await find({addresses: ['127.91.0.1-127.91.0.3'], port, timeoutMs: 200}, Number.POSITIVE_INFINITY)
    expect(found.toSorted(byName).map(({address}) => address)).toEqual(['127.91.0.1', '127.91.0.2'])
  })

  test.skipIf(!everyLoopback)(
    'asks an interface by multicast, and each camera answers from its own address',
    async () => {
      const {port} = await cameras([{address: '127.92.0.1'}, {address: '127.92.0.2'}], true)
      const found = await find({interfaces: ['127.0.0.1'], port}, 2)
      expect(found.toSorted(byName).map(({address, name}) => [address, name])).toEqual([
        ['127.92.0.1', 'Gate 0'],
        ['127.92.0.2', 'Gate 1'],
      ])
    },
  )

  test('junk, wrong answers and several matches between the right ones lose nobody', async () => {
    const {all, port} = await cameras([{}])
    const relay = createSocket('udp4').bind(0, '127.0.0.1')
    onTestFinished(() => void relay.close())
    await once(relay, 'listening')
    relay.on('message', (datagram, to) => {
      for (const junk of ['', 'junk', '<a>', '<!DOCTYPE x>'.repeat(9), '<s:Envelope><s:Body/></s:Envelope>'])
        relay.send(junk, to.port, to.address)
      const upstream = createSocket('udp4').bind(0, '127.0.0.1', () => upstream.send(datagram, port, '127.0.0.1'))
      upstream.on('message', (answer) => {
        relay.send(answer, to.port, to.address)
        upstream.close()
      })
    })
    const found = await find({addresses: ['127.0.0.1'], port: relay.address().port}, 1)
    expect(found.map(({name}) => name)).toEqual([all[0]?.name])
  })

  test('ends at once when the run is stopped', async () => {
    const stop = new AbortController()
    const run = find(
      {addresses: ['127.0.0.1'], port: await freeUdpPort(), timeoutMs: 3_600_000, signal: stop.signal},
      1,
    )
    stop.abort()
    expect(await run).toEqual([])
  })

  test('an interface that is not there is named with those that are', async () => {
    const error = await find({interfaces: ['nope0'], port: 3702}, 1).catch((failure: unknown) => failure)
    expect(error).toMatchObject({
      code: 'CW_BAD_VALUE',
      params: {value: 'nope0', expected: expect.stringContaining('127.0.0.1')},
    })
  })

  test('a port that is taken is a note, and the city stands', async () => {
    const taken = createSocket('udp4').bind(0, '127.0.0.1')
    await once(taken, 'listening')
    const {port} = taken.address()
    const camera = new SimCamera(
      {key: 'a', name: 'a', address: '127.0.0.1', httpPort: 80, rtspPort: 554, credential: LOGIN},
      realClock,
    )
    const listeners = await listenDiscovery([camera], {port, multicast: false})
    expect(listeners.notes).toEqual([expect.stringContaining(`127.0.0.1:${port}`)])
    await listeners.close()
    taken.close()
  })
})
