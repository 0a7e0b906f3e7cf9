import {BaseCommand} from '../../../cli/base-command.ts'
import {platformFlags, withVariables, yesFlag} from '../../../cli/flags.ts'
import {byFlag, jobArgs, jobNumber} from '../../../cli/jobs/flags.ts'
import type {Job} from '../../../model/job.ts'

export default class PlatformJobCancel extends BaseCommand {
  static override summary = 'Cancel a job: what is not done will not be.'
  static override description =
    'Tasks that workers have are cancelled too; what they find after that does not count. One that is cancelled is not taken up again: make a new one.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 3',
    '<%= config.bin %> <%= command.id %> 3 --yes --json',
  ]
  static override args = jobArgs
  static override flags = withVariables({yes: yesFlag, by: byFlag, ...platformFlags})

  async run(): Promise<Job> {
    const {args, flags} = await this.parse(PlatformJobCancel)
    const {platformClient} = await import('../../../cli/context.ts')
    const {confirmed} = await import('../../../cli/provision/confirm.ts')
    const {byWhom} = await import('../../../cli/jobs/add.ts')
    const {jobLine} = await import('../../../cli/render/jobs.ts')
    const id = jobNumber(args.job)
    if (!flags.yes) await confirmed(`cancel job ${id}`)
    const job = await (await platformClient(flags)).jobs.cancel({id, by: byWhom(flags.by)})
    this.note(jobLine(job))
    return job
  }
}
