/** Asks a running platform for its work queue: jobs for people, leases for workers. */
import {CitywatchError} from '../lib/errors.ts'
import type {Job, LeaseId, Task, TaskTarget} from '../model/job.ts'
import type {Schedule} from '../model/schedule.ts'
import {advancing} from './client-pages.ts'
import {MAX_PAGE} from './contract.ts'
import {
  type Claim,
  type Claimed,
  type JobAction,
  type LoginAnswers,
  type LoginRound,
  MAX_TASKS_A_REQUEST,
  type NewJob,
  type Results,
} from './contract-jobs.ts'
import type {NewSchedule, ScheduleAction, ScheduleList} from './contract-schedules.ts'
import {call, type Endpoint} from './http-call.ts'

/** Throws what PlatformClient throws, and CW_FORBIDDEN, CW_CONFLICT, CW_BAD_VALUE as the contract says. */
export class JobClient {
  readonly #endpoint: Endpoint

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
  }

  /** The job with all its tasks. When that fails half way, what was made of it is cancelled. */
  async add(job: Omit<NewJob, 'targets' | 'last'>, targets: readonly TaskTarget[]): Promise<Job> {
    const part = (from: number) => ({
      targets: targets.slice(from, from + MAX_TASKS_A_REQUEST),
      last: from + MAX_TASKS_A_REQUEST >= targets.length,
    })
    let made = await call(this.#endpoint, 'POST /v1/jobs', {}, {...job, ...part(0)})
    try {
      while (!made.sealed) made = await this.#grow(made, part(made.tasks))
      return made
    } catch (error) {
      await this.cancel({id: made.id, by: job.by}).catch(() => undefined) // what stopped it is told, not this
      throw error
    }
  }

  async #grow({id, tasks}: Job, part: {readonly targets: readonly TaskTarget[]; readonly last: boolean}): Promise<Job> {
    const grown = await call(this.#endpoint, 'POST /v1/jobs/tasks', {}, {id, from: tasks, ...part})
    if (grown.sealed || grown.tasks > tasks) return grown
    throw new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'platform API', detail: 'a job that does not grow'})
  }

  /** Those that are not finished; with `all` the finished ones too. */
  async *jobs(all: boolean): AsyncGenerator<Job> {
    let after: number | undefined = 0
    while (after !== undefined) {
      const query: {after: number; limit: number; all: boolean} = {after, limit: MAX_PAGE, all}
      const {items, next} = await call(this.#endpoint, 'GET /v1/jobs', query, null)
      yield* items
      after = advancing(after, next)
    }
  }

  /** Throws CW_BAD_VALUE when there is none of that number. */
  async job(id: number): Promise<Job> {
    const {job} = await call(this.#endpoint, 'GET /v1/jobs/tasks', {job: id, limit: 1}, null)
    return job
  }

  /** By number; with `unhealthy` only those that need a look. */
  async *tasks(job: number, unhealthy: boolean): AsyncGenerator<Task> {
    let after: number | undefined = 0
    while (after !== undefined) {
      const query: {after: number; limit: number; job: number; unhealthy: boolean} = {
        ...{after, job, unhealthy},
        limit: MAX_PAGE,
      }
      const {items, next} = await call(this.#endpoint, 'GET /v1/jobs/tasks', query, null)
      yield* items
      after = advancing(after, next)
    }
  }

  cancel(action: JobAction): Promise<Job> {
    return call(this.#endpoint, 'POST /v1/jobs/cancel', {}, action)
  }

  retry(action: JobAction): Promise<Job> {
    return call(this.#endpoint, 'POST /v1/jobs/retry', {}, action)
  }

  /** Not asked twice by itself: what a lost answer held is due again when the lease ends. */
  claim(claim: Claim, signal?: AbortSignal): Promise<Claimed> {
    return call(this.#endpoint, 'POST /v1/jobs/claim', {}, claim, signal)
  }

  /** Those that go on; the others are lost. */
  async renew(leases: readonly LeaseId[], leaseMs: number): Promise<readonly LeaseId[]> {
    return (await call(this.#endpoint, 'POST /v1/jobs/renew', {}, {leases: leases.map(idOf), leaseMs})).held
  }

  /** How many were still held. */
  async release(leases: readonly LeaseId[]): Promise<number> {
    return (await call(this.#endpoint, 'POST /v1/jobs/release', {}, {leases: leases.map(idOf)})).counted
  }

  /** How many counted. */
  async report(results: Results): Promise<number> {
    return (await call(this.#endpoint, 'POST /v1/jobs/results', {}, results)).counted
  }

  async schedules(): Promise<ScheduleList> {
    return call(this.#endpoint, 'GET /v1/schedules', {}, null)
  }

  /** One of the same name is replaced. */
  putSchedule(schedule: NewSchedule): Promise<Schedule> {
    return call(this.#endpoint, 'POST /v1/schedules', {}, schedule)
  }

  /** The next turn is due now. Throws CW_BAD_VALUE when there is none of that name. */
  runSchedule(action: ScheduleAction): Promise<Schedule> {
    return call(this.#endpoint, 'POST /v1/schedules/run', {}, action)
  }

  /** Throws CW_BAD_VALUE when there is none of that name. */
  removeSchedule(action: ScheduleAction): Promise<Schedule> {
    return call(this.#endpoint, 'POST /v1/schedules/remove', {}, action)
  }

  logins(round: LoginRound): Promise<LoginAnswers> {
    return call(this.#endpoint, 'POST /v1/jobs/logins', {}, round)
  }
}

function idOf({job, n, lease}: LeaseId): LeaseId {
  return {job, n, lease}
}
