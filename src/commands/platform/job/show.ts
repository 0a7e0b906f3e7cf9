import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../../cli/flags.ts'
import {onInterrupt} from '../../../cli/interrupt.ts'
import {jobArgs, jobNumber} from '../../../cli/jobs/flags.ts'
import {isWell, jobLine, TASK_COLUMNS} from '../../../cli/render/jobs.ts'
import type {Job, Task} from '../../../model/job.ts'

export default class PlatformJobShow extends BaseCommand {
  static override summary =
    'Show a job, and its tasks that need a look: the poisoned ones, and cameras that are not well.'
  static override description =
    'Poisoned is a task that was tried so often in vain that nobody tries it any more, or whose login was refused; `platform job retry` has it tried anew. Exit status 3 when there is such a task, a camera is not as it should be, or tasks were cancelled.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 3',
    '<%= config.bin %> <%= command.id %> 3 --wait -o name',
    "<%= config.bin %> <%= command.id %> 3 --all --json | jq '.tasks[].result'",
  ]
  static override args = jobArgs
  static override flags = withVariables({
    all: Flags.boolean({description: 'every task'}),
    wait: Flags.boolean({description: 'wait until the job is finished'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{job: Job; tasks: Task[]}> {
    const {args, flags} = await this.parse(PlatformJobShow)
    const {platformClient} = await import('../../../cli/context.ts')
    const {untilFinished} = await import('../../../cli/jobs/wait.ts')
    const client = (await platformClient(flags)).jobs
    const id = jobNumber(args.job)
    const stop = onInterrupt()
    try {
      const job = await (flags.wait ? untilFinished(client, id, this.clock, stop.signal) : client.job(id))
      this.note(jobLine(job))
      const tasks = await this.rows(client.tasks(job.id, !flags.all), TASK_COLUMNS, flags, ({key}) => key)
      return this.verdict({job, tasks}, isWell(job))
    } finally {
      stop.release()
    }
  }
}
