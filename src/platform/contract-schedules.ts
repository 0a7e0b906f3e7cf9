/** Schedules of the work queue: their part of the HTTP surface. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Schedule} from '../model/schedule.ts'

/** Schedules belong to no jurisdiction: every route asks for somebody who has all of them. */
export interface ScheduleContract {
  /** Every schedule by name, with the platform's clock. */
  'GET /v1/schedules': {query: Record<never, never>; body: null; reply: ScheduleList}
  /** A new schedule; one of the same name is replaced. Its first turn is due at once. */
  'POST /v1/schedules': {query: Record<never, never>; body: NewSchedule; reply: Schedule}
  /** The next turn is due now, unless the one before is not finished. */
  'POST /v1/schedules/run': {query: Record<never, never>; body: ScheduleAction; reply: Schedule}
  /** No more turns. What the last one has made goes on. */
  'POST /v1/schedules/remove': {query: Record<never, never>; body: ScheduleAction; reply: Schedule}
}

export interface ScheduleList {
  readonly items: readonly Schedule[]
  /** Ms UTC. */
  readonly now: number
}

export interface NewSchedule extends Pick<Schedule, 'name' | 'work' | 'everyMs' | 'by'> {
  /** Absent: all cameras of the inventory. */
  readonly jurisdiction?: string
  /** 1 to 100, 3 when absent. */
  readonly maxTries?: number
  /** How long results are kept, ms; a day when absent. */
  readonly keepMs?: number
}

export interface ScheduleAction {
  readonly name: string
  readonly by: SafeText
}
