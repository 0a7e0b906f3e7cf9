import {BaseCommand} from '../../../cli/base-command.ts'
import {platformFlags, withVariables} from '../../../cli/flags.ts'
import {byFlag, jobArgs, jobNumber} from '../../../cli/jobs/flags.ts'
import type {Job} from '../../../model/job.ts'

export default class PlatformJobRetry extends BaseCommand {
  static override summary = 'Have the poisoned tasks of a job tried anew.'
  static override description =
    'Where a login was refused it is tried again half an hour later at the earliest, unless a worker is told otherwise with --failed-logins: many cameras lock at the third failed login.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 3',
    '<%= config.bin %> <%= command.id %> 3 --context city --json',
  ]
  static override args = jobArgs
  static override flags = withVariables({by: byFlag, ...platformFlags})

  async run(): Promise<Job> {
    const {args, flags} = await this.parse(PlatformJobRetry)
    const {platformClient} = await import('../../../cli/context.ts')
    const {byWhom} = await import('../../../cli/jobs/add.ts')
    const {jobLine} = await import('../../../cli/render/jobs.ts')
    const job = await (await platformClient(flags)).jobs.retry({id: jobNumber(args.job), by: byWhom(flags.by)})
    this.note(jobLine(job))
    return job
  }
}
