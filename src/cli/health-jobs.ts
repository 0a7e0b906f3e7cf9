/** Probe reports that workers have brought to the platform: of one bulk job, or of the last turn of a schedule that is over. */
import {CitywatchError} from '../lib/errors.ts'
import {bad} from '../lib/fields.ts'
import type {JobClient} from '../platform/client-jobs.ts'

export interface JobChoice {
  readonly job?: number | undefined
  readonly schedule?: string | undefined
}

/** Of every task that is done; one that is poisoned has none. Throws CW_BAD_VALUE, CW_CONFLICT while it is not finished. */
export async function* jobReports(jobs: JobClient, choice: JobChoice): AsyncGenerator<unknown> {
  const id = choice.job ?? (await lastTurn(jobs, choice.schedule ?? ''))
  const {work, finishedAt} = await jobs.job(id)
  if (work.kind !== 'probe') throw bad('--job', id, 'the number of a probe')
  if (finishedAt === undefined)
    throw new CitywatchError('CW_CONFLICT', {what: `job ${id}`, detail: 'it is not finished'})
  for await (const {result} of jobs.tasks(id, false)) if (result !== undefined && result !== null) yield result
}

async function lastTurn(jobs: JobClient, schedule: string): Promise<number> {
  let last: number | undefined
  for await (const {id, by, finishedAt} of jobs.jobs(true)) {
    if (by === `schedule ${schedule}` && finishedAt !== undefined) last = id
  }
  if (last !== undefined) return last
  throw bad('--schedule', schedule, 'a schedule with a turn that is over')
}
