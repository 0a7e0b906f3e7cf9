/** Schedules on any engine: a turn makes one job, verdicts of its tasks raise and clear alarms, and jobs are forgotten in time. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import type {Job, LeasedTask} from '../../../../src/model/job.ts'
import type {Verdict} from '../../../../src/model/probe.ts'
import {KEEP_JOB_MS} from '../../../../src/model/schedule.ts'
import {json} from '../../../../src/platform/json.ts'
import type {ScheduleWrite, Store} from '../../../../src/platform/store/port.ts'
import {gate} from '../../../support/cameras.ts'
import {type Engine, freshStore} from './engine.ts'

const [who, worker] = [safeText('anna'), safeText('worker-1')]
const MINUTE = 60_000
const START = 1_000_000
const work = {kind: 'probe', timeoutMs: 1_000, maxSkewMs: 30_000, transport: 'auto', raises: true} as const

const schedule = (changes: Partial<ScheduleWrite> = {}): ScheduleWrite => ({
  ...{at: START, who, name: 'city', work, jurisdiction: '', everyMs: 15 * MINUTE, maxTries: 1, keepMs: 60 * MINUTE},
  ...changes,
})

async function jobs(store: Store): Promise<Job[]> {
  const {rows} = await store.jobs({after: 0, limit: 99, all: true})
  return rows.map((row) => JSON.parse(row) as Job)
}

/** A job on the one camera, claimed. */
async function claimed(store: Store, at: number, raises = true): Promise<LeasedTask> {
  const {raises: _, ...silent} = work
  const job = {work: raises ? work : silent, who, maxTries: 1, targets: [{key: gate.key}], last: true}
  await store.createJob({at, ...job})
  const [task] = await store.claimTasks({at, worker, kinds: ['probe'], max: 1, leaseMs: MINUTE})
  return task!
}

async function told(store: Store, at: number, verdict: Verdict, raises = true): Promise<void> {
  const {job, n, lease} = await claimed(store, at, raises)
  const healthy = verdict === 'healthy'
  const done = [{job, n, lease, healthy, result: json({}), verdict: {verdict, at}}]
  expect(await store.recordResults({at, worker, faultAfter: 2, done, failed: []})).toBe(1)
  expect(await store.recordResults({at, worker, faultAfter: 2, done, failed: []})).toBe(0)
}

export function scheduleSuite(engine: Engine): void {
  describe('schedules', () => {
    test('a turn makes one job when it is due, and leaves it out while the one before is not finished', async () => {
      const store = await freshStore(engine)
      expect(await store.putSchedule(schedule())).toMatchObject({name: 'city', nextAt: START, turns: 0, by: 'anna'})
      const {job, schedule: after} = await store.takeTurn('city', START)
      expect(job).toMatchObject({id: 1, by: 'schedule city', sealed: false, tasks: 0, keepMs: 60 * MINUTE})
      expect(after).toMatchObject({nextAt: START + 15 * MINUTE, turns: 1, lastJob: 1})
      expect((await store.takeTurn('city', START + MINUTE)).job).toBeUndefined()
      await store.addTasks({at: START, id: 1, from: 0, targets: [{key: 'cam-1'}], last: true})
      const second = await store.takeTurn('city', START + 15 * MINUTE)
      expect(second).toMatchObject({schedule: {turns: 1, skipped: 1, nextAt: START + 30 * MINUTE}})
      expect(second.job).toBeUndefined()
      await store.cancelJob(1, who, START)
      expect((await store.takeTurn('city', START + 40 * MINUTE)).job).toMatchObject({id: 2})
      expect((await jobs(store)).map(({id}) => id)).toEqual([1, 2])
    })

    test('a job that somebody left half filled is cancelled, and the turn made anew', async () => {
      const store = await freshStore(engine)
      await store.putSchedule(schedule())
      await store.takeTurn('city', START)
      await store.addTasks({at: START, id: 1, from: 0, targets: [{key: 'cam-1'}], last: false})
      expect(await store.hurrySchedule('city', START + MINUTE)).toMatchObject({nextAt: START + MINUTE})
      expect((await store.takeTurn('city', START + MINUTE)).job).toMatchObject({id: 2, tasks: 0})
      expect(await jobs(store)).toMatchObject([{id: 1, cancelledBy: 'schedule city', counts: {cancelled: 1}}, {id: 2}])
    })

    test('a clock that is set back does not put turns off; one that is put again goes on; one that is gone is none', async () => {
      const store = await freshStore(engine)
      await store.putSchedule(schedule())
      await store.takeTurn('city', START)
      const past = START - 86_400_000
      expect(await store.takeTurn('city', past)).toMatchObject({schedule: {nextAt: past + 15 * MINUTE}})
      expect(await store.putSchedule(schedule({at: past, everyMs: MINUTE}))).toMatchObject({turns: 1, nextAt: past})
      expect((await store.kept('schedule', '', 9)).map(({key}) => key)).toEqual(['city'])
      await store.dropSchedule('city')
      for (const gone of [store.takeTurn('city', 0), store.dropSchedule('city'), store.hurrySchedule('city', 0)]) {
        await expect(gone).rejects.toMatchObject({code: 'CW_BAD_VALUE', params: {field: 'schedule'}})
      }
      expect(await store.kept('schedule', '', 9)).toEqual([])
    })

    test('two bad verdicts in a row raise the alarm of the camera, two good ones clear it, one of each changes nothing', async () => {
      const store = await freshStore(engine)
      await store.putDevices({devices: [gate]})
      const states: string[] = []
      const verdicts = ['dead', 'healthy', 'dead', 'sick', 'unknown', 'healthy', 'dead', 'healthy', 'healthy'] as const
      for (const [index, verdict] of verdicts.entries()) {
        await told(store, START + index, verdict)
        const {rows} = await store.alarms({after: 0, limit: 9, all: true})
        states.push(rows.map((row) => (JSON.parse(row) as {condition: string}).condition).join())
      }
      expect(states).toEqual(['', '', '', 'active', 'active', 'active', 'active', 'active', 'restored'])
    })

    test('a job that was not asked to raise leaves alarms alone', async () => {
      const store = await freshStore(engine)
      await store.putDevices({devices: [gate]})
      for (const at of [1, 2, 3]) await told(store, START + at, 'dead', false)
      expect(await store.alarms({after: 0, limit: 9, all: true})).toMatchObject({head: 0, rows: []})
    })

    test('a job is forgotten with its tasks when its time is over, bit by bit, and never the newest', async () => {
      const store = await freshStore(engine)
      const targets = Array.from({length: 7}, (_, n) => ({key: `cam-${n}`}))
      for (const keepMs of [MINUTE, undefined, MINUTE]) {
        const kept = keepMs === undefined ? {} : {keepMs}
        await store.createJob({at: 0, work, who, maxTries: 1, targets, last: true, ...kept})
      }
      for (const id of [1, 2, 3]) await store.cancelJob(id, who, START)
      const forget = (id: number, after: number, at: number) => store.forgetTasks({id, after, limit: 5, at})
      expect(await forget(1, 0, START + MINUTE - 1)).toBe(0)
      expect((await store.tasks({job: 1, unhealthy: false, after: 0, limit: 99})).rows).toHaveLength(7)
      expect(await forget(1, 0, START + MINUTE)).toBe(2)
      expect((await store.tasks({job: 1, unhealthy: false, after: 0, limit: 99})).rows).toHaveLength(2)
      expect(await forget(1, 5, START + MINUTE)).toBe(0)
      expect(await forget(2, 0, START + MINUTE)).toBe(0)
      expect(await forget(3, 0, START + MINUTE)).toBe(0)
      expect((await jobs(store)).map(({id}) => id)).toEqual([2, 3])
      expect(await forget(2, 0, START + KEEP_JOB_MS)).toBe(2)
      expect((await store.tasks({job: 3, unhealthy: false, after: 0, limit: 99})).rows).toHaveLength(7)
    })

    test('who is cut to a jurisdiction has no schedules and makes none', async () => {
      const store = await freshStore(engine)
      await store.putSchedule(schedule())
      const confined = store.by({at: 1, scope: 'c.d'})
      await expect(confined.putSchedule(schedule())).rejects.toMatchObject({code: 'CW_FORBIDDEN'})
      await expect(confined.dropSchedule('city')).rejects.toMatchObject({code: 'CW_FORBIDDEN'})
      expect(await store.kept('schedule', '', 9)).toHaveLength(1)
    })
  })
}
