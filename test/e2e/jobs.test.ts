/** Bulk jobs with the real binary: added by one person, done by workers, looked after, cancelled and tried anew. */
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {WorkerReport} from '../../src/cli/worker/run.ts'
import type {Job, Task} from '../../src/model/job.ts'
import {citywatch, newHome, type Running, start} from '../support/cli.ts'

const home = newHome()
const password = join(home.folder, 'password')
const login = ['--user', 'admin', '--password-file', password]
let serving: Running
let city: Running
let addresses: readonly string[]
let at: readonly string[]

beforeAll(async () => {
  writeFileSync(password, 'a camera password\n')
  serving = start(home, ['platform', 'serve', '--port', '0', '--dc09-port', '0', '--json'])
  const {url} = JSON.parse(await serving.line((line) => line.includes('url')))
  at = ['--platform', url]
  const faults = ['--fault', 'wrong-password=1', '--fault', 'no-profile=1']
  city = start(home, ['sim', 'city', '--cameras', '12', '--panels', '0', ...faults, ...login, '--json'])
  const {cameras} = JSON.parse(await city.line((line) => line.includes('xaddr')))
  addresses = cameras.map(({xaddr}: {xaddr: string}) => xaddr)
})

afterAll(async () => {
  await city?.stop()
  await serving?.stop()
})

const job = (...args: readonly string[]) => citywatch(home, ['platform', 'job', ...args, ...at])
const worker = (...args: readonly string[]) => citywatch(home, ['platform', 'worker', ...args, ...at, ...login])

test('a probe of piped addresses: added, worked off by two workers, shown with what needs a look', async () => {
  const input = `# cameras\n${addresses.join('\n')}\n`
  const added = await citywatch(home, ['platform', 'job', 'add', 'probe', '-', ...at], {input})
  expect([added.exitCode, added.stdout, added.stderr]).toEqual([0, '1', 'job 1: probe, 12 tasks: 0 done, 12 left'])
  expect((await job('list', '-o', 'tsv', '--columns', 'job,work,state,left')).stdout).toBe(
    'job\twork\tstate\tleft\n1\tprobe\topen\t12',
  )
  const halves = ['--until-empty', '--concurrency', '2', '--json', '--name']
  const workers = await Promise.all([worker(...halves, 'a'), worker(...halves, 'b')])
  const reports = workers.map((one) => one.json<WorkerReport>())
  expect(reports.map(({worker: name}) => name)).toEqual(['a', 'b'])
  expect(reports.reduce((sum, {done, failed}) => sum + done + failed, 0)).toBe(12)
  expect(workers.some(({exitCode}) => exitCode === 3)).toBe(true)
  const shown = await job('show', '1', '--wait', '--json')
  const {job: is, tasks} = shown.json<{job: Job; tasks: Task[]}>()
  expect([shown.exitCode, is.counts.done, is.counts.poisoned, is.unhealthy]).toEqual([3, 11, 1, 1])
  expect(tasks.map(({reason, result}) => reason ?? (result as {readonly cause?: unknown}).cause).sort()).toEqual([
    expect.stringMatching(/^auth: /),
    'no-profile',
  ])
  expect(shown.stdout + workers.map(({stdout, stderr}) => stdout + stderr).join('')).not.toContain('a camera password')
  const table = await job('show', '1')
  expect(table.stdout).toMatch(/poisoned\t\tauth: /)
  expect(table.stdout).toMatch(/done\tno\tsick: no-profile/)
  expect((await job('list')).stdout).toBe('')
  expect((await job('list', '--all', '-o', 'name')).stdout).toBe('1')
})

test('what was refused is tried anew when somebody says so, and the camera sees no second login within half an hour', async () => {
  expect((await job('retry', '1')).stderr).toBe('job 1: probe, 12 tasks: 11 done (1 not well), 1 left')
  const {exitCode, stderr} = await worker('--once')
  expect([exitCode, stderr]).toEqual([3, expect.stringContaining('1 could not be done')])
  const {tasks} = (await job('show', '1', '--all', '--json')).json<{tasks: Task[]}>()
  expect(tasks.filter(({reason}) => reason).map(({state, reason}) => [state, reason?.split(':')[0]])).toEqual([
    ['failed', 'login-withheld'],
  ])
  const cancelled = await job('cancel', '1', '--yes', '--by', 'anna')
  expect([cancelled.exitCode, cancelled.stderr]).toEqual([
    0,
    'job 1: probe, 12 tasks: 11 done (1 not well), 1 cancelled by anna',
  ])
  expect(await job('retry', '1')).toMatchObject({exitCode: 6, stderr: expect.stringContaining('cancelled by anna')})
})

test('provisioning is confirmed, done by a worker of its kind, and read back', async () => {
  const wanted = ['add', 'provision', ...addresses.slice(0, 3), '--hostname', 'job-{key}']
  expect(await job(...wanted)).toMatchObject({exitCode: 2, stderr: expect.stringContaining('--yes')})
  const bad = await job('add', 'provision', addresses[0]!, '--ntp', 'not a host', '--yes')
  expect(bad).toMatchObject({exitCode: 2, stderr: expect.stringContaining('--ntp')})
  expect((await job('add', 'provision', ...addresses.slice(0, 3), '--ntp', '10.0.0.9', '--yes')).stdout).toBe('2')
  expect((await worker('--until-empty', '--kind', 'probe', '--json')).json<WorkerReport>().done).toBe(0)
  await worker('--until-empty', '--kind', 'provision')
  const {job: is, tasks} = (await job('show', '2', '--all', '--json')).json<{job: Job; tasks: Task[]}>()
  expect(is.counts.done + is.counts.poisoned).toBe(3)
  const done = tasks.filter(({healthy}) => healthy)
  expect(done.length).toBeGreaterThan(1)
  for (const {result} of done)
    expect(result).toMatchObject({result: 'updated', changes: [{field: 'ntp', to: '10.0.0.9'}]})
})

test('what is wrong is said by name', async () => {
  expect(await job('show', '99')).toMatchObject({exitCode: 2, stderr: expect.stringContaining('99')})
  expect(await job('show', 'x')).toMatchObject({exitCode: 2})
  expect(await job('add', 'probe')).toMatchObject({exitCode: 2, stderr: expect.stringContaining('needs a target')})
  expect(await job('add', 'probe', '--all')).toMatchObject({exitCode: 2, stderr: expect.stringContaining('inventory')})
  expect(await job('cancel', '2')).toMatchObject({exitCode: 2, stderr: expect.stringContaining('--yes')})
  expect(await worker('--once', '--until-empty')).toMatchObject({exitCode: 2})
  const nobody = await citywatch(home, ['platform', 'worker', '--once', '--platform', 'http://127.0.0.1:1'])
  expect(nobody.exitCode).toBe(5)
})

test('a worker that serves until Ctrl-C does what comes, and ends', async () => {
  const running = start(home, ['platform', 'worker', ...at, ...login, '--name', 'service'])
  await running.note((line) => line.includes('service works for'))
  const {stdout} = await job('add', 'probe', addresses[0]!)
  const shown = await job('show', stdout, '--wait', '--json')
  expect(shown.json<{job: Job}>().job.finishedAt).toEqual(expect.any(Number))
  const {exitCode, stderr} = await running.stop()
  expect([exitCode, stderr]).toEqual([130, expect.stringMatching(/\d tasks done/)])
})
