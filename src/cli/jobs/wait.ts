/** Waits until a job is finished, with what is left of it on standard error. */
import type {Clock} from '../../lib/clock.ts'
import type {Job} from '../../model/job.ts'
import type {JobClient} from '../../platform/client-jobs.ts'
import {progress} from '../progress.ts'
import {jobLine} from '../render/jobs.ts'

const LOOK_MS = 1_000

/** The job as it is then; as it was last seen when `signal` aborts before. Throws what the client throws. */
export async function untilFinished(
  client: Pick<JobClient, 'job'>,
  id: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Job> {
  const bar = progress(() => clock.now())
  try {
    let job = await client.job(id)
    while (job.finishedAt === undefined && !signal.aborted) {
      bar.step(jobLine(job))
      await clock.sleep(LOOK_MS, signal).catch(() => undefined)
      job = await client.job(id)
    }
    return job
  } finally {
    bar.end()
  }
}
