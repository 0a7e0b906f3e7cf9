import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../../../cli/base-command.ts'
import {timeoutFlag, withVariables} from '../../../../cli/flags.ts'
import {jobAddFlags, jobTargetArgs} from '../../../../cli/jobs/flags.ts'
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
    timeout: timeoutFlag(10_000, 'time for all checks of one camera'),
    transport: Flags.option({
      options: ['auto', 'tcp', 'udp'] as const,
      default: 'auto',
      description: 'how the stream is asked for',
    })(),
    'max-skew': Flags.integer({
      default: 30_000,
      min: 0,
      description: 'clock offset that makes a camera sick, ms',
      helpValue: 'MS',
    }),
    ...jobAddFlags,
  })

  async run(): Promise<Job> {
    const {argv, flags} = await this.parse(PlatformJobAddProbe)
    const {addJob} = await import('../../../../cli/jobs/add.ts')
    const {jobLine} = await import('../../../../cli/render/jobs.ts')
    const {timeout: timeoutMs, transport, 'max-skew': maxSkewMs} = flags
    const work = {kind: 'probe', timeoutMs, maxSkewMs, transport} as const
    const job = await addJob('platform job add probe', argv as string[], flags, work)
    this.log(String(job.id))
    this.note(jobLine(job))
    return job
  }
}
