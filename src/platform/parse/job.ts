/** Reads what people and workers ask of the work queue. */
import {MAX_NAME, MAX_TEXT, type SafeText} from '../../lib/safe-text.ts'
import {LOGIN_OUTCOMES, MAX_FAILED_LOGINS} from '../../model/camera-login.ts'
import {JOB_KINDS, type LeaseId, type TaskTarget} from '../../model/job.ts'
import {MAX_PAGE} from '../contract.ts'
import {
  type Claim,
  type JobAction,
  type JobRoute,
  type LoginRound,
  MAX_LEASE_MS,
  MAX_LEASES,
  MAX_TASKS_A_JOB,
  MAX_TASKS_A_REQUEST,
  MAX_TRIES,
  MIN_LEASE_MS,
  type MoreTasks,
  type NewJob,
  type Renewal,
} from '../contract-jobs.ts'
import type {NewSchedule, ScheduleAction} from '../contract-schedules.ts'
import {type Json, json} from '../json.ts'
import type {JobPageRequest, LeaseWrite, ResultsWrite, TaskPageRequest} from '../store/port.ts'
import {bad, Fields, present} from './fields.ts'
import {parseWork} from './job-work.ts'
import {probeVerdict} from './probe-verdict.ts'
import {flag, whole} from './query.ts'
import {safeJson} from './safe-json.ts'
import {parseNewSchedule, parseScheduleAction} from './schedule.ts'

const DEFAULT_PAGE = 500
const DEFAULT_TRIES = 3
const MAX_KEY = 256
const MAX_URL = 512
/** Longest report of one camera, in characters of JSON: a whole request of them fits a body. */
const MAX_RESULT_CHARS = 65_536
const PERMIT = /^[0-9a-f]{16}$/

/** A route's request after parsing: every member is there and within its bounds. */
export interface ParsedJobs {
  'GET /v1/jobs': JobPageRequest
  'POST /v1/jobs': Required<NewJob>
  'GET /v1/jobs/tasks': TaskPageRequest
  'POST /v1/jobs/tasks': MoreTasks
  'POST /v1/jobs/cancel': JobAction
  'POST /v1/jobs/retry': JobAction
  'POST /v1/jobs/claim': Claim
  'POST /v1/jobs/renew': Renewal
  'POST /v1/jobs/release': Pick<LeaseWrite, 'leases'>
  'POST /v1/jobs/results': Omit<ResultsWrite, 'at' | 'faultAfter'>
  'POST /v1/jobs/logins': LoginRound
  'GET /v1/schedules': Record<never, never>
  'POST /v1/schedules': Required<NewSchedule>
  'POST /v1/schedules/run': ScheduleAction
  'POST /v1/schedules/remove': ScheduleAction
}

/** Each throws CW_BAD_VALUE. */
export const parseJobRequest: {readonly [R in JobRoute]: (query: URLSearchParams, body: unknown) => ParsedJobs[R]} = {
  'GET /v1/jobs': (query) => ({
    after: whole(query, 'after', 0, Number.MAX_SAFE_INTEGER, 0),
    limit: whole(query, 'limit', 1, MAX_PAGE, DEFAULT_PAGE),
    all: flag(query, 'all'),
  }),
  'POST /v1/jobs': (_query, body) => {
    const fields = new Fields(body, '')
    return {
      work: parseWork(fields.raw('work'), 'work'),
      by: named(fields, 'by', 'the name of who asks for it'),
      maxTries: fields.optionalInteger('maxTries', 1, MAX_TRIES) ?? DEFAULT_TRIES,
      ...tasksOf(fields),
    }
  },
  'GET /v1/jobs/tasks': (query) => ({
    job: whole(query, 'job', 1, Number.MAX_SAFE_INTEGER, 0),
    unhealthy: flag(query, 'unhealthy'),
    after: whole(query, 'after', 0, Number.MAX_SAFE_INTEGER, 0),
    limit: whole(query, 'limit', 1, MAX_PAGE, DEFAULT_PAGE),
  }),
  'POST /v1/jobs/tasks': (_query, body) => {
    const fields = new Fields(body, '')
    return {id: fields.integer('id', 1), from: fields.integer('from', 0, MAX_TASKS_A_JOB), ...tasksOf(fields)}
  },
  'POST /v1/jobs/cancel': (_query, body) => action(body),
  'POST /v1/jobs/retry': (_query, body) => action(body),
  'POST /v1/jobs/claim': (_query, body) => {
    const fields = new Fields(body, '')
    const kinds = fields.list('kinds', JOB_KINDS.length, (item, at) =>
      new Fields({[at]: item}, '').oneOf(at, JOB_KINDS),
    )
    return {
      worker: worker(fields),
      kinds: [...new Set(kinds)],
      max: fields.integer('max', 1, MAX_LEASES),
      leaseMs: leaseMs(fields),
    }
  },
  'POST /v1/jobs/renew': (_query, body) => ({...leases(body), leaseMs: leaseMs(new Fields(body, ''))}),
  'POST /v1/jobs/release': (_query, body) => leases(body),
  'POST /v1/jobs/results': (_query, body) => {
    const fields = new Fields(body, '')
    return {
      worker: worker(fields),
      done: fields.list('done', MAX_LEASES, (item, where) => {
        const one = new Fields(item, where)
        const verdict = one.has('verdict') ? {verdict: probeVerdict(one.object('verdict'))} : {}
        return {...leaseOf(one), healthy: one.boolean('healthy'), result: report(one), ...verdict}
      }),
      failed: fields.list('failed', MAX_LEASES, (item, where) => {
        const one = new Fields(item, where)
        return {...leaseOf(one), reason: one.text('reason', MAX_TEXT), isFinal: one.boolean('isFinal')}
      }),
    }
  },
  'GET /v1/schedules': () => ({}),
  'POST /v1/schedules': (_query, body) => parseNewSchedule(body),
  'POST /v1/schedules/run': (_query, body) => parseScheduleAction(body),
  'POST /v1/schedules/remove': (_query, body) => parseScheduleAction(body),
  'POST /v1/jobs/logins': (_query, body) => {
    const fields = new Fields(body, '')
    return {
      worker: worker(fields),
      settled: fields.list('settled', MAX_LEASES, (item, where) => {
        const one = new Fields(item, where)
        return {...permit(one), outcome: one.oneOf('outcome', LOGIN_OUTCOMES)}
      }),
      asked: fields.list('asked', MAX_LEASES, (item, where) => {
        const one = new Fields(item, where)
        return {...permit(one), allowed: one.integer('allowed', 1, MAX_FAILED_LOGINS)}
      }),
    }
  },
}

/** Throws CW_BAD_VALUE; an address with a login is refused and not shown. */
export function parseTarget(value: unknown, where: string): TaskTarget {
  const fields = new Fields(value, where)
  return {
    key: fields.key('key', MAX_KEY),
    ...present({
      name: fields.optionalText('name', MAX_NAME),
      xaddr: fields.has('xaddr') ? xaddr(fields) : undefined,
    }),
  }
}

/** Throws CW_BAD_VALUE. */
export function leaseOf(fields: Fields): LeaseId {
  return {job: fields.integer('job', 1), n: fields.integer('n', 1), lease: fields.integer('lease', 1)}
}

function tasksOf(fields: Fields): Pick<MoreTasks, 'targets' | 'last'> {
  return {targets: fields.list('targets', MAX_TASKS_A_REQUEST, parseTarget), last: fields.boolean('last')}
}

function action(body: unknown): JobAction {
  const fields = new Fields(body, '')
  return {id: fields.integer('id', 1), by: named(fields, 'by', 'the name of who asks for it')}
}

function leases(body: unknown): Pick<LeaseWrite, 'leases'> {
  return {leases: new Fields(body, '').list('leases', MAX_LEASES, (item, where) => leaseOf(new Fields(item, where)))}
}

function leaseMs(fields: Fields): number {
  return fields.integer('leaseMs', MIN_LEASE_MS, MAX_LEASE_MS)
}

function worker(fields: Fields): SafeText {
  return named(fields, 'worker', 'the name of a worker')
}

function named(fields: Fields, name: string, expected: string): SafeText {
  const text = fields.text(name, MAX_NAME)
  if (text.trim() === '') throw bad(fields.at(name), text, expected)
  return text
}

function report(fields: Fields): Json<unknown> {
  const text = json<unknown>(safeJson(fields.raw('result'), fields.at('result')))
  if (text.length <= MAX_RESULT_CHARS) return text
  throw bad(fields.at('result'), text.length, `at most ${MAX_RESULT_CHARS} characters of JSON`)
}

function permit(fields: Fields): {readonly device: string; readonly permit: string} {
  return {device: fields.key('device', MAX_KEY), permit: fields.matching('permit', PERMIT, '16 hex digits')}
}

function xaddr(fields: Fields): string {
  const text = fields.key('xaddr', MAX_URL)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return text
  throw bad(fields.at('xaddr'), undefined, 'an http(s) address without user and password')
}
