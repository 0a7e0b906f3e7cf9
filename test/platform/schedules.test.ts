/** Schedules over real HTTP: turns are jobs of the inventory, and what workers tell of them raises and clears alarms. */
import {expect, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Camera} from '../../src/model/device.ts'
import {gate} from '../support/cameras.ts'
import {manualClock} from '../support/clock.ts'
import {collect} from '../support/collect.ts'
import {testPlatform} from '../support/platform.ts'
import {until} from '../support/wait.ts'

const by = safeText('anna')
const worker = safeText('worker-1')
const work = {kind: 'probe', timeoutMs: 5_000, maxSkewMs: 30_000, transport: 'auto', raises: true} as const
const HOUR = 3_600_000

const cameras = (count: number): Camera[] =>
  Array.from({length: count}, (_, n) => ({
    ...gate,
    key: `cam-${String(n).padStart(5, '0')}`,
    jurisdiction: n % 2 === 0 ? 'city.north' : 'city.south',
  }))

test('a turn has the cameras that the inventory has then, in pages; the next one those of its own time', async () => {
  const clock = manualClock()
  const {client} = await testPlatform({clock})
  await client.putDevices({devices: cameras(4_500)})
  const plan = {name: 'north', work, everyMs: HOUR, by, jurisdiction: 'city.north'}
  expect(await client.jobs.putSchedule(plan)).toMatchObject({maxTries: 3, keepMs: 24 * HOUR, turns: 0})
  const jobs = () => collect(client.jobs.jobs(true))
  await until(async () => (await jobs())[0]?.sealed === true)
  expect(await jobs()).toMatchObject([{tasks: 2_250, by: 'schedule north'}])
  await client.jobs.cancel({id: 1, by})
  await client.putDevices({devices: [{...gate, key: 'new', jurisdiction: 'city.north'}]})
  clock.advance(HOUR + 1)
  await until(async () => {
    clock.advance(1) // whoever began to wait after the jump is woken too
    return (await jobs())[1]?.sealed === true
  })
  expect(await jobs()).toMatchObject([{id: 1}, {id: 2, tasks: 2_251}])
  expect((await client.jobs.schedules()).items).toMatchObject([{name: 'north', turns: 2, lastJob: 2, skipped: 0}])
})

test('what a worker tells of two turns raises the alarm of the camera, a good pair clears it', async () => {
  const {client} = await testPlatform({faultAfter: 2})
  await client.putDevices({devices: [gate]})
  const conditions: string[] = []
  for (const [turn, verdict] of (['dead', 'dead', 'healthy', 'healthy'] as const).entries()) {
    const put = turn === 0 ? client.jobs.putSchedule({name: 'city', work, everyMs: HOUR, by}) : undefined
    await (put ?? client.jobs.runSchedule({name: 'city', by}))
    const claim = {worker, kinds: ['probe'] as const, max: 9, leaseMs: 60_000}
    let [task] = (await client.jobs.claim(claim)).tasks
    await until(async () => {
      task ??= (await client.jobs.claim(claim)).tasks[0]
      return task !== undefined
    })
    const {job, n, lease} = task!
    const said = {verdict, at: Date.now(), ...(verdict === 'dead' ? {cause: 'refused' as const} : {})}
    await client.jobs.report({
      ...{worker, failed: []},
      done: [{job, n, lease, healthy: verdict === 'healthy', result: null, verdict: said}],
    })
    const alarms = await collect(client.alarms({all: true}))
    conditions.push(alarms.map(({device, condition}) => `${device} ${condition}`).join())
  }
  expect(conditions).toEqual(['', 'cam-1 active', 'cam-1 active', 'cam-1 restored'])
})

test('results of a turn are forgotten when their time is over', async () => {
  const clock = manualClock()
  const {client} = await testPlatform({clock})
  await client.putDevices({devices: cameras(1_200)})
  await client.jobs.putSchedule({name: 'city', work, everyMs: 31 * 24 * HOUR, keepMs: HOUR, by})
  const ids = async () => (await collect(client.jobs.jobs(true))).map(({id}) => id)
  await until(async () => (await collect(client.jobs.jobs(true)))[0]?.sealed === true)
  await client.jobs.cancel({id: 1, by})
  await client.jobs.runSchedule({name: 'city', by})
  await until(async () => (await ids()).length === 2)
  await client.jobs.removeSchedule({name: 'city', by})
  clock.advance(HOUR + 1)
  await until(async () => {
    clock.advance(1)
    return (await ids()).join() === '2'
  })
  await expect(client.jobs.job(1)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
})

test.each([
  [{name: ''}, 'name'],
  [{name: '../x'}, 'name'],
  [{name: 'x'.repeat(65)}, 'name'],
  [{everyMs: 9_999}, 'everyMs'],
  [{everyMs: 32 * 24 * HOUR}, 'everyMs'],
  [{keepMs: 1}, 'keepMs'],
  [{work: {kind: 'provision', timeoutMs: 1, name: 'x'}}, 'work.kind'],
  [{jurisdiction: '..'}, 'jurisdiction'],
])('%j is refused by name', async (changes, field) => {
  const {client} = await testPlatform()
  const asked = {name: 'city', work, everyMs: HOUR, by, ...changes} as Parameters<typeof client.jobs.putSchedule>[0]
  await expect(client.jobs.putSchedule(asked)).rejects.toMatchObject({code: 'CW_BAD_VALUE', params: {field}})
  expect((await client.jobs.schedules()).items).toEqual([])
})
