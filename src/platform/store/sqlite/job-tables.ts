/** Bulk jobs and their tasks in one open transaction of the embedded store. */
import type {Job, JobKind, TaskState} from '../../../model/job.ts'
import {json} from '../../json.ts'
import {isOpen, type Move, type TaskRow} from '../book/tasks.ts'
import {taskRow} from '../task-page.ts'
import {Tables} from './tables.ts'

export class JobTables extends Tables {
  job(id: number): Job | undefined {
    return this.state<Job>('SELECT state FROM job WHERE id = ?', id)
  }

  nextJobId(): number {
    return Number(this.row('SELECT id FROM job ORDER BY id DESC LIMIT 1')?.id ?? 0) + 1
  }

  saveJob(job: Job): void {
    const open = job.finishedAt === undefined ? 1 : 0
    this.run('INSERT OR REPLACE INTO job (id, open, state) VALUES (?, ?, ?)', job.id, open, json(job))
  }

  addTasks(rows: readonly TaskRow[]): void {
    const statement = this.statement(
      `INSERT INTO task (job, n, kind, state, open, due, lease, tries, changed, target) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    for (const {job, n, kind, state, due, lease, tries, changedAt, target} of rows) {
      statement.run(job, n, kind, state, isOpen(state) ? 1 : 0, due, lease, tries, changedAt, target)
    }
  }

  tasks(ids: readonly {readonly job: number; readonly n: number}[]): TaskRow[] {
    const statement = this.statement('SELECT * FROM task WHERE job = ? AND n = ?')
    return ids.flatMap(({job, n}) => {
      const row = statement.get(job, n)
      return row ? [taskRow(row)] : []
    })
  }

  dueTasks(kinds: readonly JobKind[], now: number, ahead: number, limit: number): TaskRow[] {
    const sql = (when: string) =>
      `SELECT * FROM task WHERE open = 1 AND kind = ? AND due ${when} ? ORDER BY due, job, n LIMIT ?`
    return kinds
      .flatMap((kind) => [
        ...this.statement(sql('<=')).all(kind, now, limit),
        ...this.statement(sql('>=')).all(kind, ahead, limit),
      ])
      .map(taskRow)
      .sort((a, b) => a.due - b.due || a.job - b.job || a.n - b.n)
      .slice(0, limit)
  }

  saveTasks(rows: readonly TaskRow[]): void {
    const update = this.statement(
      `UPDATE task SET state = ?, open = ?, due = ?, lease = ?, tries = ?, worker = ?, changed = ?, healthy = ?, reason = ?
       WHERE job = ? AND n = ?`,
    )
    const keep = this.statement('INSERT OR REPLACE INTO task_result (job, n, result) VALUES (?, ?, ?)')
    for (const row of rows) {
      const {job, n, state, due, lease, tries, worker = null, changedAt, healthy, reason = null, result} = row
      const good = healthy === undefined ? null : Number(healthy)
      update.run(state, isOpen(state) ? 1 : 0, due, lease, tries, worker, changedAt, good, reason, job, n)
      if (result !== undefined) keep.run(job, n, result)
    }
  }

  dropTasks(job: number, after: number, upTo: number): void {
    for (const table of ['task', 'task_result']) {
      this.run(`DELETE FROM ${table} WHERE job = ? AND n > ? AND n <= ?`, job, after, upTo)
    }
  }

  dropJob(id: number): void {
    this.run('DELETE FROM job WHERE id = ?', id)
  }

  moveTasks(job: number, from: readonly TaskState[], to: TaskState, at: number): Move[] {
    const move = this.statement(
      'UPDATE task SET state = ?, open = ?, due = 0, tries = 0, changed = ? WHERE job = ? AND state = ?',
    )
    return from.map((state) => {
      return {from: state, to, count: Number(move.run(to, isOpen(to) ? 1 : 0, at, job, state).changes)}
    })
  }
}
