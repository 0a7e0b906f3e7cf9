/** A real platform hears its devices: over DC-09, by signals, by heartbeats; and says which it does not hear. */
import {connect} from 'node:net'
import {describe, expect, onTestFinished, test} from 'vitest'
import type {Clock} from '../../src/lib/clock.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Camera, Panel} from '../../src/model/device.ts'
import type {LogEntry} from '../../src/model/log-entry.ts'
import type {PlatformClient} from '../../src/platform/client.ts'
import type {PlatformOptions} from '../../src/platform/server/platform.ts'
import {manualClock, realClock} from '../support/clock.ts'
import {frameOf} from '../support/dc09.ts'
import {testPlatform} from '../support/platform.ts'
import {panel, signalOf} from '../support/signals.ts'
import {until} from '../support/wait.ts'

const MINUTE = 60_000
const START = Date.UTC(2026, 0, 1)
const camera = (key: string, changes: Partial<Camera> = {}): Camera => ({
  kind: 'camera',
  key,
  name: safeText(`Camera ${key}`),
  site: 'gate',
  jurisdiction: '44.4403.440305.station-1',
  supervisionMs: MINUTE,
  ...changes,
})
const watchedPanel: Panel = {...panel, supervisionMs: MINUTE}

/** How often the platform looks who is missing, ms. */
const SWEEP_MS = 250

/** A platform whose time only moves when told, its wall clock apart from its monotonic one. */
async function stage(options: Partial<PlatformOptions> = {}) {
  const time = manualClock(0)
  let offset = START
  let asleep = Promise.withResolvers<void>()
  const clock: Clock = {
    now: () => time.now() + offset,
    sleep(ms, signal) {
      if (ms === SWEEP_MS) asleep.resolve()
      return time.sleep(ms, signal)
    },
  }
  const running = await testPlatform({clock, monotonic: () => time.now(), heartbeatMs: 3_600_000, ...options})
  await asleep.promise
  await until(async () => (await running.client.status()).supervision.complete)
  return {
    ...running,
    setClock: (ms: number) => {
      offset += ms
    },
    async pass(ms: number) {
      for (let passed = 0; passed < ms; passed += SWEEP_MS) {
        asleep = Promise.withResolvers<void>()
        time.advance(SWEEP_MS)
        await asleep.promise // the sweep is done, and what it wrote is on the disk
      }
    },
  }
}

/** The log, once it tells of so many entries. */
async function entries({client}: {readonly client: PlatformClient}, count: number): Promise<readonly LogEntry[]> {
  await until(async () => (await client.status()).head >= count)
  const {epoch} = await client.status()
  const found: LogEntry[] = []
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  for await (const message of client.watch({epoch, seq: 0}, {clock: realClock, signal: stop.signal})) {
    if (message.type === 'entry') found.push(message.entry)
    if (found.length === count) break
  }
  return found
}

const told = (all: readonly LogEntry[]) =>
  all.map((entry) => {
    if (entry.type !== 'supervision') return entry.type
    const {news, change, onTest} = entry
    const who = news.device?.key ?? `${news.devices} devices of ${news.jurisdiction}`
    return `${who} ${news.change}: ${change ?? (onTest ? `on test #${onTest}` : 'no alarm')}`
  })

const missing = async (client: PlatformClient) => (await client.supervision()).items.map(({key}) => key)

describe('platform supervision', () => {
  test('a camera is heard by heartbeats, missing without them, restored with the next one', async () => {
    const {client, pass} = await stage()
    await client.putDevices({devices: [camera('cam-1'), camera('cam-2', {supervisionMs: null}), camera('球机-3')]})
    await pass(50_000)
    expect(await client.heartbeats({cameras: ['cam-1', 'cam-2', 'cam-4', '球机-3'], panels: ['1234']})).toEqual({
      ...{taken: 2, restored: 0, unsupervised: 1, unknown: 2},
    })
    await pass(59_000)
    expect((await client.status()).supervision).toEqual({
      ...{alive: 2, unheard: 0, missing: 0, unsupervised: 1, complete: true},
    })
    await pass(2_000)
    await until(async () => (await missing(client)).length === 2)
    const {items, now} = await client.supervision({kind: 'camera', jurisdiction: '44.4403', limit: 1})
    expect(items).toMatchObject([{key: 'cam-1', name: 'Camera cam-1', site: 'gate'}])
    expect(now - (items[0]?.since ?? 0)).toBeLessThan(2_000)
    expect((items[0]?.since ?? 0) - (items[0]?.heardAt ?? 0)).toBeLessThan(MINUTE + 1_000)
    expect(await client.heartbeats({cameras: ['cam-1']})).toMatchObject({taken: 1, restored: 1})
    await pass(1_000)
    expect(told(await entries({client}, 3))).toEqual([
      'cam-1 missing: raised',
      '球机-3 missing: raised',
      'cam-1 restored: restored',
    ])
    expect(await missing(client)).toEqual(['球机-3'])
  })

  test('a panel is heard by a link test, by any signal, and by the same message again', async () => {
    const {client, platform, pass} = await stage()
    await client.putDevices({devices: [watchedPanel]})
    const state = async () => (await client.status()).supervision
    await send(platform.dc09Port, '"NULL"0000L0#1234[]')
    await until(async () => (await state()).alive === 1)
    await pass(50_000)
    await send(platform.dc09Port, '"SIA-DCS"0001L0#1234[#1234|Nri1/BA3]')
    await pass(50_000)
    await send(platform.dc09Port, '"SIA-DCS"0001L0#1234[#1234|Nri1/BA3]')
    await pass(50_000)
    expect((await state()).missing).toBe(0)
    await pass(11_000)
    await until(async () => (await missing(client)).length === 1)
    await send(platform.dc09Port, '"NULL"0000L0#1234[]')
    await until(async () => (await state()).alive === 1)
    await pass(50_000)
    await client.sendEvents({
      ...{specversion: '1.0', source: 'other', id: '1', type: 'org.citywatch.signal'},
      data: (({zone: _none, ...signal}) => signal)(signalOf({code: 'RP'})),
    })
    await pass(50_000)
    expect((await state()).missing).toBe(0)
  })

  test('a district that falls silent is one alarm with a number, not one for each', async () => {
    const {client, pass} = await stage()
    const devices = Array.from({length: 3_000}, (_, index) =>
      camera(`cam-${index}`, {jurisdiction: `44.4403.440305.station-${index % 20}`}),
    )
    await client.putDevices({devices: [...devices, camera('other', {jurisdiction: '44.4403.440306'})]})
    await pass(61_000)
    await until(async () => (await client.status()).head >= 2)
    expect((await client.status()).alarms.new).toBe(2)
    const [own, shared] = [...(await entries({client}, 2))].sort((a, b) => devicesOf(a) - devicesOf(b))
    expect(told([own, shared].filter((entry) => entry !== undefined))).toEqual([
      'other missing: raised',
      '3000 devices of 44.4403.440305 missing: raised',
    ])
    expect(shared).toMatchObject({
      alarm: {text: '3000 devices fell silent', jurisdiction: '44.4403.440305', priority: 2},
    })
    await client.heartbeats({cameras: devices.map(({key}) => key)})
    await pass(1_000)
    expect(told((await entries({client}, 3)).slice(2))).toEqual(['3000 devices of 44.4403.440305 restored: restored'])
  })

  test('a restart makes nobody missing, and whoever was missing stays so without being told again', async () => {
    const first = await stage()
    await first.client.putDevices({devices: [camera('cam-1'), camera('cam-2')]})
    await first.pass(30_000)
    await first.client.heartbeats({cameras: ['cam-2']})
    await first.pass(31_000)
    await until(async () => (await missing(first.client)).length === 1)
    await first.pass(20_000)
    await first.platform.close()
    const {client, pass} = await stage({dataFolder: first.folder})
    expect((await client.status()).supervision).toMatchObject({missing: 1, unheard: 1, alive: 0})
    const {head} = await client.status()
    await pass(58_000)
    expect((await client.status()).head).toBe(head)
    await client.heartbeats({cameras: ['cam-1', 'cam-2']})
    await pass(1_000)
    await until(async () => (await missing(client)).length === 0)
    expect(told(await entries({client}, 2))).toEqual(['cam-1 missing: raised', 'cam-1 restored: restored'])
  })

  test('a wall clock that is set a day on or back makes nobody missing and brings nobody back', async () => {
    const {client, pass, setClock} = await stage()
    await client.putDevices({devices: [camera('cam-1'), camera('cam-2', {supervisionMs: 10_000})]})
    await client.heartbeats({cameras: ['cam-1']})
    await pass(11_000)
    await until(async () => (await missing(client)).length === 1)
    for (const step of [86_400_000, -2 * 86_400_000]) {
      setClock(step)
      await pass(20_000)
      expect(await missing(client)).toEqual(['cam-2'])
    }
    await pass(10_000)
    await until(async () => (await missing(client)).length === 2)
  })

  test('a panel on test raises nothing until its test is over', async () => {
    const {client, pass} = await stage()
    await client.putDevices({devices: [watchedPanel]})
    await client.startOnTest({account: '1234', reason: safeText('works'), by: safeText('anna'), forMs: 10 * MINUTE})
    await pass(61_000)
    await until(async () => (await client.status()).head >= 2)
    expect((await client.status()).alarms.new).toBe(0)
    expect((await client.supervision()).items).toMatchObject([{onTest: 1}])
    await client.endOnTest({id: 1, by: safeText('anna')})
    await pass(1_000)
    expect(told((await entries({client}, 4)).slice(1))).toEqual([
      'panel-1 missing: on test #1',
      'ontest',
      'panel-1 missing: raised',
    ])
  })

  test('an account that its panel gave up is waited for no longer, and two that swap are not confused', async () => {
    const {client, pass} = await stage()
    const other: Panel = {...watchedPanel, key: 'panel-2', account: '5678'}
    await client.putDevices({devices: [watchedPanel, other]})
    await pass(61_000)
    await until(async () => (await missing(client)).length === 2)
    await client.putDevices({
      devices: [
        {...watchedPanel, account: '5678'},
        {...other, account: '9ABC'},
      ],
    })
    await pass(1_000)
    await until(async () => (await client.status()).head >= 3)
    expect((await client.supervision()).items.map(({account}) => account)).toEqual(['5678'])
    expect((await client.status()).supervision).toMatchObject({missing: 1, unheard: 1})
    expect(await client.heartbeats({panels: ['1234', '5678', '9abc']})).toMatchObject({
      unknown: 1,
      taken: 2,
      restored: 1,
    })
  })

  test('without a word of the inventory the kind decides', async () => {
    const {client, pass} = await stage({supervision: {panel: null, camera: 30_000}})
    const {supervisionMs: _own, ...plain} = camera('cam-1')
    await client.putDevices({devices: [panel, plain]})
    await pass(31_000)
    await until(async () => (await missing(client)).length === 1)
    expect((await client.status()).supervision).toMatchObject({missing: 1, unsupervised: 1})
  })

  test('what is no heartbeat is refused by name, a batch too large is refused whole', async () => {
    const {platform} = await stage()
    const post = async (body: string) => {
      const headers = {'content-type': 'application/json'}
      const response = await fetch(`${platform.url}/v1/heartbeats`, {method: 'POST', headers, body})
      return `${response.status} ${JSON.stringify(((await response.json()) as {error?: {params?: object}}).error?.params ?? {})}`
    }
    expect(await post('{"cameras":[1]}')).toContain('400 {"field":"cameras[0]"')
    expect(await post(`{"cameras":["${'x'.repeat(129)}"]}`)).toContain('400 {"field":"cameras[0]"')
    const many = JSON.stringify(Array.from({length: 25_001}, (_, index) => `c${index}`))
    expect(await post(`{"cameras":${many},"panels":${many}}`)).toContain('50000 devices in all')
    expect(await post('{}')).toBe('200 {}')
    const query = await fetch(`${platform.url}/v1/supervision?after=xyz`)
    expect(query.status).toBe(400)
  })
})

const devicesOf = (entry: LogEntry) => (entry.type === 'supervision' ? entry.news.devices : 0)

/** One frame over TCP, answered. */
async function send(port: number, body: string): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.write(frameOf(body))
  await new Promise((resolve, reject) => socket.once('data', resolve).once('error', reject))
  socket.destroy()
}
