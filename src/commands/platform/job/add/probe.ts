import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../../../cli/base-command.ts'
import {withVariables} from '../../../../cli/flags.ts'
import {jobAddFlags, jobTargetArgs} from '../../../../cli/jobs/flags.ts'
import {probeWork, probeWorkFlags} from '../../../../cli/jobs/work-flags.ts'
import type {Job} from '../../../../model/job.ts'

export default class PlatformJobAddProbe extends BaseCommand {
  static override summary =
    'Make a job that probes many cameras; `platform worker` does it, on as many machines as you like.'
  static override description =
    'Prints the number of the job. Which cameras are meant is settled now; the logins are those of the workers.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --all',
    '<%= config.bin %> <%= command.id %> --all --jurisdiction city.north --max-tries 5',
    'cut -f1 cameras.tsv | <%= config.bin %> <%= command.id %> - --json',
  ]
  static override strict = false
  static override args = jobTargetArgs
  static override flags = withVariables({
    report: Flags.boolean({
      description: 'cameras of the inventory: raise and clear the alarms of what becomes of them',
    }),
    ...probeWorkFlags,
    ...jobAddFlags,
  })

  async run(): Promise<Job> {
    const {argv, flags} = await this.parse(PlatformJobAddProbe)
    const {addJob} = await import('../../../../cli/jobs/add.ts')
    const {jobLine} = await import('../../../../cli/render/jobs.ts')
    const job = await addJob('platform job add probe', argv as string[], flags, probeWork(flags, flags.report))
    this.log(String(job.id))
    this.note(jobLine(job))
    return job
  }
}
