/** Cameras as a source of the platform: what begins and ends at real ONVIF cameras becomes alarms, each once. */
import {request} from 'undici'
import {expect, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import {Secret} from '../../src/lib/secret.ts'
import type {Camera} from '../../src/model/device.ts'
import type {CameraEntry, LogEntry} from '../../src/model/log-entry.ts'
import type {CameraChoice} from '../../src/platform/server/camera-listener.ts'
import type {Platform} from '../../src/platform/server/platform.ts'
import type {SimCamera} from '../../src/sim/camera/camera.ts'
import {entryLine} from '../../src/tui/alarm-watch/plain-line.ts'
import {gate} from '../support/cameras.ts'
import {patientClock, realClock} from '../support/clock.ts'
import {countingLedger} from '../support/ledger.ts'
import {LOGIN, onvifCamera, onvifCameras} from '../support/onvif-cameras.ts'
import {testPlatform} from '../support/platform.ts'

type Client = Awaited<ReturnType<typeof testPlatform>>['client']

const choice = (more: Partial<CameraChoice> = {}): CameraChoice => ({
  ledger: countingLedger(),
  credentialOf: async () => LOGIN,
  motion: 'off',
  concurrency: 8,
  ...more,
})

const inventoried = (camera: SimCamera, key = gate.key): Camera => ({...gate, key, xaddr: camera.xaddr})

async function listening(more: Partial<CameraChoice> = {}, dataFolder?: string) {
  return testPlatform({cameras: choice(more), clock: patientClock(), ...(dataFolder ? {dataFolder} : {})})
}

/** Entries of cameras from the beginning of the log, as they come. */
async function* entriesOf(client: Client): AsyncGenerator<CameraEntry> {
  const {epoch} = await client.status()
  const stop = new AbortController()
  for await (const message of client.watch({epoch, seq: 0}, {clock: realClock, signal: stop.signal})) {
    if (message.type === 'entry' && message.entry.type === 'camera') yield message.entry
  }
}

async function next(entries: AsyncGenerator<CameraEntry>): Promise<string> {
  const {value} = await entries.next()
  return `${value.event.camera} ${value.event.condition} ${value.change ?? 'logged'}`
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve))
}

async function metric(platform: Platform, name: string): Promise<number> {
  const text = await (await request(`${platform.url}/metrics`)).body.text()
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length),
  )
}

test('a camera of the inventory raises an alarm and restores it, also when it was added while the platform runs', async () => {
  const {client} = await listening()
  const camera = await onvifCamera()
  await client.putDevices({devices: [inventoried(camera)]})
  const entries = entriesOf(client)
  await until(() => camera.events.subscriptions === 1)
  camera.events.set('digital-input', true)
  expect(await next(entries)).toBe('cam-1 digital-input raised')
  camera.events.set('digital-input', false)
  expect(await next(entries)).toBe('cam-1 digital-input restored')
  const alarms = []
  for await (const alarm of client.alarms()) alarms.push(alarm)
  expect(alarms).toMatchObject([{device: 'cam-1', code: '2', zone: 'input_1', jurisdiction: 'city.north', count: 1}])
})

test('what holds already when the platform comes is an alarm once, also for the next platform on the same data', async () => {
  const camera = await onvifCamera()
  camera.events.set('tamper', true)
  const first = await listening()
  await first.client.putDevices({devices: [inventoried(camera)]})
  expect(await next(entriesOf(first.client))).toBe('cam-1 tamper raised')
  await first.platform.close()
  expect(camera.events.subscriptions).toBe(0)
  const second = await listening({}, first.folder)
  await until(async () => (await metric(second.platform, 'citywatch_camera_messages_total{result="unchanged"}')) >= 3)
  camera.events.set('video-loss', true)
  const entries = entriesOf(second.client)
  expect([await next(entries), await next(entries)]).toEqual(['cam-1 tamper raised', 'cam-1 video-loss raised'])
})

test('a reboot in the middle: subscribed to anew, nothing doubled, what began meanwhile raised', async () => {
  const camera = await onvifCamera()
  const {client} = await listening()
  await client.putDevices({devices: [inventoried(camera)]})
  const entries = entriesOf(client)
  await until(() => camera.events.subscriptions === 1)
  camera.events.set('tamper', true)
  expect(await next(entries)).toBe('cam-1 tamper raised')
  camera.reboot(0)
  camera.events.set('digital-input', true)
  expect(await next(entries)).toBe('cam-1 digital-input raised')
  camera.events.set('tamper', false)
  expect(await next(entries)).toBe('cam-1 tamper restored')
})

test.each([
  ['off', []],
  ['log', ['cam-1 motion logged']],
  ['alarm', ['cam-1 motion raised']],
] as const)('motion where the platform is told to treat it as %s', async (motion, expected) => {
  const camera = await onvifCamera()
  const {client} = await listening({motion})
  await client.putDevices({devices: [inventoried(camera)]})
  const entries = entriesOf(client)
  await until(() => camera.events.subscriptions === 1)
  camera.events.set('motion', true)
  camera.events.set('tamper', true)
  const seen: string[] = []
  while (seen.at(-1) !== 'cam-1 tamper raised') seen.push(await next(entries))
  expect(seen.slice(0, -1)).toEqual(expected)
})

test('a camera that leaves the inventory, or gets another address, is let go', async () => {
  const [old, fresh] = await onvifCameras([{key: 'cam-1'}, {key: 'cam-1'}])
  const {client, platform} = await listening()
  await client.putDevices({devices: [inventoried(old!)]})
  await until(() => old!.events.subscriptions === 1)
  await client.putDevices({devices: [inventoried(fresh!)]})
  await until(() => fresh!.events.subscriptions === 1 && old!.events.subscriptions === 0)
  await platform.close()
  expect(fresh!.events.subscriptions).toBe(0)
})

test('a wrong password touches three of twenty cameras, each once', async () => {
  const cameras = await onvifCameras(Array.from({length: 20}, (_, index) => ({key: `cam-${index}`})))
  const {client, platform} = await listening({credentialOf: async () => ({...LOGIN, password: new Secret('wrong')})})
  await client.putDevices({devices: cameras.map((camera, index) => inventoried(camera, `cam-${index}`))})
  await until(async () => (await metric(platform, 'citywatch_cameras_listened{link="lost"}')) === 20)
  const failed = cameras.map(({failedLogins}) => failedLogins)
  expect([failed.reduce((sum, count) => sum + count), Math.max(...failed)]).toEqual([3, 1])
})

test('sick event services beside a good one: it is heard, they are not the end', async () => {
  const faults = [
    'no-events',
    'events-refused',
    'events-flood',
    'events-broken-xml',
    'events-hasty',
    undefined,
  ] as const
  const cameras = await onvifCameras(
    faults.map((eventFault, index) => ({key: `cam-${index}`, ...(eventFault ? {eventFault} : {})})),
  )
  const {client, platform} = await listening()
  await client.putDevices({devices: cameras.map((camera, index) => inventoried(camera, `cam-${index}`))})
  const entries = entriesOf(client)
  await until(() => cameras[5]?.events.subscriptions === 1)
  cameras[5]?.events.set('tamper', true)
  expect(await next(entries)).toBe('cam-5 tamper raised')
  await platform.close()
})

test('watch lines show a camera: the alarm that it raised, and what is only logged', () => {
  const event = {camera: 'cam-1', condition: 'motion', active: true, source: safeText('video_1')} as const
  const entry: LogEntry = {type: 'camera', seq: 1, at: 0, event, jurisdiction: 'city.north'}
  expect(entryLine(entry, 'e-1', 'tsv')).toEqual([
    '1970-01-01T00:00:00.000Z\tcamera\t\t\tbegan\t\t\t5/2\tMotion in the picture\tcam-1\t\tvideo_1\tcity.north\t',
  ])
})
