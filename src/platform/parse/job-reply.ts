/** Reads what a platform answers of its work queue. */
import {MAX_NAME, MAX_TEXT} from '../../lib/safe-text.ts'
import {LOGIN_ANSWERS} from '../../model/camera-login.ts'
import {type Job, type LeasedTask, TASK_STATES, type Task, type TaskCounts} from '../../model/job.ts'
import {MAX_PAGE} from '../contract.ts'
import {type Counted, type JobContract, type JobRoute, MAX_LEASES, MAX_TRIES} from '../contract-jobs.ts'
import {Fields, present} from './fields.ts'
import {leaseOf, parseTarget} from './job.ts'
import {parseWork} from './job-work.ts'
import {safeJson} from './safe-json.ts'
import {parseSchedule, parseScheduleList} from './schedule.ts'

/** Reply parser of each route. Each throws CW_BAD_VALUE naming the member. */
export const parseJobReply: {readonly [R in JobRoute]: (value: unknown) => JobContract[R]['reply']} = {
  'GET /v1/jobs': (value) => {
    const fields = new Fields(value, 'page')
    return {items: fields.list('items', MAX_PAGE, parseJob), now: fields.integer('now', 0), ...next(fields)}
  },
  'POST /v1/jobs': (value) => parseJob(value, 'job'),
  'GET /v1/jobs/tasks': (value) => {
    const fields = new Fields(value, 'page')
    const job = parseJob(fields.raw('job'), fields.at('job'))
    return {job, items: fields.list('items', MAX_PAGE, parseTask), ...next(fields)}
  },
  'POST /v1/jobs/tasks': (value) => parseJob(value, 'job'),
  'POST /v1/jobs/cancel': (value) => parseJob(value, 'job'),
  'POST /v1/jobs/retry': (value) => parseJob(value, 'job'),
  'POST /v1/jobs/claim': (value) => {
    const fields = new Fields(value, 'reply')
    const unfinished = fields.optionalInteger('unfinished', 0)
    return {tasks: fields.list('tasks', MAX_LEASES, parseLeased), ...present({unfinished})}
  },
  'POST /v1/jobs/renew': (value) => ({
    held: new Fields(value, 'reply').list('held', MAX_LEASES, (item, where) => leaseOf(new Fields(item, where))),
  }),
  'POST /v1/jobs/release': counted,
  'GET /v1/schedules': parseScheduleList,
  'POST /v1/schedules': (value) => parseSchedule(value, 'schedule'),
  'POST /v1/schedules/run': (value) => parseSchedule(value, 'schedule'),
  'POST /v1/schedules/remove': (value) => parseSchedule(value, 'schedule'),
  'POST /v1/jobs/results': counted,
  'POST /v1/jobs/logins': (value) => ({
    answers: new Fields(value, 'reply').list('answers', MAX_LEASES, (item, at) =>
      new Fields({[at]: item}, '').oneOf(at, LOGIN_ANSWERS),
    ),
  }),
}

function parseJob(value: unknown, where: string): Job {
  const fields = new Fields(value, where)
  const counts = fields.object('counts')
  return {
    id: fields.integer('id', 1),
    work: parseWork(fields.raw('work'), fields.at('work')),
    by: fields.text('by', MAX_NAME),
    createdAt: fields.integer('createdAt', 0),
    maxTries: fields.integer('maxTries', 1, MAX_TRIES),
    sealed: fields.boolean('sealed'),
    tasks: fields.integer('tasks', 0),
    counts: Object.fromEntries(TASK_STATES.map((state) => [state, counts.integer(state, 0)])) as TaskCounts,
    unhealthy: fields.integer('unhealthy', 0),
    ...present({
      finishedAt: fields.optionalInteger('finishedAt', 0),
      cancelledBy: fields.optionalText('cancelledBy', MAX_NAME),
      keepMs: fields.optionalInteger('keepMs', 0),
    }),
  }
}

function parseTask(value: unknown, where: string): Task {
  const fields = new Fields(value, where)
  return {
    ...parseTarget(value, where),
    job: fields.integer('job', 1),
    n: fields.integer('n', 1),
    state: fields.oneOf('state', TASK_STATES),
    tries: fields.integer('tries', 0),
    changedAt: fields.integer('changedAt', 0),
    ...present({
      worker: fields.optionalText('worker', MAX_NAME),
      reason: fields.optionalText('reason', MAX_TEXT),
      healthy: fields.has('healthy') ? fields.boolean('healthy') : undefined,
      result: fields.has('result') ? safeJson(fields.raw('result'), fields.at('result')) : undefined,
    }),
  }
}

function parseLeased(value: unknown, where: string): LeasedTask {
  const fields = new Fields(value, where)
  return {
    ...leaseOf(fields),
    ...parseTarget(value, where),
    work: parseWork(fields.raw('work'), fields.at('work')),
  }
}

function counted(value: unknown): Counted {
  return {counted: new Fields(value, 'reply').integer('counted', 0)}
}

function next(fields: Fields): {readonly next?: number} {
  return present({next: fields.optionalInteger('next', 1)})
}
