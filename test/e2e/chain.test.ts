import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {ProbeReport} from '../../src/model/probe.ts'
import {FAULTS, type FaultName} from '../../src/sim/faults.ts'
import {citywatch, newHome, type Running, start} from '../support/cli.ts'
import {generateInventory} from '../support/inventory.ts'

const real = fileURLToPath(new URL('../../../shared/data/baltimore_cctv.csv', import.meta.url))
const REAL_MAP = [
  'key=ID',
  'name=CameraName',
  'jurisdiction=PoliceDistrict,PolicePost',
  'latitude=Latitude',
  'longitude=Longitude',
  'owner=Owner',
]
const PANELS = 22
const SIGNALS = 6
const PLANTED: Readonly<Partial<Record<FaultName, number>>> = {
  ...Object.fromEntries(Object.keys(FAULTS).map((name) => [name, 1])),
  dead: 30,
  'clock-skew': 2,
}

const inventories = [
  ...(existsSync(real) ? [{name: 'a real municipal list', file: () => real, map: REAL_MAP, rows: 614}] : []),
  ...(existsSync(real) ? [] : [{name: 'a generated list', file: generated, map: [], rows: 614}]),
]

function generated(folder: string): string {
  const file = join(folder, 'inventory.csv')
  writeFileSync(file, generateInventory({seed: 7, rows: 614}).csv)
  return file
}

/** One step after the other on the same city: each test is a step of the chain and needs the ones before it. */
describe.each(inventories)('the whole chain on $name', ({file, map, rows}) => {
  const home = newHome()
  const run = (...args: string[]) => citywatch(home, args)
  const importArgs = () => [
    'site',
    'import',
    file(home.folder),
    ...map.flatMap((pair) => ['--map', pair]),
    '--jurisdiction',
    'city',
    '--json',
  ]
  const truthFile = join(home.folder, 'truth.json')
  const login: string[] = []
  let platform: Running
  let city: Running | undefined
  const watchers: Running[] = []

  beforeAll(async () => {
    platform = start(home, ['platform', 'serve', '--port', '0', '--dc09-port', '0', '--json'])
    const ready = JSON.parse(await platform.line((line) => line.includes('url')))
    expect((await run('context', 'add', 'test', ready.url)).exitCode).toBe(0)
  })

  afterAll(async () => {
    await Promise.all(watchers.map((watcher) => watcher.stop()))
    await city?.stop()
    await platform?.stop()
  })

  test('site import --check sees what would change and writes nothing', async () => {
    const {exitCode, json} = await run(...importArgs(), '--check')
    expect(exitCode).toBe(8)
    expect(json<{counts: object}>().counts).toMatchObject({created: rows, updated: 0, unchanged: 0, rejected: 0})
    expect((await run('site', 'list', '--json')).json<{sites: unknown[]}>().sites).toEqual([])
  })

  test('site import --apply accounts for every row, and the second time changes nothing', async () => {
    const first = await run(...importArgs(), '--apply')
    expect(first.exitCode).toBe(0)
    expect(first.json<{counts: object}>().counts).toMatchObject({created: rows, rejected: 0})
    const second = await run(...importArgs(), '--apply')
    expect(second.exitCode).toBe(0)
    expect(second.json<{counts: object}>().counts).toMatchObject({created: 0, updated: 0, unchanged: rows, rejected: 0})
  })

  test('site list puts every camera into the jurisdiction of its district and post', async () => {
    const {sites} = (await run('site', 'list', '--json')).json<{sites: {jurisdiction: string; cameras: number}[]}>()
    expect(sites.reduce((sum, {cameras}) => sum + cameras, 0)).toBe(rows)
    for (const {jurisdiction} of sites) expect(jurisdiction).toMatch(/^city(?:\.[a-z0-9-]+){1,4}$/)
  })

  test('the monitor starts before anything happens', async () => {
    for (let index = 0; index < 2; index++) watchers.push(start(home, ['alarm', 'watch', '--jsonl']))
    expect(watchers).toHaveLength(2)
  })

  test('a simulated city gives every imported camera an address and serves it', async () => {
    const faults = Object.entries(PLANTED).flatMap(([name, count]) => ['--fault', `${name}=${count}`])
    const args = [
      'sim',
      'city',
      // Not the usual ports: another test holds those.
      ...['--http-port', '18080', '--rtsp-port', '18554'],
      '--inventory',
      '--panels',
      `${PANELS}`,
      '--signals',
      `${SIGNALS}`,
      '--interval',
      '0',
      '--truth',
      truthFile,
      ...faults,
      '--json',
    ]
    city = start(home, args)
    const ready = JSON.parse(await city.line((line) => line.includes('passwordFile')))
    expect(ready.cameras).toHaveLength(rows)
    expect(new Set(ready.cameras.map(({xaddr}: {xaddr: string}) => new URL(xaddr).hostname)).size).toBe(
      process.platform === 'darwin' ? 1 : rows,
    )
    login.push('--user', ready.user, '--password-file', ready.passwordFile)
  })

  test('camera probe --all finds every planted fault by its name and calls no sick camera healthy', async () => {
    const {exitCode, json} = await run('camera', 'probe', '--all', ...login, '--json')
    expect(exitCode).toBe(3)
    const {cameras, summary} = json<{cameras: ProbeReport[]; summary: {cameras: number}}>()
    expect(summary.cameras).toBe(rows)
    const truth = new Map(Object.entries(JSON.parse(readFileSync(truthFile, 'utf8')) as Record<string, FaultName>))
    const said = (camera: string, verdict: string, cause?: string) => `${camera} ${verdict} ${cause ?? ''}`
    const expected = cameras.map(({camera}) => {
      const fault = truth.get(camera)
      return fault ? said(camera, FAULTS[fault].verdict, FAULTS[fault].cause) : said(camera, 'healthy')
    })
    expect(cameras.map(({camera, verdict, cause}) => said(camera, verdict, cause))).toEqual(expected)
    expect(truth.size).toBe(Object.values(PLANTED).reduce((sum, count) => sum + count, 0))
  })

  test('camera provision plan changes nothing; apply sets NTP and reads it back; a second apply changes nothing', async () => {
    const provision = (verb: string, ...more: string[]) =>
      run('camera', 'provision', verb, '--all', '--ntp', '127.0.0.1', ...login, '--timeout', '4000', '--json', ...more)
    type Report = {summary: Record<string, number>}
    const plan = await provision('plan', '--check')
    expect(plan.exitCode).toBe(8)
    const first = (await provision('apply', '--yes')).json<Report>().summary
    const second = (await provision('apply', '--yes')).json<Report>().summary
    expect(first.updated).toBeGreaterThan(rows - 50)
    expect(second).toMatchObject({updated: 0, unchanged: first.updated})
    const sum = (summary: Record<string, number>) => Object.values(summary).reduce((total, count) => total + count, 0)
    expect([sum(first), sum(second)]).toEqual([rows, rows])
  })

  test('panels of the same districts raise alarms; every watcher sees them and sees them closed', async () => {
    const alarmsOf = async () =>
      (await run('alarm', 'list', '--json')).json<{alarms: {id: number; jurisdiction: string; handling: string}[]}>()
        .alarms
    const alarms = await alarmsOf()
    expect(alarms.length).toBeGreaterThan(PANELS / 2)
    for (const {jurisdiction} of alarms) expect(jurisdiction).toMatch(/^city\./)
    const ids = alarms.map(({id}) => String(id)).join('\n')
    const acked = await citywatch(home, ['alarm', 'ack', '-', '--by', 'tester', '--json'], {input: `${ids}\n`})
    expect(acked.exitCode).toBe(0)
    expect((await alarmsOf()).filter(({handling}) => handling === 'new')).toEqual([])
    const last = alarms.at(-1)?.id
    for (const watcher of watchers) {
      await watcher.line((line) => line.includes('"acked"') || line.includes('"closed"'))
      await watcher.line((line) => {
        const event = JSON.parse(line)
        return event.alarm?.id === last && event.alarm.handling !== 'new'
      })
    }
  })
})

test.skipIf(existsSync(real))('shared/data is absent: the chain ran on a generated inventory instead', () => {
  expect(inventories[0]?.name).toBe('a generated list')
})
