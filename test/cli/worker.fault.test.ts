/** Workers that die: the job comes to its end, no task is lost, none counts twice, no camera sees two failed logins. */
import {describe, expect, test} from 'vitest'
import type {PlatformClient} from '../../src/platform/client.ts'
import {parsePostgresUrl} from '../../src/platform/store/postgres/target.ts'
import type {FaultName} from '../../src/sim/faults.ts'
import {collect} from '../support/collect.ts'
import {testPlatform} from '../support/platform.ts'
import {postgresMissing, testServer} from '../support/postgres.ts'
import {until} from '../support/wait.ts'
import {exactJob, fleetOf, jobOn, startWorker} from '../support/workers.ts'

/** Far apart: three refusals in a row would close the gate. */
const SICK: Readonly<Record<number, FaultName>> = {
  20: 'wrong-password',
  50: 'clock-skew',
  80: 'wrong-password',
  110: 'no-profile',
  140: 'wrong-password',
  170: 'locked-out',
}

test('one of two workers is killed in the middle of 200 cameras: the other one ends the job, and every task has one end', async () => {
  const {client, platform} = await testPlatform()
  await oneOfTwoKilled(client, [platform.url, platform.url])
})

describe.skipIf(postgresMissing)(postgresMissing ?? 'two nodes on one PostgreSQL', () => {
  const server = testServer()

  test('the worker of one node is killed: that of the other ends the job, and every task has one end', async () => {
    const postgres = parsePostgresUrl(await server().database())
    const [a, b] = [await testPlatform({postgres}), await testPlatform({postgres})]
    await oneOfTwoKilled(b.client, [a.platform.url, b.platform.url])
  })
})

async function oneOfTwoKilled(client: PlatformClient, urls: readonly [string, string]): Promise<void> {
  const fleet = await fleetOf(200, SICK)
  const {id} = await jobOn(client, fleet)
  const killed = startWorker(urls[0], 'killed')
  const other = startWorker(urls[1], 'other')
  await until(async () => {
    const tasks = await collect(client.jobs.tasks(id, false))
    const ends = tasks.filter(({state, worker}) => state === 'done' && worker === 'killed').length
    return ends >= 20 && tasks.some(({state, worker}) => state === 'leased' && worker === 'killed')
  })
  killed.child.kill('SIGKILL')
  expect(await killed.ended).toBeUndefined()
  const before = await collect(client.jobs.tasks(id, false))
  const held = before.filter(({state, worker}) => state === 'leased' && worker === 'killed').map(({n}) => n)
  const report = await other.ended
  const {job, tasks} = await exactJob(client, id)
  expect(job).toMatchObject({tasks: 200, finishedAt: expect.any(Number)})
  expect(job.counts.done + job.counts.poisoned).toBe(200)
  // What the killed one had was done by the other, or is told as not done: its login may have failed.
  const withheld = tasks.filter(({reason}) => reason?.startsWith('login-withheld')).map(({n}) => n)
  expect(withheld.filter((n) => !held.includes(n))).toEqual([])
  const refused = tasks.filter(({reason}) => /^(?:auth|locked-out)/.test(reason ?? '')).map(({n}) => n)
  expect([...refused, ...withheld].sort((a, b) => a - b)).toEqual(
    tasks.filter(({state}) => state === 'poisoned').map(({n}) => n),
  )
  expect(tasks.filter(({healthy}) => healthy === false).map(({n}) => n)).toEqual(
    [51, 111].filter((n) => !withheld.includes(n)),
  )
  expect(fleet.cameras.filter(({failedLogins}) => failedLogins > 1)).toEqual([])
  // What counted for the one that lived and what the killed one had brought home are all of it.
  const ofKilled = tasks.filter(({state, worker}) => state === 'done' && worker === 'killed').length
  expect(report!.done + ofKilled).toBe(job.counts.done)
}

test('three workers with a wrong password, one killed: nobody logs in twice at a camera, and none is locked', async () => {
  const {client, platform} = await testPlatform()
  const fleet = await fleetOf(60)
  const {id} = await jobOn(client, fleet)
  const workers = ['a', 'b', 'c'].map((name) => startWorker(platform.url, name, {password: 'another password'}))
  await until(async () => (await client.jobs.job(id)).counts.poisoned > 0)
  workers[0]!.child.kill('SIGKILL')
  await Promise.all(workers.map(({ended}) => ended))
  const {job} = await exactJob(client, id)
  expect(job).toMatchObject({counts: {poisoned: 60}, finishedAt: expect.any(Number)})
  const failed = fleet.cameras.map(({failedLogins}) => failedLogins)
  expect(Math.max(...failed)).toBe(1)
  expect(failed.filter((count) => count > 0).length).toBeLessThanOrEqual(9)
})

test('a worker that is interrupted gives back what it has, and the job loses no try', async () => {
  const {client, platform} = await testPlatform()
  const fleet = await fleetOf(40, Object.fromEntries(Array.from({length: 40}, (_, n) => [n, 'silent'] as const)))
  const {id} = await jobOn(client, fleet, undefined, 1)
  const worker = startWorker(platform.url, 'stopped', {leaseMs: 60_000})
  await until(async () => (await client.jobs.job(id)).counts.leased === 8)
  worker.child.kill('SIGINT')
  expect(await worker.ended).toMatchObject({done: 0, failed: 0, givenBack: 8, counted: 0, untold: 0})
  const {job, tasks} = await exactJob(client, id)
  expect(job.counts).toMatchObject({waiting: 40, leased: 0})
  expect(tasks.every(({tries}) => tries === 0)).toBe(true)
})

test('the channels of one recorder take turns at its login: two workers get all of them', async () => {
  const {client, platform} = await testPlatform()
  const {cameras} = await fleetOf(1)
  const {id} = await jobOn(client, {cameras: Array.from({length: 10}, () => cameras[0]!)})
  const workers = ['a', 'b'].map((name) => startWorker(platform.url, name))
  await Promise.all(workers.map(({ended}) => ended))
  expect((await exactJob(client, id)).job).toMatchObject({counts: {done: 10}, unhealthy: 0})
})
