import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../../cli/flags.ts'
import {JOB_COLUMNS} from '../../../cli/render/jobs.ts'
import type {Job} from '../../../model/job.ts'

export default class PlatformJobList extends BaseCommand {
  static override summary = 'List the bulk jobs that are not finished.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --all -o wide',
    '<%= config.bin %> <%= command.id %> --context city --json',
  ]
  static override flags = withVariables({
    all: Flags.boolean({description: 'finished and cancelled jobs too'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{jobs: Job[]}> {
    const {flags} = await this.parse(PlatformJobList)
    const {platformClient} = await import('../../../cli/context.ts')
    const client = (await platformClient(flags)).jobs
    return {jobs: await this.rows(client.jobs(flags.all), JOB_COLUMNS, flags, ({id}) => String(id))}
  }
}
