import {BaseCommand} from '../../../../cli/base-command.ts'
import {timeoutFlag, withVariables, yesFlag} from '../../../../cli/flags.ts'
import {jobAddFlags, jobTargetArgs} from '../../../../cli/jobs/flags.ts'
import {provisionFlags} from '../../../../cli/provision/flags.ts'
import type {Job} from '../../../../model/job.ts'

const {ntp, hostname, name} = provisionFlags

export default class PlatformJobAddProvision extends BaseCommand {
  static override summary =
    'Make a job that sets NTP servers, host name and name on many cameras; `platform worker` does it.'
  static override description =
    'Prints the number of the job. See first what would change: `camera provision plan`. A camera counts as done only when it says its new values itself.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --all --ntp 10.0.0.1 --yes',
    '<%= config.bin %> <%= command.id %> --all --jurisdiction city.north --name {name}',
    '<%= config.bin %> <%= command.id %> 10.0.0.5 10.0.0.6 --hostname cam-{key} --yes --json',
  ]
  static override strict = false
  static override args = jobTargetArgs
  static override flags = withVariables({
    yes: yesFlag,
    ...{ntp, hostname, name},
    timeout: timeoutFlag(10_000, 'time for all requests to one camera'),
    ...jobAddFlags,
  })

  async run(): Promise<Job> {
    const {argv, flags} = await this.parse(PlatformJobAddProvision)
    const {addJob} = await import('../../../../cli/jobs/add.ts')
    const {desiredOf, wordsOf} = await import('../../../../cli/provision/run.ts')
    const {confirmed} = await import('../../../../cli/provision/confirm.ts')
    const {jobLine} = await import('../../../../cli/render/jobs.ts')
    const desired = desiredOf(flags)
    if (!flags.yes) await confirmed(wordsOf(desired, argv as string[], flags.all))
    const work = {kind: 'provision', timeoutMs: flags.timeout, ...desired} as const
    const job = await addJob('platform job add provision', argv as string[], flags, work)
    this.log(String(job.id))
    this.note(jobLine(job))
    return job
  }
}
