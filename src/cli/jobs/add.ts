/** Makes a bulk job: which cameras are meant is settled here, their logins are the workers' own. */
import {CitywatchError} from '../../lib/errors.ts'
import {present} from '../../lib/fields.ts'
import {type SafeText, safeName} from '../../lib/safe-text.ts'
import type {Job, JobWork, TaskTarget} from '../../model/job.ts'
import {type CameraTarget, cameraTargets} from '../camera-targets.ts'
import {type PlatformChoice, platformClient} from '../context.ts'
import {operatorName} from '../operator.ts'

export interface JobAddFlags extends PlatformChoice {
  readonly all: boolean
  readonly jurisdiction?: string | undefined
  readonly 'max-tries': number
  readonly by?: string | undefined
}

/** Throws CW_NO_TARGET, CW_BAD_ADDRESS, CW_BAD_VALUE, and what the client throws. */
export async function addJob(
  command: string,
  args: readonly string[],
  flags: JobAddFlags,
  work: JobWork,
): Promise<Job> {
  const targets = await cameraTargets({args, all: flags.all, command, flags, withLogins: false})
  // A job without tasks would look done.
  if (targets.length === 0 && flags.all)
    throw new CitywatchError('CW_USAGE', {detail: 'the inventory has no such camera'})
  if (targets.length === 0) throw new CitywatchError('CW_NO_TARGET', {command})
  const {jobs} = await platformClient(flags)
  return jobs.add({work, by: byWhom(flags.by), maxTries: flags['max-tries']}, targets.map(taskTarget))
}

/** What a task is told of its camera: where it is, not what the inventory says of it. */
function taskTarget({key, name, xaddr}: CameraTarget): TaskTarget {
  return {key, ...present({name, xaddr})}
}

export function byWhom(name: string | undefined): SafeText {
  return safeName(name ?? operatorName())
}
