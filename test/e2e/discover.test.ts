import {createSocket} from 'node:dgram'
import {once} from 'node:events'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {execa} from 'execa'
import {describe, expect, onTestFinished, test} from 'vitest'
import type {DiscoverReport} from '../../src/cli/discover.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Camera, Site} from '../../src/model/device.ts'
import {openBlackHole} from '../../src/sim/camera/black-hole.ts'
import type {CameraSpec} from '../../src/sim/camera/camera.ts'
import {listenDiscovery} from '../../src/sim/camera/discovery.ts'
import {listenOnvif} from '../../src/sim/camera/onvif/listen.ts'
import {citywatch, newHome, start} from '../support/cli.ts'
import {testPlatform} from '../support/platform.ts'
import {simCamera} from '../support/sim-camera.ts'

const home = newHome()
const DISCOVER = ['camera', 'discover'] as const
const FAST = ['--timeout', '500', '--rate', '20000']

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const {port} = socket.address()
  await new Promise<void>((resolve) => socket.close(() => resolve()))
  return port
}

/** Cameras with ONVIF and WS-Discovery; the flags that find them; what takes them off the network. */
async function cameras(specs: readonly Partial<CameraSpec>[], ports?: {http: number; discovery: number}) {
  const discovery = ports?.discovery ?? (await freeUdpPort())
  const all = specs.map((spec, index) => simCamera({key: `CAM-${index}`, name: `Gate ${index}`, ...spec}))
  const [first, ...others] = all
  if (first && ports) first.httpPort = ports.http
  const listeners = [await listenOnvif(first ? [first] : [])]
  const http = ports?.http ?? first?.httpPort ?? 0
  for (const camera of others) camera.httpPort = http
  listeners.push(await listenOnvif(others), await listenDiscovery(all, {port: discovery, multicast: false}))
  const close = async () => void (await Promise.all(listeners.splice(0).map((one) => one.close())))
  onTestFinished(close)
  return {all, close, ports: {http, discovery}, flags: ['--port', String(discovery), '--ports', String(http), ...FAST]}
}

test('camera discover: more addresses than agreed are refused, and the refusal says how to allow them', async () => {
  const {exitCode, stderr, stdout} = await citywatch(home, [...DISCOVER, '127.0.0.0/16'])
  expect({exitCode, stdout}).toEqual({exitCode: 2, stdout: ''})
  expect(stderr).toContain('at most 4096 addresses; --max-hosts N allows more')
})

test('camera discover: an interface and addresses exclude each other, and ports that are none are refused', async () => {
  expect(await citywatch(home, [...DISCOVER, '127.0.0.1', '--interface', 'lo'])).toMatchObject({exitCode: 2})
  for (const ports of ['', 'x', '0', '80,ftp:21', '70000'])
    expect(await citywatch(home, [...DISCOVER, '127.0.0.1', '--ports', ports])).toMatchObject({exitCode: 2})
})

test('camera discover: a file or a pipe of addresses; an empty one is not "everything"', async () => {
  const {flags} = await cameras([{address: '127.24.0.1'}, {address: '127.24.0.2'}])
  const file = join(home.folder, 'hosts.txt')
  writeFileSync(file, '# pole 7\n127.24.0.1\r\n\n127.24.0.2-3\n')
  const named = await citywatch(home, [...DISCOVER, '--file', file, ...flags, '-o', 'csv', '--columns', 'address,name'])
  expect({exitCode: named.exitCode, lines: named.stdout.split('\n').toSorted()}).toEqual({
    exitCode: 0,
    lines: ['127.24.0.1,Gate 0', '127.24.0.2,Gate 1', 'address,name'],
  })
  const piped = await citywatch(home, [...DISCOVER, '-', ...flags, '--json'], {input: '127.24.0.2\n'})
  expect(piped.json<DiscoverReport>()).toMatchObject({complete: true, sweep: {addresses: 1, asked: 1}, cameras: [{name: 'Gate 1'}]})
  expect((await citywatch(home, [...DISCOVER, '-', ...flags], {input: '# nothing\n'})).exitCode).toBe(2)
}) // biome-ignore format: a table

test.skipIf(process.platform !== 'linux')(
  'camera discover: with fewer descriptors than connections it waits for them; nobody is called silent for that',
  async () => {
    const {flags} = await cameras([{address: '127.24.1.9'}, {address: '127.24.1.200', discoveryFault: 'deaf'}])
    const command = ['bin/run.js', ...DISCOVER, '127.24.1.0/24', ...flags, '--concurrency', '1024', '--json']
    const {stdout, exitCode} = await execa(
      'bash',
      ['-c', 'ulimit -n 60; exec "$0" "$@"', process.execPath, ...command],
      {
        cwd: new URL('../../', import.meta.url),
        env: home.env,
        reject: false,
      },
    )
    const report: DiscoverReport = JSON.parse(stdout)
    expect(report.cameras.map(({address}) => address).toSorted()).toEqual(['127.24.1.200', '127.24.1.9'])
    expect({exitCode, sweep: report.sweep}).toEqual({
      exitCode: 0,
      sweep: {addresses: 254, asked: 254, open: 2, refused: 252, silent: 0, failed: {}},
    })
  },
)

test.skipIf(process.platform !== 'linux')(
  'camera discover: Ctrl-C ends with what was found so far, and says so',
  async () => {
    const {ports} = await cameras([{address: '127.24.2.1'}])
    const hole = await openBlackHole([{host: '127.24.2.2', port: 0}])
    onTestFinished(() => hole.close())
    const running = start(home, [
      ...DISCOVER,
      '127.24.2.1-2',
      '--port',
      String(ports.discovery),
      '--ports',
      String(hole.ports[0]),
      '--connect-timeout',
      '3600000',
      '-o',
      'jsonl',
    ])
    expect(JSON.parse(await running.line(() => true))).toMatchObject({address: '127.24.2.1', name: 'Gate 0'})
    const {exitCode, stderr} = await running.stop()
    expect(exitCode).toBe(130)
    expect(stderr).toContain('interrupted: this is what was found so far')
  },
)

describe('camera discover --into inventory', () => {
  const site: Site = {kind: 'site', key: 'S1', name: safeText('Square'), jurisdiction: '44.4403'}
  const camera = (key: string, xaddr: string): Camera => ({
    kind: 'camera',
    key,
    name: safeText(key),
    site: 'S1',
    jurisdiction: '44.4403',
    xaddr,
  })
  const changes = (report: DiscoverReport) =>
    report.cameras.map(({change, camera: key, was, name}) => [change, name, key, was].filter(Boolean)).toSorted()

  test('shows what is new, moved and gone; writes only with --apply; and then there is no difference', async () => {
    const {platform, client} = await testPlatform()
    const street = await cameras([{address: '127.24.3.1'}, {address: '127.24.3.2'}])
    const [one, two] = street.all.map(({xaddr}) => xaddr) as [string, string]
    const ghost = two.replace('127.24.3.2', '127.24.3.9')
    await client.putDevices({devices: [site, camera('POLE-1', one), camera('POLE-9', ghost), camera('FAR', 'http://10.9.9.9/')]})
    const search = (...more: string[]) =>
      citywatch(home, [...DISCOVER, '127.24.3.0/24', ...street.flags, '--into', 'inventory', '--platform', platform.url, '--json', ...more])

    const before = await client.inventory()
    const checked = await search('--check')
    expect(checked.exitCode).toBe(8)
    expect(changes(checked.json())).toEqual([
      ['gone', 'POLE-9', 'POLE-9'],
      ['known', 'Gate 0', 'POLE-1'],
      ['new', 'Gate 1'],
    ])
    expect(await client.inventory()).toEqual(before)

    const applied = await search('--apply', '--site', 'S1')
    expect(applied.json<DiscoverReport>().inventory).toEqual({new: 1, moved: 0, known: 1, gone: 1, unclear: 0, written: 2, left: 0})
    expect(applied.exitCode).toBe(0)
    const written = (await client.inventory()).devices.filter((device) => device.kind === 'camera')
    expect(written.find(({xaddr}) => xaddr === two)).toMatchObject({site: 'S1', jurisdiction: '44.4403', name: 'Gate 1'})
    expect(written.map(({key}) => key)).toEqual(expect.arrayContaining(['POLE-1', 'POLE-9', 'FAR']))

    await street.close()
    await cameras([{address: '127.24.3.1'}, {address: '127.24.3.7', key: 'CAM-1', name: 'Gate 1'}], street.ports)
    const moved = await search('--apply')
    const key = written.find(({xaddr}) => xaddr === two)?.key
    expect(changes(moved.json())).toEqual([
      ['gone', 'POLE-9', 'POLE-9'],
      ['known', 'Gate 0', 'POLE-1'],
      ['moved', 'Gate 1', key, two],
    ])
    expect((await client.inventory()).devices).toContainEqual(expect.objectContaining({key, xaddr: two.replace('3.2', '3.7')}))
    expect((await search()).json<DiscoverReport>().inventory).toMatchObject({new: 0, moved: 0, known: 2, gone: 1, written: 0})
  }) // biome-ignore format: long calls

  test('a camera that is deaf to the search but answers at its own address is not gone', async () => {
    const {platform, client} = await testPlatform()
    const street = await cameras([{address: '127.24.4.1', discoveryFault: 'deaf'}])
    await client.putDevices({devices: [camera('POLE-1', street.all[0]?.xaddr ?? '')]})
    const flags = ['--port', String(street.ports.discovery), '--ports', 'none', ...FAST]
    const {exitCode, json} = await citywatch(home, [...DISCOVER, '127.24.4.1', ...flags, '--into', 'inventory', '--platform', platform.url, '--check', '--json'])
    expect(changes(json())).toEqual([['known', 'POLE-1', 'POLE-1']])
    expect(exitCode).toBe(0)
  }) // biome-ignore format: long calls

  test('new cameras without a site are left, and that is exit 3; a site that is not there is refused before anything', async () => {
    const {platform, client} = await testPlatform()
    const street = await cameras([{address: '127.24.5.1'}])
    await client.putDevices({devices: [site]})
    const into = [...DISCOVER, '127.24.5.1', ...street.flags, '--into', 'inventory', '--platform', platform.url, '--apply']
    const left = await citywatch(home, [...into, '--json'])
    expect({exitCode: left.exitCode, ...left.json<DiscoverReport>().inventory}).toMatchObject({exitCode: 3, new: 1, left: 1, written: 0})
    const refused = await citywatch(home, [...into, '--site', 'NOPE'])
    expect(refused).toMatchObject({exitCode: 2, stderr: expect.stringContaining('S1')})
    expect(street.all[0]?.actions).toEqual([])
  }) // biome-ignore format: long calls
})
