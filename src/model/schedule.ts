/** A schedule (巡检计划): a bulk job that is made anew at every turn, from the cameras that the inventory then has. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Job, JobWork} from './job.ts'
import type {Jurisdiction} from './jurisdiction.ts'

export interface Schedule {
  /** 1 to 64 letters, digits and `. _ -`: given again, it is replaced. */
  readonly name: string
  readonly work: JobWork & {readonly kind: 'probe'}
  /** Cameras of this subtree; '' for all. */
  readonly jurisdiction: Jurisdiction
  /** Ms from one turn to the next. */
  readonly everyMs: number
  /** Times that one camera is tried in one turn. */
  readonly maxTries: number
  /** How long the results of a turn are kept, ms. */
  readonly keepMs: number
  readonly by: SafeText
  /** Ms since the epoch, UTC, by the platform's clock. */
  readonly createdAt: number
  readonly nextAt: number
  /** Number of the job of the last turn. */
  readonly lastJob?: number
  readonly turns: number
  /** Turns that were left out since the one before was not finished. */
  readonly skipped: number
}

/** What became of a turn. `job`: made for it and still without tasks; absent when it is not due, or was left out. */
export interface Turn {
  readonly schedule: Schedule
  readonly job?: Job
}

/** Shortest and longest time between two turns, ms. */
export const MIN_EVERY_MS = 10_000
export const MAX_EVERY_MS = 31 * 86_400_000
/** How long results are kept at least and at most, ms. */
export const MIN_KEEP_MS = 60_000
export const MAX_KEEP_MS = 366 * 86_400_000
/** How long the results of a job are kept that nobody has said anything about, ms. */
export const KEEP_JOB_MS = 30 * 86_400_000
/** Schedules of one platform. */
export const MAX_SCHEDULES = 1_000
export const SCHEDULE_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u
