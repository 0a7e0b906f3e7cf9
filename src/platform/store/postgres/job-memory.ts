/** Jobs and tasks while a batch is worked out in memory: what the database gave, and over it what the writes change. */
import {type Job, type JobKind, TASK_STATES, type TaskState} from '../../../model/job.ts'
import {isOpen, type Move, type TaskRow} from '../book/tasks.ts'
import type {Changes, TaskDrop} from './changes.ts'
import {type DueTasks, type Facts, taskName, Wants} from './facts.ts'

export class JobMemory {
  readonly wants = new Wants()
  readonly #facts: Facts
  readonly #jobs = new Map<number, Job>()
  readonly #tasks = new Map<string, TaskRow>()
  /** What becomes of the tasks that are not in memory: by job, by the state that they have in the database. */
  readonly #moves = new Map<number, Map<TaskState, {readonly to: TaskState; readonly at: number}>>()

  readonly #drops: TaskDrop[] = []
  readonly #dropped = new Set<number>()

  constructor(facts: Facts) {
    this.#facts = facts
  }

  job(id: number): Job | undefined {
    const changed = this.#jobs.get(id)
    if (changed) return changed
    if (this.#dropped.has(id)) return undefined
    const fact = this.#facts.jobs.get(id)
    if (fact === undefined) this.wants.jobs.add(id)
    return fact ?? undefined
  }

  nextJobId(): number {
    if (this.#facts.lastJob === undefined) this.wants.lastJob = true
    return Math.max(this.#facts.lastJob ?? 0, ...this.#jobs.keys()) + 1
  }

  saveJob(job: Job): void {
    this.#jobs.set(job.id, job)
  }

  addTasks(rows: readonly TaskRow[]): void {
    for (const row of rows) this.#tasks.set(taskName(row), row)
  }

  tasks(ids: readonly {readonly job: number; readonly n: number}[]): readonly TaskRow[] {
    return ids.map((id) => this.#task(taskName(id))).filter((row) => row !== undefined)
  }

  /** Tasks of the database that a retry of this very batch made due are not among them: the next batch has them. */
  dueTasks(kinds: readonly JobKind[], now: number, ahead: number, limit: number): readonly TaskRow[] {
    const rows = kinds.flatMap((kind) => this.#dueOf(kind, now, ahead, limit))
    return rows.sort((a, b) => a.due - b.due || a.job - b.job || a.n - b.n).slice(0, limit)
  }

  saveTasks(rows: readonly TaskRow[]): void {
    for (const row of rows) this.#tasks.set(taskName(row), row)
  }

  moveTasks(id: number, from: readonly TaskState[], to: TaskState, at: number): readonly Move[] {
    const counts = this.job(id)?.counts
    for (const [name, row] of this.#tasks) {
      if (row.job === id && from.includes(row.state)) this.#tasks.set(name, movedTo(row, to, at))
    }
    const moves = this.#moves.get(id) ?? new Map<TaskState, {readonly to: TaskState; readonly at: number}>()
    this.#moves.set(id, moves)
    for (const state of TASK_STATES) if (from.includes(moves.get(state)?.to ?? state)) moves.set(state, {to, at})
    return from.map((state) => ({from: state, to, count: counts?.[state] ?? 0}))
  }

  /** Of jobs that are over: nothing of the same batch changes their tasks. */
  dropTasks(job: number, after: number, upTo: number): void {
    this.#drops.push({job, after, upTo})
  }

  dropJob(id: number): void {
    this.#jobs.delete(id)
    this.#dropped.add(id)
  }

  jobChanges(): Pick<Changes, 'jobs' | 'tasks' | 'moves' | 'drops' | 'dropped'> {
    const moves = [...this.#moves].flatMap(([job, states]) => [...states].map(([from, move]) => ({job, from, ...move})))
    return {jobs: this.#jobs, tasks: this.#tasks, moves, drops: this.#drops, dropped: this.#dropped}
  }

  #task(name: string): TaskRow | undefined {
    const changed = this.#tasks.get(name)
    if (changed) return changed
    const fact = this.#facts.tasks.get(name)
    if (fact === undefined) this.wants.tasks.add(name)
    return fact ? this.#asMoved(fact) : undefined
  }

  /** The earliest of a kind, as they are by now. Wants more when those that are known do not suffice. */
  #dueOf(kind: JobKind, now: number, ahead: number, limit: number): TaskRow[] {
    const isDue = (row: TaskRow) => isOpen(row.state) && (row.due <= now || row.due >= ahead)
    const known = this.#facts.due.get(kind)
    const own = [...this.#tasks.values()].filter((row) => row.kind === kind && isDue(row))
    const stored = (known?.rows ?? []).filter((row) => !this.#tasks.has(taskName(row))).map((row) => this.#asMoved(row))
    const due = stored.filter(isDue)
    const covers = known !== undefined && known.now >= now && known.ahead <= ahead
    if (!covers || (due.length < limit && !isWhole(known))) {
      this.wants.due.set(kind, {
        now: Math.max(now, known?.now ?? now),
        ahead: Math.min(ahead, known?.ahead ?? ahead),
        limit: Math.max(2 * (known?.limit ?? 0), limit + this.#tasks.size),
      })
    }
    return [...due, ...own]
  }

  #asMoved(row: TaskRow): TaskRow {
    const move = this.#moves.get(row.job)?.get(row.state)
    return move ? movedTo(row, move.to, move.at) : row
  }
}

/** Fewer than asked for came: there are no others. */
function isWhole({rows, limit}: DueTasks): boolean {
  return rows.length < limit
}

function movedTo(row: TaskRow, to: TaskState, at: number): TaskRow {
  return {...row, state: to, due: 0, tries: 0, changedAt: at}
}
