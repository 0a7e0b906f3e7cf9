/** A schedule with the real binary: a city is probed turn by turn, a camera that goes dark raises its alarm and clears it when it is back. */
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {Schedule} from '../../src/model/schedule.ts'
import {citywatch, newHome, type Running, start} from '../support/cli.ts'

const home = newHome()
const password = join(home.folder, 'password')
const login = ['--user', 'admin', '--password-file', password]
let serving: Running
let camera: Running | undefined
let at: readonly string[]

const schedule = (...args: readonly string[]) => citywatch(home, ['platform', 'schedule', ...args, ...at])
const alarms = async () =>
  (await citywatch(home, ['alarm', 'list', ...at, '--json'])).json<{alarms: {device: string; condition: string}[]}>()
    .alarms

async function simulated(port: number): Promise<number> {
  const args = ['sim', 'camera', '--http-port', String(port), '--rtsp-port', '0', ...login, '--json']
  camera = start(home, args)
  const {onvif} = JSON.parse(await camera.line((line) => line.includes('onvif'))) as {onvif: string}
  return Number(new URL(onvif).port)
}

/** One more turn, done by a worker. */
async function turn(): Promise<void> {
  expect((await schedule('run', 'city')).exitCode).toBe(0)
  const before = (await schedule('list', '--json')).json<{schedules: Schedule[]}>().schedules[0]?.turns ?? 0
  for (;;) {
    await citywatch(home, ['platform', 'worker', '--until-empty', ...at, ...login])
    const {turns = 0, lastJob = 0} =
      (await schedule('list', '--json')).json<{schedules: Schedule[]}>().schedules[0] ?? {}
    const shown = await citywatch(home, ['platform', 'job', 'show', String(lastJob), ...at, '--json'])
    const {job} = shown.json<{job: {finishedAt?: number; tasks: number}}>()
    if (turns >= before && job.finishedAt !== undefined && job.tasks === 1) return
  }
}

beforeAll(async () => {
  writeFileSync(password, 'a camera password\n')
  serving = start(home, ['platform', 'serve', '--port', '0', '--dc09-port', '0', '--fault-after', '1', '--json'])
  const {url} = JSON.parse(await serving.line((line) => line.includes('url')))
  at = ['--platform', url]
})

afterAll(async () => {
  await camera?.stop()
  await serving?.stop()
})

test('an inventory without cameras has no schedule; times are bounded and named', async () => {
  const none = await schedule('add', 'city', '--every', '15m')
  expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('the inventory has no such camera')])
  const often = await schedule('add', 'city', '--every', '3s')
  expect([often.exitCode, often.stderr]).toEqual([2, expect.stringContaining('--every cannot be "3 s"')])
})

test('a camera that goes dark raises its alarm at the next turn, and clears it when it is back', async () => {
  const port = await simulated(0)
  const list = join(home.folder, 'cameras.csv')
  writeFileSync(list, `key,name,jurisdiction,IP\ngate,North gate,city,127.0.0.1:${port}\n`)
  expect((await citywatch(home, ['site', 'import', list, '--apply', ...at])).exitCode).toBe(0)
  const added = await schedule('add', 'city', '--every', '1h', '--jurisdiction', 'city')
  expect([added.exitCode, added.stdout]).toEqual([0, 'city'])
  await turn()
  expect(await alarms()).toEqual([])
  await camera?.stop()
  await turn()
  expect(await alarms()).toMatchObject([{device: 'gate', condition: 'active'}])
  await simulated(port)
  await turn()
  expect(await alarms()).toMatchObject([{device: 'gate', condition: 'restored'}])
  const kept = await citywatch(home, ['health', 'run', '--schedule', 'city', ...at, '--json'])
  expect(kept.json()).toMatchObject({stored: 1, refused: 0, verdicts: {healthy: 1}})
  const dark = await citywatch(home, ['health', 'run', '--job', '2', ...at, '--json'])
  expect(dark.json()).toMatchObject({stored: 1, verdicts: {dead: 1}})
  expect((await citywatch(home, ['health', 'run', '--schedule', 'nope', ...at])).exitCode).toBe(2)
  expect((await schedule('remove', 'city')).exitCode).toBe(0)
  expect((await schedule('list', '--json')).json()).toEqual({schedules: []})
  expect((await schedule('run', 'city')).exitCode).toBe(2)
})
