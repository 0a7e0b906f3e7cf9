/** The work queue: what is asked of a store and what comes of it. */
import type {SafeText} from '../../lib/safe-text.ts'
import type {AskedLogin, LoginAnswer, SettledLogin} from '../../model/camera-login.ts'
import type {Job, JobKind, JobWork, LeasedTask, LeaseId, Task, TaskTarget} from '../../model/job.ts'
import type {ProbeVerdict} from '../../model/probe.ts'
import type {Schedule, Turn} from '../../model/schedule.ts'
import type {Json} from '../json.ts'

/** Bulk jobs, shared by workers. Every promise resolves when durable and rejects with CW_DISK_FULL, CW_IO besides what it names. */
export interface WorkQueue {
  createJob(write: JobWrite): Promise<Job>
  /** More tasks for a job that is not sealed; a repeat changes nothing. Rejects with CW_CONFLICT, CW_BAD_VALUE (no such job). */
  addTasks(write: TasksWrite): Promise<Job>
  claimTasks(write: ClaimWrite): Promise<readonly LeasedTask[]>
  /** Resolves with the leases that go on: the others are lost. */
  renewLeases(write: LeaseWrite & {readonly leaseMs: number}): Promise<readonly LeaseId[]>
  /** Gives tasks back, as if they had never been claimed. Resolves with how many were still held. */
  releaseTasks(write: LeaseWrite): Promise<number>
  /** Resolves with how many of them counted. */
  recordResults(write: ResultsWrite): Promise<number>
  /** Rejects with CW_BAD_VALUE (no such job). */
  cancelJob(id: number, who: SafeText, at: number): Promise<Job>
  /** Rejects with CW_BAD_VALUE (no such job), CW_CONFLICT (it was cancelled). */
  retryJob(id: number, at: number): Promise<Job>
  /** Rejects with CW_BAD_VALUE, CW_CONFLICT (too many). */
  putSchedule(write: ScheduleWrite): Promise<Schedule>
  /** Rejects with CW_BAD_VALUE (no such schedule), as the next two do. */
  dropSchedule(name: string): Promise<Schedule>
  /** Makes its next turn due. */
  hurrySchedule(name: string, at: number): Promise<Schedule>
  /** Resolves with the job that a due turn has made: whoever asked fills it. */
  takeTurn(name: string, at: number): Promise<Turn>
  /** Resolves with how many tasks of the job are left to be forgotten. */
  forgetTasks(write: ForgetWrite): Promise<number>
  /** Notes what became of logins, then answers whether others may be tried, in their order. */
  roundOfLogins(write: LoginsWrite): Promise<readonly LoginAnswer[]>
}

export interface JobWrite {
  readonly at: number
  readonly work: JobWork
  /** Who asks for it. */
  readonly who: SafeText
  readonly maxTries: number
  readonly targets: readonly TaskTarget[]
  /** No more come. */
  readonly last: boolean
  /** How long it is kept once it is finished, ms; absent: KEEP_JOB_MS. */
  readonly keepMs?: number
}

export interface ScheduleWrite
  extends Pick<Schedule, 'name' | 'work' | 'jurisdiction' | 'everyMs' | 'maxTries' | 'keepMs'> {
  readonly at: number
  readonly who: SafeText
}

/** Tasks with numbers behind `after`, `limit` of them. */
export interface ForgetWrite {
  readonly at: number
  readonly id: number
  readonly after: number
  readonly limit: number
}

export interface TasksWrite {
  readonly at: number
  readonly id: number
  /** Tasks that the job has before these. */
  readonly from: number
  readonly targets: readonly TaskTarget[]
  readonly last: boolean
}

export interface ClaimWrite {
  readonly at: number
  readonly worker: SafeText
  readonly kinds: readonly JobKind[]
  readonly max: number
  readonly leaseMs: number
}

export interface LeaseWrite {
  readonly at: number
  readonly leases: readonly LeaseId[]
}

export interface ResultsWrite {
  readonly at: number
  readonly worker: SafeText
  /** Verdicts in a row that change a camera's state. */
  readonly faultAfter: number
  readonly done: readonly DoneTask[]
  readonly failed: readonly FailedTask[]
}

interface DoneTask extends LeaseId {
  readonly healthy: boolean
  /** Any JSON, safe and bounded. */
  readonly result: Json<unknown>
  /** Of a probe: what it says of its camera. */
  readonly verdict?: Omit<ProbeVerdict, 'camera'>
}

interface FailedTask extends LeaseId {
  readonly reason: SafeText
  /** Another try would do harm or no good: it is poisoned at once. */
  readonly isFinal: boolean
}

export interface LoginsWrite {
  readonly at: number
  readonly worker: SafeText
  readonly settled: readonly SettledLogin[]
  readonly asked: readonly AskedLogin[]
}

export interface JobPageRequest {
  readonly after: number
  readonly limit: number
  /** Finished ones too. */
  readonly all: boolean
}

export interface JobRows {
  readonly rows: readonly Json<Job>[]
  readonly next?: number
}

export interface TaskPageRequest {
  readonly job: number
  /** Only those that need a look: poisoned, and done but not healthy. */
  readonly unhealthy: boolean
  readonly after: number
  readonly limit: number
}

export interface TaskRows {
  readonly rows: readonly Json<Task>[]
  readonly next?: number
}
