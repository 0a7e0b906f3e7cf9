/** What a store keeps of a task, and how the numbers of its job follow from it. */
import type {SafeText} from '../../../lib/safe-text.ts'
import type {Job, JobKind, TaskCounts, TaskState, TaskTarget} from '../../../model/job.ts'
import type {Json} from '../../json.ts'

export interface TaskRow {
  readonly job: number
  readonly n: number
  readonly kind: JobKind
  readonly state: TaskState
  /** When it may be claimed, ms: 0 at once, when its lease ends, or when it is tried again. */
  readonly due: number
  /** Number of its latest lease; grows with every one. */
  readonly lease: number
  readonly tries: number
  readonly worker?: SafeText
  readonly changedAt: number
  readonly target: Json<TaskTarget>
  readonly reason?: SafeText
  readonly healthy?: boolean
  /** Any JSON, safe and bounded. */
  readonly result?: Json<unknown>
}

export const NO_TASKS: TaskCounts = {waiting: 0, leased: 0, failed: 0, done: 0, poisoned: 0, cancelled: 0}

/** The states in which somebody has still to do something. */
export function isOpen(state: TaskState): boolean {
  return state === 'waiting' || state === 'leased' || state === 'failed'
}

/** The job after its tasks went from one state to another, finished at `at` when nothing is left to do. */
export function recounted(job: Job, moves: readonly Move[], at: number): Job {
  const counts: Record<TaskState, number> = {...job.counts}
  let {unhealthy} = job
  for (const {from, to, healthy, count = 1} of moves) {
    if (from) counts[from] -= count
    counts[to] += count
    if (to === 'done' && healthy === false) unhealthy += count
  }
  const {finishedAt = at, ...rest} = job
  const isOver = job.sealed && counts.waiting + counts.leased + counts.failed === 0
  return {...rest, counts, unhealthy, ...(isOver ? {finishedAt} : {})}
}

export interface Move {
  /** Absent: it is new. */
  readonly from?: TaskState
  readonly to: TaskState
  readonly healthy?: boolean
  readonly count?: number
}
