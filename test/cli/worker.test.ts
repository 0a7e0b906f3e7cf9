/** Parts of a worker against a real platform: logins that are shared, results that are refused, leases that are lost. */
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {loginGate} from '../../src/camera/login-gate.ts'
import {CameraLogins} from '../../src/cli/worker/camera-logins.ts'
import {Outbox} from '../../src/cli/worker/outbox.ts'
import type {Outcome} from '../../src/cli/worker/outcome.ts'
import {perform} from '../../src/cli/worker/perform.ts'
import {SharedLogins} from '../../src/cli/worker/shared-logins.ts'
import {Worker, type WorkerOptions} from '../../src/cli/worker/worker.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import {Secret} from '../../src/lib/secret.ts'
import type {LeasedTask} from '../../src/model/job.ts'
import {PlatformClient} from '../../src/platform/client.ts'
import {gate as inventoried} from '../support/cameras.ts'
import {realClock as clock} from '../support/clock.ts'
import {countingLedger} from '../support/ledger.ts'
import {testPlatform} from '../support/platform.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {until} from '../support/wait.ts'
import {fleetOf, PROBE} from '../support/workers.ts'

const device = '10.0.0.5:80'
const credential = {user: 'admin', password: new Secret('a password that nobody sees')}
const by = safeText('anna')
const well: Outcome = {type: 'done', healthy: true, result: null}

function sharedBy(client: PlatformClient, name: string, allowed = 1) {
  return new SharedLogins({client: client.jobs, worker: safeText(name), clock, allowed, local: countingLedger()})
}

test('of two workers one logs in; when it was accepted the other may, when it was refused nobody may', async () => {
  const {client} = await testPlatform()
  const [first, second] = [sharedBy(client, 'first').ledger(), sharedBy(client, 'second').ledger()]
  expect(await first.mayTry(device, credential)).toBe(true)
  const asked = second.mayTry(device, credential)
  first.succeeded(device, credential)
  expect(await asked).toBe(true)
  second.failed(device, credential)
  const third = sharedBy(client, 'third')
  expect(await third.ledger().mayTry(device, credential)).toBe(false)
  // Somebody who says so may risk a second one.
  expect(await sharedBy(client, 'fourth', 2).ledger().mayTry(device, credential)).toBe(true)
})

test('a login that was not made is given back, and what this machine knows of goes before', async () => {
  const {client} = await testPlatform()
  const shared = sharedBy(client, 'first')
  const one = shared.ledger()
  expect(await one.mayTry(device, credential)).toBe(true)
  one.untried?.(device, credential)
  await shared.close()
  expect(await sharedBy(client, 'second').ledger().mayTry(device, credential)).toBe(true)
  const local = countingLedger()
  local.failed('10.0.0.6:80', credential)
  const careful = new SharedLogins({client: client.jobs, worker: by, clock, allowed: 2, local})
  expect(await careful.ledger().mayTry('10.0.0.6:80', credential)).toBe(false)
})

test.each([
  ['whose stream asks for no login', 'rtsp-refused'],
  ['that is well', undefined],
] as const)('after a camera %s nobody waits for the outcome of a login', async (_words, fault) => {
  const {client} = await testPlatform()
  const {cameras} = await fleetOf(1, fault === undefined ? {} : {0: fault})
  const [camera] = cameras
  const shared = sharedBy(client, 'first')
  const task: LeasedTask = {job: 1, n: 1, lease: 1, key: 'cam-0', xaddr: camera!.xaddr, work: PROBE}
  const outcome = await perform(task, {
    ...{clock, ledger: shared.ledger(), gate: loginGate(clock), signal: new AbortController().signal},
    credential: async () => camera!.spec.credential,
  })
  expect(outcome).toMatchObject({type: 'done', healthy: fault === undefined})
  await shared.close()
  const {host} = new URL(camera!.xaddr)
  const asked = [{device: host, permit: '0'.repeat(16), allowed: 1}]
  expect((await client.jobs.logins({worker: by, settled: [], asked})).answers).toEqual(['go'])
})

test('a platform that does not answer lets nobody in', async () => {
  const {platform} = await testPlatform()
  const client = new PlatformClient({url: platform.url, timeoutMs: 500})
  await platform.close()
  const shared = sharedBy(client, 'first')
  const asked = shared.ledger().mayTry(device, credential)
  await shared.close()
  expect(await asked).toBe(false)
})

test("a camera's own login goes to the address of the inventory and nowhere else", async () => {
  const {client} = await testPlatform()
  const file = join(tempFolder(), 'login')
  writeFileSync(file, 'viewer:its own')
  const xaddr = 'http://10.0.0.5/onvif/device_service'
  await client.putDevices({devices: [{...inventoried, xaddr, credential: `file:${file}`}]})
  const logins = new CameraLogins(client, credential)
  const task: LeasedTask = {job: 1, n: 1, lease: 1, key: inventoried.key, xaddr, work: PROBE}
  const own = await logins.of(task)
  expect([own?.user, own?.password.reveal()]).toEqual(['viewer', 'its own'])
  expect(await logins.of({...task, xaddr: 'http://10.0.0.66/onvif/device_service'})).toBe(credential)
  expect(await logins.of({...task, key: 'another'})).toBe(credential)
  expect(await new CameraLogins(client, undefined).of({...task, key: 'another'})).toBeUndefined()
})

const LEASE_MS = 3_000
/** Renewals in the time of a lease. */
const RENEWALS = 3

/** A job of so many tasks, and a worker that does `perform` with each. */
async function working(count: number, perform: WorkerOptions['perform']) {
  const {client} = await testPlatform()
  const targets = Array.from({length: count}, (_, n) => ({key: `cam-${n}`}))
  const {id} = await client.jobs.add({work: PROBE, by, maxTries: 1}, targets)
  const stop = new AbortController()
  const shared = {clock, trouble: () => {}}
  const outbox = new Outbox({...shared, client: client.jobs, worker: by, signal: new AbortController().signal})
  let renewals = 0
  const {jobs} = client
  const counting: WorkerOptions['client'] = {
    claim: (claim) => jobs.claim(claim),
    release: (leases) => jobs.release(leases),
    async renew(leases, leaseMs) {
      const held = await jobs.renew(leases, leaseMs)
      renewals += 1
      return held
    },
  }
  const worker = new Worker({
    ...{...shared, client: counting, outbox, worker: by, kinds: ['probe'], concurrency: 4, leaseMs: LEASE_MS},
    ...{until: 'empty', perform, ended: () => {}, signal: stop.signal},
  })
  const ended = worker.run().then(() => outbox.empty())
  onTestFinished(() => stop.abort())
  return {client, id, worker, ended, renewals: () => renewals}
}

test('a report that the platform does not take is told as failed: no task is left without an end', async () => {
  const tooLong = Array.from({length: 20}, () => safeText('x'.repeat(8_000), 8_000))
  const {client, id, ended} = await working(3, async ({n}) => (n === 2 ? {...well, result: tooLong} : well))
  await ended
  expect((await client.jobs.job(id)).counts).toMatchObject({done: 2, poisoned: 1})
})

test('tasks that take longer than their lease are kept; of a job that is cancelled they are broken off', async () => {
  const broken: number[] = []
  const {client, id, ended, worker, renewals} = await working(2, ({n}, signal) => {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        broken.push(n)
        resolve({type: 'unfinished'})
      })
    })
  })
  await until(async () => (await client.jobs.job(id)).counts.leased === 2)
  const since = renewals()
  await until(() => renewals() > since + RENEWALS) // more than a lease
  expect(await client.jobs.claim({worker: by, kinds: ['probe'], max: 9, leaseMs: LEASE_MS})).toMatchObject({tasks: []})
  await client.jobs.cancel({id, by})
  await ended
  expect([broken.sort(), worker.lost]).toEqual([[1, 2], 2])
  expect((await client.jobs.job(id)).counts).toMatchObject({cancelled: 2})
})

test('a platform that goes away and comes back gets the results all the same', async () => {
  const folder = tempFolder()
  const first = await testPlatform({dataFolder: folder})
  const {id} = await first.client.jobs.add({work: PROBE, by}, [{key: 'cam-1'}])
  const [task] = (await first.client.jobs.claim({worker: by, kinds: ['probe'], max: 1, leaseMs: 60_000})).tasks
  const port = Number(new URL(first.platform.url).port)
  await first.platform.close()
  const told: (string | undefined)[] = []
  const trouble = (error?: {readonly code: string}) => void told.push(error?.code)
  const outbox = new Outbox({
    clock,
    trouble,
    client: first.client.jobs,
    worker: by,
    signal: new AbortController().signal,
  })
  outbox.put(task!, {type: 'done', healthy: true, result: null})
  await until(() => told.length === 1)
  const second = await testPlatform({dataFolder: folder, httpPort: port})
  await outbox.empty()
  expect([told, outbox.counted, outbox.waiting]).toEqual([['CW_NO_PLATFORM', undefined], 1, 0])
  expect((await second.client.jobs.job(id)).counts.done).toBe(1)
})
