/** What a batch writes of jobs and their tasks. */
import {json} from '../../json.ts'
import {isOpen} from '../book/tasks.ts'
import type {Changes} from './changes.ts'
import type {Params} from './params.ts'

export function jobRows({jobs}: Changes, params: Params): string {
  const rows = [...jobs.values()]
  return `
  job_rows AS (
    INSERT INTO job (id, open, state)
    SELECT * FROM unnest(
      ${params.bigints(rows.map(({id}) => id))},
      ${params.booleans(rows.map(({finishedAt}) => finishedAt === undefined))},
      ${params.texts(rows.map((job) => json(job)))}
    )
    ON CONFLICT (id) DO UPDATE SET open = excluded.open, state = excluded.state
  )`
}

export function taskRows({tasks}: Changes, params: Params): string {
  const rows = [...tasks.values()]
  const results = rows.filter(({result}) => result !== undefined)
  return `
  task_rows AS (
    INSERT INTO task (job, n, kind, state, open, due, lease, tries, worker, changed, healthy, reason, target)
    SELECT job, n, kind, state, open, due, lease, tries, worker, changed, healthy::bigint, reason, target FROM unnest(
      ${params.bigints(rows.map(({job}) => job))},
      ${params.bigints(rows.map(({n}) => n))},
      ${params.texts(rows.map(({kind}) => kind))},
      ${params.texts(rows.map(({state}) => state))},
      ${params.booleans(rows.map(({state}) => isOpen(state)))},
      ${params.bigints(rows.map(({due}) => due))},
      ${params.bigints(rows.map(({lease}) => lease))},
      ${params.bigints(rows.map(({tries}) => tries))},
      ${params.texts(rows.map(({worker = null}) => worker))},
      ${params.bigints(rows.map(({changedAt}) => changedAt))},
      ${params.texts(rows.map(({healthy}) => (healthy === undefined ? null : String(Number(healthy)))))},
      ${params.texts(rows.map(({reason = null}) => reason))},
      ${params.texts(rows.map(({target}) => target))}
    ) AS t (job, n, kind, state, open, due, lease, tries, worker, changed, healthy, reason, target)
    ON CONFLICT (job, n) DO UPDATE SET state = excluded.state, open = excluded.open, due = excluded.due, lease = excluded.lease,
      tries = excluded.tries, worker = excluded.worker, changed = excluded.changed, healthy = excluded.healthy,
      reason = excluded.reason
  ),
  task_results AS (
    INSERT INTO task_result (job, n, result)
    SELECT * FROM unnest(
      ${params.bigints(results.map(({job}) => job))},
      ${params.bigints(results.map(({n}) => n))},
      ${params.texts(results.map(({result = null}) => result))}
    )
    ON CONFLICT (job, n) DO UPDATE SET result = excluded.result
  )`
}

/** Those that are changed one by one in the same batch have their state from there. */
export function taskMoves({moves, tasks}: Changes, params: Params): string {
  const own = moves.length === 0 ? [] : [...tasks.values()]
  return `
  task_moves AS (
    UPDATE task SET state = m.state, open = m.open, due = 0, tries = 0, changed = m.at
    FROM unnest(
      ${params.bigints(moves.map(({job}) => job))},
      ${params.texts(moves.map(({from}) => from))},
      ${params.texts(moves.map(({to}) => to))},
      ${params.booleans(moves.map(({to}) => isOpen(to)))},
      ${params.bigints(moves.map(({at}) => at))}
    ) AS m (job, was, state, open, at)
    WHERE task.job = m.job AND task.state = m.was AND (task.job, task.n) NOT IN (
      SELECT * FROM unnest(${params.bigints(own.map(({job}) => job))}, ${params.bigints(own.map(({n}) => n))})
    )
  )`
}

export function taskDrops({drops, dropped}: Changes, params: Params): string {
  const ranges = `unnest(
      ${params.bigints(drops.map(({job}) => job))},
      ${params.bigints(drops.map(({after}) => after))},
      ${params.bigints(drops.map(({upTo}) => upTo))}
    ) AS d (job, after, up_to)`
  return `
  task_drops AS (DELETE FROM task USING ${ranges} WHERE task.job = d.job AND n > d.after AND n <= d.up_to),
  result_drops AS (DELETE FROM task_result r USING ${ranges} WHERE r.job = d.job AND n > d.after AND n <= d.up_to),
  job_drops AS (DELETE FROM job WHERE id = ANY (${params.bigints([...dropped])}))`
}
