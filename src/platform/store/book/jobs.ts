/** The rules of the work queue: who may have a task, for how long, and that each counts once. */

import {CitywatchError} from '../../../lib/errors.ts'
import {bad} from '../../../lib/fields.ts'
import type {SafeText} from '../../../lib/safe-text.ts'
import {safeText} from '../../../lib/safe-text.ts'
import type {Job, LeasedTask, LeaseId, TaskTarget} from '../../../model/job.ts'
import type {ProbeVerdict} from '../../../model/probe.ts'
import {json} from '../../json.ts'
import type {ClaimWrite, JobWrite, LeaseWrite, ResultsWrite, TasksWrite} from '../port.ts'
import type {Book} from './book.ts'
import {writeProbe} from './cameras.ts'
import {type Move, NO_TASKS, recounted, type TaskRow} from './tasks.ts'

/** First pause before a task is tried again, ms; it doubles each time. */
const BACK_OFF_MS = 5_000
const MAX_BACK_OFF_MS = 5 * 60_000
/** Nothing is put off further, ms: what seems so was put off before somebody set the clock back, and is due. */
export const MAX_AHEAD_MS = 3_600_000
/** Rounds of one claim: each takes tasks away that have been tried too often. */
const MAX_ROUNDS = 10

/** Throws CW_CONFLICT. */
export function createJob(book: Book, {at, work, who, maxTries, targets, last, keepMs}: JobWrite): Job {
  const id = book.nextJobId()
  const job: Job = {
    id,
    work,
    by: who,
    createdAt: at,
    maxTries,
    sealed: false,
    tasks: 0,
    counts: NO_TASKS,
    unhealthy: 0,
    ...(keepMs === undefined ? {} : {keepMs}),
  }
  return withTasks(book, job, targets, last, at)
}

/** A repeat of what is there already changes nothing. Throws CW_BAD_VALUE, CW_CONFLICT. */
export function addTasks(book: Book, {at, id, from, targets, last}: TasksWrite): Job {
  const job = jobOf(book, id)
  const isRepeat = from + targets.length <= job.tasks && (job.sealed || !last)
  if (isRepeat) return job
  if (job.sealed || from !== job.tasks) {
    const detail = `it has ${job.tasks} tasks${job.sealed ? ' and takes no more' : ''}, these begin behind ${from}`
    throw new CitywatchError('CW_CONFLICT', {what: `job ${id}`, detail})
  }
  return withTasks(book, job, targets, last, at)
}

function withTasks(book: Book, job: Job, targets: readonly TaskTarget[], last: boolean, at: number): Job {
  const state = job.cancelledBy === undefined ? 'waiting' : 'cancelled'
  book.addTasks(
    targets.map((target, index) => ({
      ...{job: job.id, n: job.tasks + index + 1, kind: job.work.kind, state, due: 0, lease: 0, tries: 0, changedAt: at},
      target: json(target),
    })),
  )
  const grown = {...job, tasks: job.tasks + targets.length, sealed: last}
  return saved(book, recounted(grown, [{to: state, count: targets.length}], at))
}

/** At most `max` tasks, oldest jobs first. One whose lease ran out for the last time is poisoned instead. */
export function claimTasks(book: Book, {at, worker, kinds, max, leaseMs}: ClaimWrite): LeasedTask[] {
  const jobs = new Jobs(book, at)
  const claimed: LeasedTask[] = []
  for (let round = 0; round < MAX_ROUNDS && claimed.length < max; round++) {
    const due = book.dueTasks(kinds, at, at + MAX_AHEAD_MS, max - claimed.length)
    if (due.length === 0) break
    const changed = due.map((row): TaskRow => {
      const job = jobs.of(row.job)
      if (row.tries >= job.maxTries) {
        const reason = safeText(`no worker brought it to an end in ${row.tries} tries`)
        return jobs.moved(row, {...row, state: 'poisoned', reason, changedAt: at})
      }
      const lease = row.lease + 1
      claimed.push({job: row.job, n: row.n, lease, work: job.work, ...(JSON.parse(row.target) as TaskTarget)})
      return jobs.moved(row, {
        ...row,
        ...{state: 'leased', due: at + leaseMs, lease, tries: row.tries + 1, worker, changedAt: at},
      })
    })
    book.saveTasks(changed)
  }
  jobs.save()
  return claimed
}

/** Those whose lease goes on. The others have lost it: somebody else has or had the task since. */
export function renewLeases(book: Book, {at, leases, leaseMs}: LeaseWrite & {readonly leaseMs: number}): LeaseId[] {
  const held = heldOf(book, leases)
  book.saveTasks(held.map(({row}) => ({...row, due: at + leaseMs})))
  return held.map(({id}) => id)
}

/** Given back untouched: the next worker has it at once, and the try does not count. Returns how many were. */
export function releaseTasks(book: Book, {at, leases}: LeaseWrite): number {
  const jobs = new Jobs(book, at)
  const held = heldOf(book, leases)
  book.saveTasks(
    held.map(({row}) => jobs.moved(row, {...row, state: 'waiting', due: 0, tries: row.tries - 1, changedAt: at})),
  )
  jobs.save()
  return held.length
}

/** A result counts once, also of one who has lost the lease meanwhile; a second one, or one of a cancelled task, does not. */
export function recordResults(book: Book, {at, worker, faultAfter, done, failed}: ResultsWrite): number {
  const jobs = new Jobs(book, at)
  const rows = new Map(book.tasks([...done, ...failed]).map((row) => [nameOf(row), row]))
  const changed = new Map<string, TaskRow>()
  for (const {healthy, result, verdict, ...id} of done) {
    const row = rows.get(nameOf(id))
    if (!row || changed.has(nameOf(id)) || !wasLeased(row, id) || isOver(row)) continue
    const {reason: _past, ...rest} = row
    changed.set(nameOf(id), jobs.moved(row, {...rest, state: 'done', due: 0, worker, healthy, result, changedAt: at}))
    if (verdict) judged(book, jobs.of(row.job), row, {at, after: faultAfter, verdict})
  }
  for (const {reason, isFinal, ...id} of failed) {
    const row = rows.get(nameOf(id))
    if (!row || changed.has(nameOf(id)) || row.state !== 'leased' || row.lease !== id.lease) continue
    const isLast = isFinal || row.tries >= jobs.of(row.job).maxTries
    const pauseMs = Math.min(MAX_BACK_OFF_MS, BACK_OFF_MS * 2 ** (row.tries - 1))
    const state = isLast ? 'poisoned' : 'failed'
    changed.set(nameOf(id), jobs.moved(row, {...row, state, due: isLast ? 0 : at + pauseMs, reason, changedAt: at}))
  }
  book.saveTasks([...changed.values()])
  jobs.save()
  return changed.size
}

/** The camera of the inventory, as the job's probe found it; an address is no camera's key and has no alarm. */
function judged(
  book: Book,
  {id, work}: Job,
  {n, target}: TaskRow,
  {at, after, verdict}: {readonly at: number; readonly after: number; readonly verdict: Omit<ProbeVerdict, 'camera'>},
): void {
  if (work.kind !== 'probe' || !work.raises) return
  const camera = (JSON.parse(target) as TaskTarget).key
  writeProbe(book, {at, after, report: {...verdict, camera}}, {source: `/jobs/${id}`, id: String(n)})
}

/** What is not done will not be. One that was cancelled stays so. Throws CW_BAD_VALUE. */
export function cancelJob(book: Book, id: number, who: SafeText, at: number): Job {
  const job = jobOf(book, id)
  if (job.cancelledBy !== undefined || job.finishedAt !== undefined) return job
  const moves = book.moveTasks(id, ['waiting', 'leased', 'failed'], 'cancelled', at)
  return saved(book, recounted({...job, sealed: true, cancelledBy: who}, moves, at))
}

/** The poisoned tasks are tried anew. Throws CW_BAD_VALUE, CW_CONFLICT for a job that was cancelled. */
export function retryJob(book: Book, id: number, at: number): Job {
  const job = jobOf(book, id)
  if (job.cancelledBy !== undefined) {
    throw new CitywatchError('CW_CONFLICT', {what: `job ${id}`, detail: `it was cancelled by ${job.cancelledBy}`})
  }
  const moves = book.moveTasks(id, ['poisoned'], 'waiting', at)
  return saved(book, recounted(job, moves, at))
}

/** The jobs that one write touches, with the numbers that change. */
class Jobs {
  readonly #book: Book
  readonly #at: number
  readonly #jobs = new Map<number, Job>()
  readonly #moves = new Map<number, Move[]>()

  constructor(book: Book, at: number) {
    this.#book = book
    this.#at = at
  }

  of(id: number): Job {
    const job = this.#jobs.get(id) ?? jobOf(this.#book, id)
    this.#jobs.set(id, job)
    return job
  }

  /** The row as it becomes, counted. */
  moved(from: TaskRow, to: TaskRow): TaskRow {
    const moves = this.#moves.get(to.job) ?? []
    this.#moves.set(to.job, moves)
    moves.push({from: from.state, to: to.state, ...(to.healthy === undefined ? {} : {healthy: to.healthy})})
    return to
  }

  save(): void {
    for (const [id, moves] of this.#moves) saved(this.#book, recounted(this.of(id), moves, this.#at))
  }
}

/** A lease that the task has, or had before another one. */
function wasLeased(row: TaskRow, {lease}: LeaseId): boolean {
  return lease >= 1 && lease <= row.lease
}

function isOver({state}: TaskRow): boolean {
  return state === 'done' || state === 'cancelled'
}

function heldOf(book: Book, leases: readonly LeaseId[]): {readonly id: LeaseId; readonly row: TaskRow}[] {
  const rows = new Map(book.tasks(leases).map((row) => [nameOf(row), row]))
  return leases.flatMap((id) => {
    const row = rows.get(nameOf(id))
    if (row?.state !== 'leased' || row.lease !== id.lease) return []
    rows.delete(nameOf(id)) // named twice, it is held once
    return [{id, row}]
  })
}

function saved(book: Book, job: Job): Job {
  book.saveJob(job)
  return job
}

function jobOf(book: Book, id: number): Job {
  const job = book.job(id)
  if (job) return job
  throw bad('job', id, 'the number of a job')
}

function nameOf({job, n}: {readonly job: number; readonly n: number}): string {
  return `${job}/${n}`
}
