/** A bulk job (批量任务): one piece of work on many cameras, shared by any number of workers. */
import type {SafeText} from '../lib/safe-text.ts'
import type {SafeJson} from './foreign-event.ts'

/** What is done with each camera. No login is part of it: every worker brings its own. */
export type JobWork = ProbeWork | ProvisionWork

interface ProbeWork {
  readonly kind: 'probe'
  /** For all checks of one camera, ms. */
  readonly timeoutMs: number
  /** Clock offset that makes a camera sick, ms. */
  readonly maxSkewMs: number
  readonly transport: 'auto' | 'tcp' | 'udp'
  /** What becomes of a camera of the inventory raises and clears its alarm. */
  readonly raises?: true
}

interface ProvisionWork {
  readonly kind: 'provision'
  /** For all requests to one camera, ms. */
  readonly timeoutMs: number
  readonly hostname?: string
  readonly ntp?: readonly string[]
  readonly name?: string
}

export type JobKind = JobWork['kind']
export const JOB_KINDS: readonly JobKind[] = ['probe', 'provision']

/**
 * `failed`: it could not be done, and is tried again when its time has come. `poisoned`: tried so often in vain that nobody
 * tries it any more. The states of all tasks together are always the tasks of the job.
 */
export const TASK_STATES = ['waiting', 'leased', 'failed', 'done', 'poisoned', 'cancelled'] as const
export type TaskState = (typeof TASK_STATES)[number]
export type TaskCounts = Readonly<Record<TaskState, number>>

export interface Job {
  /** Number on its platform, counted from 1. */
  readonly id: number
  readonly work: JobWork
  readonly by: SafeText
  /** Ms since the epoch, UTC, by the platform's clock. */
  readonly createdAt: number
  /** Times that one task is tried before it is poisoned. */
  readonly maxTries: number
  /** No more tasks come. */
  readonly sealed: boolean
  readonly tasks: number
  readonly counts: TaskCounts
  /** Of those done: cameras that are not as they should be. */
  readonly unhealthy: number
  /** Sealed, and nothing waits, runs or is tried again. */
  readonly finishedAt?: number
  readonly cancelledBy?: SafeText
  /** How long it is kept once it is finished, ms; absent: KEEP_JOB_MS. */
  readonly keepMs?: number
}

/** The camera of a task. */
export interface TaskTarget {
  /** Key of the inventory, or the address as given. */
  readonly key: string
  readonly name?: SafeText
  /** ONVIF device service URL without login; absent when the inventory has no address. */
  readonly xaddr?: string
}

/** One task of a job, as it is now. */
export interface Task extends TaskTarget {
  readonly job: number
  /** From 1 within its job. */
  readonly n: number
  readonly state: TaskState
  readonly tries: number
  /** Who has it, or had it last. */
  readonly worker?: SafeText
  readonly changedAt: number
  /** Why it failed last. */
  readonly reason?: SafeText
  /** Of one that is done. */
  readonly healthy?: boolean
  readonly result?: SafeJson
}

/** Names one lease of a task: whoever names an older one has lost it. */
export interface LeaseId {
  readonly job: number
  readonly n: number
  readonly lease: number
}

/** A task that a worker has until its lease ends. */
export interface LeasedTask extends LeaseId, TaskTarget {
  readonly work: JobWork
}
