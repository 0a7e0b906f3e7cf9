/** What a batch needs to know of jobs and their tasks. */
import type {Job, JobKind} from '../../../model/job.ts'
import {taskRow} from '../task-page.ts'
import {type FactKind, none} from './fact-kind.ts'
import {taskName} from './facts.ts'
import type {Row} from './link.ts'

export const job: FactKind = {
  select: ({jobs}, params) => `id, NULL, NULL, state, NULL FROM job WHERE id = ANY (${params.bigints([...jobs])})`,
  asked: (facts, wants) => none(facts.jobs, wants.jobs),
  keep: (facts, row) => void facts.jobs.set(Number(row.id), JSON.parse(String(row.state)) as Job),
}

export const lastJob: FactKind = {
  select: ({lastJob: isWanted}, params) =>
    `id, NULL, NULL, NULL, NULL FROM (SELECT id FROM job ORDER BY id DESC LIMIT 1) AS last WHERE ${params.boolean(isWanted)}`,
  asked(facts, wants) {
    if (wants.lastJob) facts.lastJob = 0
  },
  keep(facts, row) {
    facts.lastJob = Number(row.id)
  },
}

export const task: FactKind = {
  select({tasks}, params) {
    const ids = [...tasks].map((name) => name.split('/').map(Number))
    const [jobs, numbers] = [ids.map(([id = 0]) => id), ids.map(([, n = 0]) => n)]
    return `NULL, NULL, NULL, row_to_json(t)::text, NULL
      FROM unnest(${params.bigints(jobs)}, ${params.bigints(numbers)}) AS w (job, n) JOIN task t ON t.job = w.job AND t.n = w.n`
  },
  asked: (facts, wants) => none(facts.tasks, wants.tasks),
  keep(facts, row) {
    const found = taskRow(JSON.parse(String(row.state)) as Row)
    facts.tasks.set(taskName(found), found)
  },
}

/** Two ranges of one index a kind, each with its own end. */
export const dueTask: FactKind = {
  select({due}, params) {
    const wanted = [...due.values()]
    const values = `unnest(
      ${params.texts([...due.keys()])},
      ${params.bigints(wanted.map(({now}) => now))},
      ${params.bigints(wanted.map(({ahead}) => ahead))},
      ${params.bigints(wanted.map(({limit}) => limit))}
    ) AS w (kind, now, ahead, most)`
    const range = (when: string) =>
      `(SELECT * FROM task WHERE open AND kind = w.kind AND due ${when} ORDER BY due, job, n LIMIT w.most)`
    return `NULL, w.kind, NULL, row_to_json(t)::text, NULL
      FROM ${values}, LATERAL (${range('<= w.now')} UNION ALL ${range('>= w.ahead')}) AS t`
  },
  asked(facts, wants) {
    for (const [kind, want] of wants.due) facts.due.set(kind, {...want, rows: []})
  },
  keep(facts, row) {
    const kind = String(row.key) as JobKind
    const known = facts.due.get(kind)
    const found = taskRow(JSON.parse(String(row.state)) as Row)
    known?.rows.push(found)
  },
}
