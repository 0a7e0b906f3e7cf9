/** The work queue on any engine: every task counts once, whoever had it, however often it was tried. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import type {Job, LeasedTask, Task} from '../../../../src/model/job.ts'
import {json} from '../../../../src/platform/json.ts'
import type {Store} from '../../../../src/platform/store/port.ts'
import {type Engine, freshStore, opened, upTo} from './engine.ts'

const who = safeText('anna')
const [first, second] = [safeText('worker-1'), safeText('worker-2')]
const leaseMs = 60_000
const work = {kind: 'probe', timeoutMs: 5_000, maxSkewMs: 5_000, transport: 'auto'} as const

const create = (store: Store, count: number, maxTries = 3) =>
  store.createJob({at: 0, work, who, maxTries, targets: upTo(count).map((n) => ({key: `cam-${n}`})), last: true})
const claim = (store: Store, max: number, at = 0, worker = first) =>
  store.claimTasks({at, worker, kinds: ['probe'], max, leaseMs})
const done = ({job, n, lease}: LeasedTask, healthy = true) => ({job, n, lease, healthy, result: json({n})})
const failed = ({job, n, lease}: LeasedTask, isFinal = false) => ({job, n, lease, isFinal, reason: safeText('silent')})
const record = (store: Store, at: number, results: Partial<Parameters<Store['recordResults']>[0]>) =>
  store.recordResults({at, worker: first, faultAfter: 2, done: [], failed: [], ...results})
const numbers = (tasks: readonly LeasedTask[]) => tasks.map(({n}) => n)

async function jobOf(store: Store): Promise<Job> {
  const {rows} = await store.jobs({after: 0, limit: 9, all: true})
  return JSON.parse(rows[0]!) as Job
}

async function tasksOf(store: Store): Promise<Task[]> {
  const {rows} = await store.tasks({job: 1, unhealthy: false, after: 0, limit: 1_000})
  return rows.map((row) => JSON.parse(row) as Task)
}

/** The counts of the job are those of its tasks. */
async function expectExact(store: Store): Promise<void> {
  const [{counts, tasks}, rows] = [await jobOf(store), await tasksOf(store)]
  expect(rows).toHaveLength(tasks)
  for (const [state, count] of Object.entries(counts)) {
    expect([state, rows.filter((row) => row.state === state).length]).toEqual([state, count])
  }
}

export function jobSuite(engine: Engine): void {
  describe('jobs', () => {
    test('workers that claim at the same time share the tasks, and each task is done once', async () => {
      const store = await freshStore(engine)
      await create(store, 100)
      const claimed = (await Promise.all(upTo(8).map((n) => claim(store, 15, n)))).flat()
      expect(numbers(claimed).sort((a, b) => a - b)).toEqual(upTo(100))
      const counted = await Promise.all(claimed.map((task) => record(store, 9, {done: [done(task, task.n > 10)]})))
      expect(counted.reduce((sum, count) => sum + count, 0)).toBe(100)
      expect(await record(store, 9, {done: claimed.map((task) => done(task))})).toBe(0)
      expect(await jobOf(store)).toMatchObject({
        counts: {done: 100, waiting: 0, leased: 0},
        unhealthy: 10,
        finishedAt: 9,
      })
      const {rows, next} = await store.tasks({job: 1, unhealthy: true, after: 0, limit: 4})
      expect([rows.map((row) => (JSON.parse(row) as Task).result), next]).toEqual([upTo(4).map((n) => ({n})), 4])
      expect((await store.jobs({after: 0, limit: 9, all: false})).rows).toEqual([])
      await expectExact(store)
    })

    test('a lease that ran out goes to another worker; the late result of the first counts, the second one does not', async () => {
      const store = await freshStore(engine)
      await create(store, 1)
      const [task] = await claim(store, 5)
      expect(await claim(store, 5, leaseMs - 1, second)).toEqual([])
      const [again] = await claim(store, 5, leaseMs, second)
      expect(again).toMatchObject({n: 1, lease: 2})
      expect(await store.renewLeases({at: leaseMs, leases: [task!, again!], leaseMs})).toEqual([again])
      expect(await store.releaseTasks({at: leaseMs, leases: [task!]})).toBe(0)
      expect(await record(store, leaseMs, {failed: [failed(task!)]})).toBe(0)
      expect(await record(store, leaseMs, {done: [done(task!)]})).toBe(1)
      expect(await record(store, leaseMs, {worker: second, done: [done(again!)]})).toBe(0)
      await expectExact(store)
    })

    test('a result needs a lease that the task had', async () => {
      const store = await freshStore(engine)
      await create(store, 2)
      const [task] = await claim(store, 1)
      expect(
        await record(store, 1, {
          done: [
            {...done(task!), lease: 0},
            {...done(task!), n: 2, lease: 1},
          ],
        }),
      ).toBe(0)
      expect(
        await record(store, 1, {
          done: [
            {...done(task!), lease: 2},
            {...done(task!), job: 7},
          ],
        }),
      ).toBe(0)
      await expectExact(store)
    })

    test('what fails is tried again later and later, then poisoned; a final failure is poisoned at once', async () => {
      const store = await freshStore(engine)
      await create(store, 2)
      const [task, locked] = await claim(store, 2)
      expect(await record(store, 0, {failed: [failed(task!), failed(locked!, true)]})).toBe(2)
      expect((await jobOf(store)).counts).toMatchObject({failed: 1, poisoned: 1})
      expect(await claim(store, 2, 4_999)).toEqual([])
      const [retried] = await claim(store, 2, 5_000)
      await record(store, 5_000, {failed: [failed(retried!)]})
      expect(await claim(store, 2, 14_999)).toEqual([])
      const [last] = await claim(store, 2, 15_000)
      await record(store, 15_000, {failed: [failed(last!)]})
      expect(await jobOf(store)).toMatchObject({counts: {poisoned: 2}, finishedAt: 15_000})
      await expectExact(store)
      expect((await store.retryJob(1, 20_000)).counts).toMatchObject({waiting: 2, poisoned: 0})
      expect(await claim(store, 2, 20_000)).toMatchObject([
        {n: 1, lease: 4},
        {n: 2, lease: 2},
      ])
      await expectExact(store)
    })

    test('workers that die over a task poison it in the end', async () => {
      const store = await freshStore(engine)
      await create(store, 1, 2)
      expect(numbers(await claim(store, 1))).toEqual([1])
      expect(numbers(await claim(store, 1, leaseMs))).toEqual([1])
      expect(await claim(store, 1, 2 * leaseMs)).toEqual([])
      expect((await tasksOf(store))[0]).toMatchObject({state: 'poisoned', tries: 2})
      await expectExact(store)
    })

    test('what is given back is due at once, and the try does not count', async () => {
      const store = await freshStore(engine)
      await create(store, 3, 1)
      const claimed = await claim(store, 2)
      expect(await store.releaseTasks({at: 1, leases: [...claimed, ...claimed]})).toBe(2)
      expect(numbers(await claim(store, 9, 1, second))).toEqual([1, 2, 3])
      await expectExact(store)
    })

    test('a cancelled job gives nothing away and takes nothing; what was done stays', async () => {
      const place = await engine.place()
      const store = await opened(place)
      await create(store, 5)
      const [task, other] = await claim(store, 2)
      await record(store, 1, {done: [done(task!)]})
      const [cancelled] = await Promise.all([store.cancelJob(1, who, 2), record(store, 2, {done: [done(other!)]})])
      expect(cancelled).toMatchObject({counts: {done: 1, cancelled: 4}, finishedAt: 2, cancelledBy: 'anna'})
      expect(await claim(store, 9, 3)).toEqual([])
      await expect(store.retryJob(1, 3)).rejects.toMatchObject({code: 'CW_CONFLICT'})
      await expect(store.cancelJob(2, who, 3)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      await expectExact(store)
      await store.close()
      await expectExact(await opened(place))
    })

    test('retry and cancel in one batch leave every task cancelled', async () => {
      const store = await freshStore(engine)
      await create(store, 3, 1)
      const claimed = await claim(store, 2)
      await record(store, 0, {failed: claimed.map((task) => failed(task))})
      await Promise.all([store.retryJob(1, 1), claim(store, 1, 1), store.cancelJob(1, who, 1)])
      expect((await jobOf(store)).counts).toMatchObject({cancelled: 3})
      await expectExact(store)
    })

    test('tasks come in parts: a repeat changes nothing, a gap and more than the last are refused', async () => {
      const store = await freshStore(engine)
      const part = (from: number, last: boolean) => ({at: 0, id: 1, from, targets: [{key: `cam-${from}`}], last})
      await store.createJob({at: 0, work, who, maxTries: 1, targets: [{key: 'cam-0'}], last: false})
      expect(await store.addTasks(part(1, false))).toMatchObject({tasks: 2, sealed: false})
      expect(await store.addTasks(part(1, false))).toMatchObject({tasks: 2})
      await expect(store.addTasks(part(3, true))).rejects.toMatchObject({code: 'CW_CONFLICT'})
      expect(await store.addTasks(part(2, true))).toMatchObject({tasks: 3, sealed: true})
      await expect(store.addTasks(part(3, true))).rejects.toMatchObject({code: 'CW_CONFLICT'})
      await expectExact(store)
    })

    test('who is cut to a jurisdiction sees no jobs and makes none; what he says of tasks changes nothing', async () => {
      const store = await freshStore(engine)
      await create(store, 2)
      const [task] = await claim(store, 1)
      const confined = store.by({at: 1, scope: 'city.north'})
      const forbidden = {code: 'CW_FORBIDDEN'}
      const noJob = {code: 'CW_BAD_VALUE'}
      const job = {at: 1, work, who, maxTries: 1, targets: [{key: 'cam-1'}], last: true}
      await expect(confined.createJob(job)).rejects.toMatchObject(forbidden)
      await expect(confined.addTasks({...job, id: 1, from: 2})).rejects.toMatchObject(noJob)
      await expect(confined.cancelJob(1, who, 1)).rejects.toMatchObject(noJob)
      await expect(confined.retryJob(1, 1)).rejects.toMatchObject(noJob)
      expect(await confined.claimTasks({at: 1, worker: second, kinds: ['probe'], max: 9, leaseMs})).toEqual([])
      expect(await confined.renewLeases({at: 1, leases: [task!], leaseMs})).toEqual([])
      expect(await confined.releaseTasks({at: 1, leases: [task!]})).toBe(0)
      expect(
        await confined.recordResults({at: 1, worker: second, faultAfter: 2, done: [done(task!)], failed: []}),
      ).toBe(0)
      const asked = [{device: '10.0.0.5:80', permit: 'a', allowed: 1}]
      await expect(confined.roundOfLogins({at: 1, worker: second, settled: [], asked})).rejects.toMatchObject(forbidden)
      expect((await jobOf(store)).counts).toMatchObject({leased: 1, waiting: 1})
      await expectExact(store)
    })

    test('a clock that went back by a day does not hold tasks up', async () => {
      const store = await freshStore(engine)
      await create(store, 1)
      await claim(store, 1, 86_400_000)
      expect(numbers(await claim(store, 1, 0))).toEqual([1])
    })
  })
}
