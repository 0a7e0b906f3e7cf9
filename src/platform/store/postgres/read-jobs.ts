/** Reads jobs and their tasks, page by page. */
import type {Job} from '../../../model/job.ts'
import type {Json} from '../../json.ts'
import {bounded, cutPage, MAX_PAGE_CHARS} from '../page.ts'
import type {JobPageRequest, JobRows, TaskPageRequest, TaskRows} from '../port.ts'
import {taskPage} from '../task-page.ts'
import type {Link} from './link.ts'

export async function readJobs(link: Link, {after, limit, all}: JobPageRequest): Promise<JobRows> {
  const text = `SELECT id, state FROM job WHERE id > $1 ${all ? '' : 'AND open'} ORDER BY id LIMIT $2`
  const {rows} = await link.ask({name: `jobs ${all}`, text, values: [after, limit + 1]})
  const page = cutPage(bounded(rows, 'state'), limit, 'id')
  return {
    rows: page.rows.map((row) => String(row.state) as Json<Job>),
    ...(page.next === undefined ? {} : {next: Number(page.next)}),
  }
}

/** Weighed where they lie: what is beyond the size of a page does not travel. */
export async function readTasks(link: Link, {job, unhealthy, after, limit}: TaskPageRequest): Promise<TaskRows> {
  const only = unhealthy ? "AND (t.healthy = 0 OR t.state = 'poisoned')" : ''
  const text = `
    SELECT * FROM (
      SELECT t.*, r.result, row_number() OVER (ORDER BY t.n) AS place,
        sum(coalesce(octet_length(r.result), 0)) OVER (ORDER BY t.n) - coalesce(octet_length(r.result), 0) AS before
      FROM (SELECT * FROM task t WHERE job = $1 AND n > $2 ${only} ORDER BY n LIMIT $3) AS t
      LEFT JOIN task_result r ON r.job = t.job AND r.n = t.n
    ) AS page WHERE before <= ${2 * MAX_PAGE_CHARS} OR place <= 2 ORDER BY n`
  const {rows} = await link.ask({name: `tasks ${unhealthy}`, text, values: [job, after, limit + 1]})
  return taskPage(rows, limit)
}
