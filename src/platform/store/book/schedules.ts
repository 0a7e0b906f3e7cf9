/** The rules of schedules: when a turn is due, that each makes one job, and how long jobs are kept. */
import {bad} from '../../../lib/fields.ts'
import {safeText} from '../../../lib/safe-text.ts'
import type {Job} from '../../../model/job.ts'
import {KEEP_JOB_MS, type Schedule, type Turn} from '../../../model/schedule.ts'
import type {ForgetWrite, ScheduleWrite} from '../port.ts'
import type {Book} from './book.ts'
import {cancelJob, createJob} from './jobs.ts'

/** Under which kind it is kept. */
export const KEPT_SCHEDULE = 'schedule'

/** The first turn is due at once. One of the same name is replaced: its turns go on being counted. */
export function putSchedule(book: Book, {at, who, ...asked}: ScheduleWrite): Schedule {
  const before = scheduleOf(book, asked.name)
  const {turns = 0, skipped = 0, lastJob} = before ?? {}
  const made = before?.createdAt ?? at
  const last = lastJob === undefined ? {} : {lastJob}
  return kept(book, {...asked, by: who, createdAt: made, nextAt: at, turns, skipped, ...last})
}

/** Throws CW_BAD_VALUE. What its last turn has made goes on. */
export function dropSchedule(book: Book, name: string): Schedule {
  const schedule = known(book, name)
  book.keep(KEPT_SCHEDULE, name, null)
  return schedule
}

/** The next turn is due now. Throws CW_BAD_VALUE. */
export function hurrySchedule(book: Book, name: string, at: number): Schedule {
  return kept(book, {...known(book, name), nextAt: at})
}

/**
 * One that is due makes a job and says when it is due next. Whoever asks fills the job; one that was left half filled by somebody
 * who has died since is cancelled. While the job before is not finished the turn is left out.
 */
export function takeTurn(book: Book, name: string, at: number): Turn {
  const schedule = known(book, name)
  if (schedule.nextAt > at) return {schedule: kept(book, {...schedule, nextAt: sane(schedule, at)})}
  const before = schedule.lastJob === undefined ? undefined : book.job(schedule.lastJob)
  const nextAt = at + schedule.everyMs
  if (before && before.finishedAt === undefined && before.sealed) {
    return {schedule: kept(book, {...schedule, nextAt, skipped: schedule.skipped + 1})}
  }
  const who = safeText(`schedule ${name}`)
  if (before && !before.sealed) cancelJob(book, before.id, who, at)
  const {work, maxTries, keepMs} = schedule
  const job = createJob(book, {at, work, who, maxTries, targets: [], last: false, keepMs})
  return {schedule: kept(book, {...schedule, nextAt, turns: schedule.turns + 1, lastJob: job.id}), job}
}

/** A clock that was set back does not put the next turn off by more than one. */
function sane({nextAt, everyMs}: Schedule, at: number): number {
  return Math.min(nextAt, at + everyMs)
}

/**
 * Forgets tasks of a job whose time is over, `limit` at most from `after` on; with the last of them the job itself. The newest job
 * stays, so that no number is given twice. Returns how many tasks are behind those forgotten.
 */
export function forgetTasks(book: Book, {id, after, limit, at}: ForgetWrite): number {
  const job = book.job(id)
  if (job === undefined || !isOver(job, at) || id === book.nextJobId() - 1) return 0
  book.dropTasks(id, after, after + limit)
  const left = Math.max(0, job.tasks - after - limit)
  if (left === 0) book.dropJob(id)
  return left
}

/** When it may be forgotten, ms; undefined: it is not finished. */
export function overAt({finishedAt, keepMs = KEEP_JOB_MS}: Job): number | undefined {
  return finishedAt === undefined ? undefined : finishedAt + keepMs
}

function isOver(job: Job, at: number): boolean {
  const end = overAt(job)
  return end !== undefined && end <= at
}

function kept(book: Book, schedule: Schedule): Schedule {
  book.keep(KEPT_SCHEDULE, schedule.name, JSON.stringify(schedule))
  return schedule
}

function scheduleOf(book: Book, name: string): Schedule | undefined {
  const text = book.kept(KEPT_SCHEDULE, name)
  return text === undefined ? undefined : (JSON.parse(text) as Schedule)
}

function known(book: Book, name: string): Schedule {
  const schedule = scheduleOf(book, name)
  if (schedule) return schedule
  throw bad('schedule', name, 'the name of a schedule')
}
