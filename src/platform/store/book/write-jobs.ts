/** What a store is asked to write in the work queue, and what becomes of each. */
import type {SafeText} from '../../../lib/safe-text.ts'
import type {LoginAnswer} from '../../../model/camera-login.ts'
import type {Job, LeasedTask, LeaseId} from '../../../model/job.ts'
import type {Schedule, Turn} from '../../../model/schedule.ts'
import type {
  ClaimWrite,
  ForgetWrite,
  JobWrite,
  LeaseWrite,
  LoginsWrite,
  ResultsWrite,
  ScheduleWrite,
  TasksWrite,
} from '../port.ts'
import type {Book} from './book.ts'
import {addTasks, cancelJob, claimTasks, createJob, recordResults, releaseTasks, renewLeases, retryJob} from './jobs.ts'
import {roundOfLogins} from './logins.ts'
import {dropSchedule, forgetTasks, hurrySchedule, putSchedule, takeTurn} from './schedules.ts'

export type QueueWrite =
  | ({readonly type: 'job-create'} & JobWrite)
  | ({readonly type: 'job-add'} & TasksWrite)
  | ({readonly type: 'job-claim'} & ClaimWrite)
  | ({readonly type: 'job-renew'} & LeaseWrite & {readonly leaseMs: number})
  | ({readonly type: 'job-release'} & LeaseWrite)
  | ({readonly type: 'job-results'} & ResultsWrite)
  | {readonly type: 'job-cancel'; readonly id: number; readonly who: SafeText; readonly at: number}
  | {readonly type: 'job-retry'; readonly id: number; readonly at: number}
  | ({readonly type: 'job-logins'} & LoginsWrite)
  | ({readonly type: 'job-forget'} & ForgetWrite)
  | ({readonly type: 'schedule-put'} & ScheduleWrite)
  | {readonly type: 'schedule-drop'; readonly name: string}
  | {readonly type: 'schedule-hurry'; readonly name: string; readonly at: number}
  | {readonly type: 'schedule-turn'; readonly name: string; readonly at: number}

export type QueueOutcome =
  | {readonly type: 'job-create'; readonly job: Job}
  | {readonly type: 'job-add'; readonly job: Job}
  | {readonly type: 'job-claim'; readonly tasks: readonly LeasedTask[]}
  | {readonly type: 'job-renew'; readonly held: readonly LeaseId[]}
  | {readonly type: 'job-release'; readonly counted: number}
  | {readonly type: 'job-results'; readonly counted: number}
  | {readonly type: 'job-cancel'; readonly job: Job}
  | {readonly type: 'job-retry'; readonly job: Job}
  | {readonly type: 'job-logins'; readonly answers: readonly LoginAnswer[]}
  | {readonly type: 'job-forget'; readonly left: number}
  | {readonly type: 'schedule-put'; readonly schedule: Schedule}
  | {readonly type: 'schedule-drop'; readonly schedule: Schedule}
  | {readonly type: 'schedule-hurry'; readonly schedule: Schedule}
  | {readonly type: 'schedule-turn'; readonly turn: Turn}

/** Throws CW_BAD_VALUE, CW_CONFLICT, before anything was changed. */
export function performQueued(book: Book, write: QueueWrite): QueueOutcome {
  switch (write.type) {
    case 'job-create':
      return {type: write.type, job: createJob(book, write)}
    case 'job-add':
      return {type: write.type, job: addTasks(book, write)}
    case 'job-claim':
      return {type: write.type, tasks: claimTasks(book, write)}
    case 'job-renew':
      return {type: write.type, held: renewLeases(book, write)}
    case 'job-release':
      return {type: write.type, counted: releaseTasks(book, write)}
    case 'job-results':
      return {type: write.type, counted: recordResults(book, write)}
    case 'job-cancel':
      return {type: write.type, job: cancelJob(book, write.id, write.who, write.at)}
    case 'job-retry':
      return {type: write.type, job: retryJob(book, write.id, write.at)}
    case 'job-forget':
      return {type: write.type, left: forgetTasks(book, write)}
    case 'schedule-put':
      return {type: write.type, schedule: putSchedule(book, write)}
    case 'schedule-drop':
      return {type: write.type, schedule: dropSchedule(book, write.name)}
    case 'schedule-hurry':
      return {type: write.type, schedule: hurrySchedule(book, write.name, write.at)}
    case 'schedule-turn':
      return {type: write.type, turn: takeTurn(book, write.name, write.at)}
    case 'job-logins':
      return {type: write.type, answers: roundOfLogins(book, write)}
  }
}

/** How many ordinary writes it weighs: tasks are small rows, results are not. */
export function queuedWeight(write: QueueWrite): number {
  if (write.type === 'job-create' || write.type === 'job-add') return 1 + write.targets.length / 4
  if (write.type === 'job-logins') return 1 + (write.settled.length + write.asked.length) / 4
  if (write.type === 'job-forget') return 1 + write.limit / 4
  return write.type === 'job-results' ? 1 + write.done.length : 1
}
