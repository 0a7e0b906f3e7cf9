/** The work queue over real HTTP: jobs for people, leases for workers, and what is refused. */
import {expect, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import type {LeasedTask} from '../../src/model/job.ts'
import {PlatformClient} from '../../src/platform/client.ts'
import {ask, guardedPlatform} from '../support/access.ts'
import {collect} from '../support/collect.ts'
import {testPlatform} from '../support/platform.ts'

const work = {kind: 'probe', timeoutMs: 5_000, maxSkewMs: 30_000, transport: 'auto'} as const
const by = safeText('anna')
const worker = safeText('worker-1')
const targets = (count: number) => Array.from({length: count}, (_, index) => ({key: `cam-${index + 1}`}))
const claim = {worker, kinds: ['probe'] as const, max: 100, leaseMs: 60_000}
const idOf = ({job, n, lease}: LeasedTask) => ({job, n, lease})

test('a job of more tasks than a request holds is made, worked off, and adds up', async () => {
  const {client} = await testPlatform()
  const job = await client.jobs.add({work, by, maxTries: 1}, targets(5_003))
  expect(job).toMatchObject({id: 1, tasks: 5_003, sealed: true, by: 'anna', counts: {waiting: 5_003}})
  const {tasks} = await client.jobs.claim(claim)
  const [well, ill, bad, back] = tasks
  expect(well).toEqual({job: 1, n: 1, lease: 1, key: 'cam-1', work})
  const done = [
    {...idOf(well!), healthy: true, result: {verdict: safeText('healthy')}},
    {...idOf(ill!), healthy: false, result: {verdict: safeText('sick')}},
  ]
  const failed = [{...idOf(bad!), reason: safeText('auth: refused'), isFinal: true}]
  expect(await client.jobs.report({worker, done, failed})).toBe(3)
  expect(await client.jobs.report({worker, done, failed})).toBe(0)
  expect(await client.jobs.renew([well!, back!], 60_000)).toEqual([idOf(back!)])
  expect(await client.jobs.release([well!, back!])).toBe(1)
  expect(await client.jobs.job(1)).toMatchObject({unhealthy: 1, counts: {done: 2, poisoned: 1, leased: 96}})
  expect((await collect(client.jobs.tasks(1, true))).map(({n, state, reason}) => [n, state, reason])).toEqual([
    [2, 'done', undefined],
    [3, 'poisoned', 'auth: refused'],
  ])
  expect((await collect(client.jobs.tasks(1, false))).map(({n}) => n)).toEqual(targets(5_003).map((_, n) => n + 1))
  expect(await client.jobs.retry({id: 1, by})).toMatchObject({counts: {poisoned: 0}})
  expect(await client.jobs.cancel({id: 1, by})).toMatchObject({
    cancelledBy: 'anna',
    counts: {cancelled: 5_001, done: 2},
  })
  await expect(client.jobs.retry({id: 1, by})).rejects.toMatchObject({code: 'CW_CONFLICT'})
  expect(await collect(client.jobs.jobs(false))).toEqual([])
  expect((await collect(client.jobs.jobs(true))).map(({id}) => id)).toEqual([1])
})

test('jobs come page by page, and a job that is not there is no empty one', async () => {
  const {client, platform} = await testPlatform()
  for (let n = 0; n < 5; n++) await client.jobs.add({work, by}, targets(1))
  const {text} = await ask(`${platform.url}/v1/jobs?limit=2&after=1`)
  expect(JSON.parse(text)).toMatchObject({items: [{id: 2}, {id: 3}], next: 3, now: expect.any(Number)})
  await expect(client.jobs.job(6)).rejects.toMatchObject({code: 'CW_BAD_VALUE', params: {field: 'job'}})
  expect((await ask(`${platform.url}/v1/jobs/tasks`)).status).toBe(400)
})

test('a worker is told whether others still have something to do', async () => {
  const {client} = await testPlatform()
  expect(await client.jobs.claim(claim)).toEqual({tasks: [], unfinished: 0})
  await client.jobs.add({work, by}, targets(1))
  const [task] = (await client.jobs.claim(claim)).tasks
  expect(await client.jobs.claim(claim)).toEqual({tasks: [], unfinished: 1})
  expect(await client.jobs.claim({...claim, kinds: ['provision']})).toEqual({tasks: [], unfinished: 0})
  await client.jobs.report({worker, done: [{...idOf(task!), healthy: true, result: null}], failed: []})
  expect(await client.jobs.claim(claim)).toEqual({tasks: [], unfinished: 0})
})

test('one worker may log in where another waits, and nobody where one was refused', async () => {
  const {client} = await testPlatform()
  const device = '10.0.0.5:80'
  const round = (permit: string, settled: readonly {permit: string; outcome: 'refused'}[] = []) =>
    client.jobs.logins({
      worker,
      settled: settled.map((one) => ({device, ...one})),
      asked: [{device, permit: permit.padEnd(16, '0'), allowed: 1}],
    })
  expect((await round('a')).answers).toEqual(['go'])
  expect((await round('b')).answers).toEqual(['busy'])
  const settled = [{permit: 'a'.padEnd(16, '0'), outcome: 'refused' as const}]
  expect((await round('b', settled)).answers).toEqual(['refused'])
})

test('a user signs with his own name, and the audit log tells of jobs and not of every task', async () => {
  const {user, login, chief, url} = await guardedPlatform()
  await user('ben', 'technician')
  const {token} = await login('ben')
  const body = {work, by: 'somebody else', targets: targets(2), last: true}
  const {text} = await ask(`${url}/v1/jobs`, {method: 'POST', token, body})
  expect(JSON.parse(text)).toMatchObject({by: 'ben'})
  await ask(`${url}/v1/jobs/claim`, {method: 'POST', token, body: claim})
  await ask(`${url}/v1/jobs/cancel`, {method: 'POST', token, body: {id: 1, by: 'x'}})
  const lines = (await collect(chief.auditLines({what: 'job'}))).map(({line}) => JSON.parse(line))
  expect(lines).toMatchObject([
    {what: 'job.add', who: 'user ben', on: 'job/1', detail: 'probe, 2 tasks'},
    {what: 'job.cancel', who: 'user ben', on: 'job/1'},
  ])
})

const NEW = {work, by: 'x', targets: [], last: true}
test.each<[string, unknown, string]>([
  ['jobs', {...NEW, work: {...work, kind: 'format'}}, 'work.kind'],
  ['jobs', {...NEW, work: {...work, timeoutMs: 0}}, 'work.timeoutMs'],
  ['jobs', {...NEW, work: {kind: 'provision', timeoutMs: 1}}, 'work'],
  ['jobs', {...NEW, work: {kind: 'provision', timeoutMs: 1, ntp: []}}, 'work'],
  ['jobs', {...NEW, maxTries: 101}, 'maxTries'],
  ['jobs', {...NEW, by: ' '}, 'by'],
  ['jobs', {...NEW, targets: Array.from({length: 5_001}, () => ({key: 'a'}))}, 'targets'],
  ['jobs', {...NEW, targets: [{key: 'a', xaddr: 'http://u:p@10.0.0.5/'}]}, 'targets[0].xaddr'],
  ['jobs/tasks', {id: 1, from: 2_000_001, targets: [], last: true}, 'from'],
  ['jobs/claim', {...claim, max: 1_001}, 'max'],
  ['jobs/claim', {...claim, leaseMs: 999}, 'leaseMs'],
  ['jobs/claim', {...claim, kinds: ['all']}, 'kinds[0]'],
  ['jobs/renew', {leases: [{job: 1, n: 1, lease: 0}], leaseMs: 1_000}, 'leases[0].lease'],
  ['jobs/results', {worker, done: [{job: 1, n: 1, lease: 1, healthy: 1, result: 1}], failed: []}, 'done[0].healthy'],
  ['jobs/results', {worker, done: [{job: 1, n: 1, lease: 1, healthy: true}], failed: []}, 'done[0].result'],
  ['jobs/logins', {worker, settled: [], asked: [{device: 'a', permit: 'x', allowed: 1}]}, 'asked[0].permit'],
  [
    'jobs/logins',
    {worker, settled: [], asked: [{device: 'a', permit: '0'.repeat(16), allowed: 3}]},
    'asked[0].allowed',
  ],
])('%s with what cannot be is refused by name: %#', async (path, body, field) => {
  const {platform} = await testPlatform()
  const {status, text} = await ask(`${platform.url}/v1/${path}`, {method: 'POST', body})
  expect([status, JSON.parse(text).error.params.field]).toEqual([400, field])
  expect(text).not.toContain('u:p')
})

test('what was made of a job that could not be added whole is cancelled', async () => {
  const {client, platform} = await testPlatform()
  const long = [...targets(5_000), {key: 'x'.repeat(300)}]
  await expect(client.jobs.add({work, by}, long)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
  expect(await new PlatformClient({url: platform.url}).jobs.job(1)).toMatchObject({
    counts: {cancelled: 5_000},
    finishedAt: expect.any(Number),
  })
})
