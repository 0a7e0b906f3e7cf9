/** How bulk jobs, their tasks and a worker's sums are shown. */
import type {Job, Task} from '../../model/job.ts'
import type {WorkerReport} from '../worker/run.ts'
import type {Column} from './rows.ts'

export const JOB_COLUMNS: readonly Column<Job>[] = [
  {name: 'job', header: 'JOB', value: ({id}) => id},
  {name: 'work', header: 'WORK', value: workOf},
  {name: 'state', header: 'STATE', value: stateOf},
  {name: 'tasks', header: 'TASKS', value: ({tasks}) => tasks},
  {name: 'done', header: 'DONE', value: ({counts}) => counts.done},
  {name: 'unhealthy', header: 'UNHEALTHY', value: ({unhealthy}) => unhealthy},
  {name: 'poisoned', header: 'POISONED', value: ({counts}) => counts.poisoned},
  {name: 'left', header: 'LEFT', value: leftOf},
  {name: 'by', header: 'BY', value: ({by}) => by},
  {name: 'created', header: 'CREATED', value: ({createdAt}) => iso(createdAt)},
  {name: 'finished', header: 'FINISHED', value: ({finishedAt}) => iso(finishedAt), wide: true},
  {name: 'waiting', header: 'WAITING', value: ({counts}) => counts.waiting, wide: true},
  {name: 'leased', header: 'LEASED', value: ({counts}) => counts.leased, wide: true},
  {name: 'failed', header: 'FAILED', value: ({counts}) => counts.failed, wide: true},
  {name: 'cancelled', header: 'CANCELLED', value: ({counts}) => counts.cancelled, wide: true},
]

export const TASK_COLUMNS: readonly Column<Task>[] = [
  {name: 'task', header: 'TASK', value: ({n}) => n},
  {name: 'camera', header: 'CAMERA', value: ({key}) => key},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'state', header: 'STATE', value: ({state}) => state},
  {name: 'well', header: 'WELL', value: ({healthy}) => (healthy === undefined ? undefined : healthy ? 'yes' : 'no')},
  {name: 'reason', header: 'REASON', value: reasonOf},
  {name: 'tries', header: 'TRIES', value: ({tries}) => tries},
  {name: 'worker', header: 'WORKER', value: ({worker}) => worker, wide: true},
  {name: 'changed', header: 'CHANGED', value: ({changedAt}) => iso(changedAt), wide: true},
  {name: 'address', header: 'ADDRESS', value: ({xaddr}) => xaddr, wide: true},
]

/** Tasks that somebody has still to do something with. */
function leftOf({counts}: Job): number {
  return counts.waiting + counts.leased + counts.failed
}

/** Nothing is poisoned, cancelled, or not as it should be. What is not finished says nothing yet. */
export function isWell({counts, unhealthy}: Job): boolean {
  return counts.poisoned + counts.cancelled + unhealthy === 0
}

/** `job 3: probe, 200 tasks: 180 done (12 not well), 2 poisoned, 18 left`. */
export function jobLine(job: Job): string {
  const {id, tasks, counts, unhealthy} = job
  const parts = [`${counts.done} done${unhealthy > 0 ? ` (${unhealthy} not well)` : ''}`]
  if (counts.poisoned > 0) parts.push(`${counts.poisoned} poisoned`)
  if (counts.cancelled > 0) parts.push(`${counts.cancelled} cancelled by ${job.cancelledBy}`)
  if (leftOf(job) > 0) parts.push(`${leftOf(job)} left`)
  return `job ${id}: ${workOf(job)}, ${tasks} ${tasks === 1 ? 'task' : 'tasks'}: ${parts.join(', ')}`
}

export function workerLine({done, healthy, failed, givenBack, untold}: WorkerReport): string {
  const parts = [`${done} tasks done, ${healthy} of them well`]
  if (failed > 0) parts.push(`${failed} could not be done`)
  if (givenBack > 0) parts.push(`${givenBack} given back`)
  if (untold > 0) parts.push(`${untold} results did not reach the platform: their tasks are done again`)
  return parts.join('; ')
}

/** Every task that it ended is done, and its camera as it should be. */
export function isClean({done, healthy, failed, untold}: WorkerReport): boolean {
  return done === healthy && failed + untold === 0
}

function workOf({work}: Job): string {
  if (work.kind === 'probe') return 'probe'
  const wanted = [work.ntp && 'ntp', work.hostname && 'hostname', work.name && 'name'].filter(Boolean)
  return `provision ${wanted.join(', ')}`
}

function stateOf({sealed, finishedAt, cancelledBy}: Job): string {
  if (cancelledBy !== undefined) return 'cancelled'
  if (finishedAt !== undefined) return 'finished'
  return sealed ? 'open' : 'being added'
}

/** Why it failed last; of one that is done and not well, what its report says. */
function reasonOf({reason, healthy, result}: Task): string | undefined {
  if (reason !== undefined) return reason
  if (healthy !== false || typeof result !== 'object' || result === null || Array.isArray(result)) return undefined
  const {verdict, result: outcome, cause} = result as Readonly<Record<string, unknown>>
  return [verdict ?? outcome, cause].filter((word) => typeof word === 'string').join(': ')
}

function iso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString()
}
