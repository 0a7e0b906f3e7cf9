/** What the platform answers of its work queue. */
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import type {Job, JobKind, Task} from '../../model/job.ts'
import type {Schedule} from '../../model/schedule.ts'
import type {JOB_NOTED} from '../access/job-permission.ts'
import type {Caller} from '../access/principal.ts'
import {MAX_PAGE} from '../contract.ts'
import type {JobContract, JobPage, JobRoute, TaskPage} from '../contract-jobs.ts'
import {type Json, json, jsonArray, jsonObject} from '../json.ts'
import type {ParsedJobs} from '../parse/job.ts'
import type {Store, StoreWrites} from '../store/port.ts'
import {onBehalf, signed} from './behalf.ts'
import type {ScheduleDesk} from './schedule-desk.ts'

export interface JobContext {
  readonly store: Store
  readonly clock: Clock
  readonly schedules: ScheduleDesk
  /** Verdicts in a row that change a camera's state. */
  readonly faultAfter: number
}

type JobHandlers = {
  readonly [R in JobRoute]: (request: ParsedJobs[R], caller: Caller) => Promise<Json<JobContract[R]['reply']>>
}

/** Jobs belong to no jurisdiction; who is cut to one was refused at the gate, and would find an empty book here. */
export function jobHandlers({store, clock, schedules, faultAfter}: JobContext): JobHandlers {
  const at = () => clock.now()
  const on = (caller: Caller, route: keyof typeof JOB_NOTED): StoreWrites => onBehalf({store, clock}, caller, route)
  return {
    'GET /v1/jobs': async (page) => {
      const {rows, next} = await store.jobs(page)
      return jsonObject<JobPage>({
        items: jsonArray<Job>(rows),
        now: json(at()),
        next: next === undefined ? undefined : json(next),
      })
    },
    'GET /v1/jobs/tasks': async (page) => {
      const job = await jobOf(store, page.job)
      const {rows, next} = await store.tasks(page)
      return jsonObject<TaskPage>({
        job,
        items: jsonArray<Task>(rows),
        next: next === undefined ? undefined : json(next),
      })
    },
    'POST /v1/jobs': async (request, caller) => {
      const {by: who, ...job} = signed(request, caller)
      return json(await on(caller, 'POST /v1/jobs').createJob({...job, who, at: at()}))
    },
    'POST /v1/jobs/tasks': async (more, caller) =>
      json(await on(caller, 'POST /v1/jobs/tasks').addTasks({...more, at: at()})),
    'POST /v1/jobs/cancel': async (request, caller) => {
      const {id, by} = signed(request, caller)
      return json(await on(caller, 'POST /v1/jobs/cancel').cancelJob(id, by, at()))
    },
    'POST /v1/jobs/retry': async ({id}, caller) => json(await on(caller, 'POST /v1/jobs/retry').retryJob(id, at())),
    'POST /v1/jobs/claim': async (claim, caller) => {
      const tasks = await on(caller, 'POST /v1/jobs/claim').claimTasks({...claim, at: at()})
      return json(tasks.length > 0 ? {tasks} : {tasks, unfinished: await unfinished(store, claim.kinds)})
    },
    'POST /v1/jobs/renew': async (renewal, caller) =>
      json({held: await on(caller, 'POST /v1/jobs/renew').renewLeases({...renewal, at: at()})}),
    'POST /v1/jobs/release': async (leases, caller) =>
      json({counted: await on(caller, 'POST /v1/jobs/release').releaseTasks({...leases, at: at()})}),
    'POST /v1/jobs/results': async (results, caller) =>
      json({counted: await on(caller, 'POST /v1/jobs/results').recordResults({...results, faultAfter, at: at()})}),
    'GET /v1/schedules': async () => json({items: await schedules.list(), now: at()}),
    'POST /v1/schedules': async (request, caller) => {
      const {by: who, ...schedule} = signed(request, caller)
      return told(schedules, await on(caller, 'POST /v1/schedules').putSchedule({...schedule, who, at: at()}))
    },
    'POST /v1/schedules/run': async ({name}, caller) =>
      told(schedules, await on(caller, 'POST /v1/schedules/run').hurrySchedule(name, at())),
    'POST /v1/schedules/remove': async ({name}, caller) =>
      told(schedules, await on(caller, 'POST /v1/schedules/remove').dropSchedule(name)),
    'POST /v1/jobs/logins': async (round, caller) =>
      json({answers: await on(caller, 'POST /v1/jobs/logins').roundOfLogins({...round, at: at()})}),
  }
}

/** Whoever keeps time looks at it at once. */
function told(schedules: ScheduleDesk, schedule: Schedule): Json<Schedule> {
  schedules.changed()
  return json(schedule)
}

/** Throws CW_BAD_VALUE: an empty page of a job that is not there would look like one without tasks. */
async function jobOf(store: Store, id: number): Promise<Json<Job>> {
  const {rows} = await store.jobs({after: id - 1, limit: 1, all: true})
  const [row] = rows
  if (row !== undefined && (JSON.parse(row) as Job).id === id) return row
  throw new CitywatchError('CW_BAD_VALUE', {field: 'job', value: id, expected: 'the number of a job'})
}

/** As far as one page tells: more than that is more than none. */
async function unfinished(store: Store, kinds: readonly JobKind[]): Promise<number> {
  const {rows} = await store.jobs({after: 0, limit: MAX_PAGE, all: false})
  return rows.filter((row) => kinds.includes((JSON.parse(row) as Job).work.kind)).length
}
