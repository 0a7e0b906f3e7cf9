/** `health run` with a platform: what the inventory says of a camera is kept with what was seen of it. */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {runHealth} from '../../src/cli/health-run.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import {gate} from '../support/cameras.ts'
import {realClock} from '../support/clock.ts'
import {testPlatform} from '../support/platform.ts'
import {tempFolder} from '../support/temp-folder.ts'

const FLAGS = {
  all: false,
  offline: false,
  timeout: 5_000,
  concurrency: 4,
  transport: 'auto',
  'max-skew': 30_000,
  'password-stdin': false,
} as const

const kept = (folder: string) =>
  readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line))

async function platformWithGate() {
  const {platform, client} = await testPlatform()
  const extra = {监控点位类型: safeText('1'), 设备厂商: safeText('海康威视')}
  await client.putDevices({devices: [{...gate, position: {latitude: 39.3, longitude: -76.6}, extra}]})
  return platform.url
}

const GATE_FACTS = {
  camera: 'cam-1',
  name: 'North gate',
  jurisdiction: 'city.north',
  tier: 'key',
  maker: '海康威视',
  latitude: 39.3,
  longitude: -76.6,
}

test('--all: a camera without an address is observed as unknown, with the facts of the inventory', async () => {
  const observations = join(tempFolder(), 'observations')
  const run = await runHealth([], {...FLAGS, all: true, platform: await platformWithGate(), observations}, realClock)
  expect([run.stored, run.verdicts.unknown]).toEqual([1, 1])
  expect(kept(observations)).toMatchObject([{...GATE_FACTS, verdict: 'unknown', cause: 'no-address', checks: 'fsssss'}])
})

test('--from: facts come from the inventory for the cameras that it has', async () => {
  const folder = tempFolder()
  const observations = join(folder, 'observations')
  const checks = ['reach', 'clock', 'identity', 'profile', 'rtsp', 'media'].map((name) => ({
    name,
    status: 'ok',
    durationMs: 5,
  }))
  const cameras = ['cam-1', '10.0.0.9'].map((camera) => ({
    camera,
    verdict: 'healthy',
    checks,
    at: Date.now(),
    durationMs: 9,
  }))
  const from = join(folder, 'probe.json')
  writeFileSync(from, JSON.stringify({summary: {}, cameras}))
  const run = await runHealth([], {...FLAGS, from, platform: await platformWithGate(), observations}, realClock)
  expect([run.stored, run.refused]).toEqual([2, 0])
  expect(kept(observations)).toMatchObject([GATE_FACTS, {camera: '10.0.0.9', jurisdiction: ''}])
})

test.each([
  ['named targets beside --from', ['10.0.0.5'], 'x.json', 'CW_USAGE'],
  ['a file that is not there', [], 'none.json', 'CW_FILE_NOT_FOUND'],
])('%s: an error that says so', async (_what, args, from, code) => {
  const observations = join(tempFolder(), 'observations')
  await expect(runHealth(args, {...FLAGS, offline: true, from, observations}, realClock)).rejects.toMatchObject({code})
})
