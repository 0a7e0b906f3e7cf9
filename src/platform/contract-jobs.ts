/** The work queue's part of the HTTP surface: bulk jobs for people, tasks under leases for workers. */
import type {SafeText} from '../lib/safe-text.ts'
import type {AskedLogin, LoginAnswer, SettledLogin} from '../model/camera-login.ts'
import type {SafeJson} from '../model/foreign-event.ts'
import type {Job, JobKind, JobWork, LeasedTask, LeaseId, Task, TaskTarget} from '../model/job.ts'
import type {ProbeVerdict} from '../model/probe.ts'
import type {ScheduleContract} from './contract-schedules.ts'

/** Jobs belong to no jurisdiction: every route asks for somebody who has all of them. */
export interface JobContract extends ScheduleContract {
  /** Jobs by id that are not finished, with `all` the finished ones too. */
  'GET /v1/jobs': {query: {after?: number; limit?: number; all?: boolean}; body: null; reply: JobPage}
  /** A new job with its first tasks. Workers may take them at once; unless they are the last, more follow with /v1/jobs/tasks. */
  'POST /v1/jobs': {query: Record<never, never>; body: NewJob; reply: Job}
  /** Tasks of a job by number; with `unhealthy` only those that need a look: poisoned, or done and the camera not well. */
  'GET /v1/jobs/tasks': {
    query: {job: number; unhealthy?: boolean; after?: number; limit?: number}
    body: null
    reply: TaskPage
  }
  /** More tasks behind the first `from`. A repeat changes nothing; a gap, or a job that takes no more, is refused (409). */
  'POST /v1/jobs/tasks': {query: Record<never, never>; body: MoreTasks; reply: Job}
  /** What is not done will not be. One that is finished or cancelled stays as it is. */
  'POST /v1/jobs/cancel': {query: Record<never, never>; body: JobAction; reply: Job}
  /** The poisoned tasks are tried anew. Refused (409) when the job was cancelled. */
  'POST /v1/jobs/retry': {query: Record<never, never>; body: JobAction; reply: Job}
  /**
   * Takes tasks that are due under a lease: whoever lets it run out has lost them. No tasks: nothing is due now, though `unfinished`
   * jobs may have some that are tried later, or that another worker has.
   */
  'POST /v1/jobs/claim': {query: Record<never, never>; body: Claim; reply: Claimed}
  /** Lengthens leases. Those that are not in the reply are lost: their task is another worker's, or over. */
  'POST /v1/jobs/renew': {query: Record<never, never>; body: Renewal; reply: Renewed}
  /** Gives tasks back as if they had never been claimed. */
  'POST /v1/jobs/release': {query: Record<never, never>; body: Leases; reply: Counted}
  /** What became of tasks. Each counts once, whoever had it: a result that came late or twice does not, and is no failure. */
  'POST /v1/jobs/results': {query: Record<never, never>; body: Results; reply: Counted}
  /**
   * Asked before a worker logs in at a camera: what became of logins that were allowed before, then whether others may be tried. One
   * that was allowed counts as failed until it is told otherwise, for half an hour.
   */
  'POST /v1/jobs/logins': {query: Record<never, never>; body: LoginRound; reply: LoginAnswers}
}

export type JobRoute = keyof JobContract

/** Tasks in one request, and in one job. */
export const MAX_TASKS_A_REQUEST = 5_000
export const MAX_TASKS_A_JOB = 2_000_000
/** Tasks in one claim, leases and results in one request. */
export const MAX_LEASES = 1_000
/** Bounds of a lease, ms. */
export const MIN_LEASE_MS = 1_000
export const MAX_LEASE_MS = 3_600_000
export const MAX_TRIES = 100

export interface JobPage {
  readonly items: readonly Job[]
  /** The platform's clock, ms UTC. */
  readonly now: number
  readonly next?: number
}

export interface NewJob {
  readonly work: JobWork
  readonly by: SafeText
  /** Times that one task is tried before it is poisoned: 1 to 100, 3 when absent. */
  readonly maxTries?: number
  /** At most 5,000. */
  readonly targets: readonly TaskTarget[]
  /** No more come. */
  readonly last: boolean
}

export interface MoreTasks {
  readonly id: number
  /** Tasks that the job has before these. */
  readonly from: number
  readonly targets: readonly TaskTarget[]
  readonly last: boolean
}

export interface TaskPage {
  readonly job: Job
  readonly items: readonly Task[]
  readonly next?: number
}

export interface JobAction {
  readonly id: number
  readonly by: SafeText
}

export interface Claim {
  readonly worker: SafeText
  readonly kinds: readonly JobKind[]
  /** 1 to 1,000. */
  readonly max: number
  /** 1,000 to 3,600,000. */
  readonly leaseMs: number
}

export interface Claimed {
  readonly tasks: readonly LeasedTask[]
  /** Jobs of these kinds that are not finished; only told when no task was due. */
  readonly unfinished?: number
}

interface Leases {
  readonly leases: readonly LeaseId[]
}

export interface Renewal extends Leases {
  readonly leaseMs: number
}

interface Renewed {
  readonly held: readonly LeaseId[]
}

export interface Counted {
  /** Of those named: how many it made a difference to. */
  readonly counted: number
}

export interface Results {
  readonly worker: SafeText
  readonly done: readonly DoneReport[]
  readonly failed: readonly FailedReport[]
}

export interface DoneReport extends LeaseId {
  /** The camera is as it should be. */
  readonly healthy: boolean
  readonly result: SafeJson
  /** Of a probe: what it says of its camera. */
  readonly verdict?: Omit<ProbeVerdict, 'camera'>
}

export interface FailedReport extends LeaseId {
  readonly reason: SafeText
  /** Another try would do harm or no good: it is poisoned at once. */
  readonly isFinal: boolean
}

export interface LoginRound {
  readonly worker: SafeText
  readonly settled: readonly SettledLogin[]
  readonly asked: readonly AskedLogin[]
}

export interface LoginAnswers {
  /** One for each that was asked for, in its order. */
  readonly answers: readonly LoginAnswer[]
}
