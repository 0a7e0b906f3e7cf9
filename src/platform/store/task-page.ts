/** Rows of tasks as both engines keep them, and the pages that are made of them. */
import type {SafeText} from '../../lib/safe-text.ts'
import {JOB_KINDS, TASK_STATES, type Task, type TaskTarget} from '../../model/job.ts'
import {type Json, json, jsonObject} from '../json.ts'
import type {TaskRow} from './book/tasks.ts'
import {MAX_PAGE_CHARS, type Row} from './page.ts'
import type {TaskRows} from './port.ts'

export function taskRow(row: Row): TaskRow {
  return {
    job: Number(row.job),
    n: Number(row.n),
    kind: JOB_KINDS.find((kind) => kind === row.kind) ?? 'probe',
    state: TASK_STATES.find((state) => state === row.state) ?? 'cancelled',
    due: Number(row.due),
    lease: Number(row.lease),
    tries: Number(row.tries),
    ...(row.worker === null ? {} : {worker: String(row.worker) as SafeText}),
    changedAt: Number(row.changed),
    target: String(row.target) as Json<TaskTarget>,
    ...(row.reason === null ? {} : {reason: String(row.reason) as SafeText}),
    ...(row.healthy === null ? {} : {healthy: Number(row.healthy) === 1}),
  }
}

/** `rows`: of the tasks with the text of their `result` or null, one more than asked for where there are more. */
export function taskPage(rows: Iterable<Row>, limit: number): TaskRows {
  const page: Json<Task>[] = []
  let chars = 0
  let last = 0
  for (const row of rows) {
    if (page.length === limit || chars > MAX_PAGE_CHARS) return {rows: page, next: last}
    const task = taskOf(row)
    page.push(task)
    chars += task.length
    last = Number(row.n)
  }
  return {rows: page}
}

function taskOf(row: Row): Json<Task> {
  const {job, n, state, tries, worker, changedAt, target, reason, healthy} = taskRow(row)
  const {key, name, xaddr} = JSON.parse(target) as TaskTarget
  return jsonObject<Task>({
    ...{job: json(job), n: json(n), state: json(state), tries: json(tries), changedAt: json(changedAt), key: json(key)},
    name: name === undefined ? undefined : json(name),
    xaddr: xaddr === undefined ? undefined : json(xaddr),
    worker: worker === undefined ? undefined : json(worker),
    reason: reason === undefined ? undefined : json(reason),
    healthy: healthy === undefined ? undefined : json(healthy),
    result: row.result === null ? undefined : (String(row.result) as Json<NonNullable<Task['result']>>),
  })
}
