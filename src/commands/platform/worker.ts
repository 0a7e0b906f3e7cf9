import * as Flags from '@oclif/core/flags'
import {BaseCommand, failureOf} from '../../cli/base-command.ts'
import {concurrencyFlag, credentialFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import type {WorkerReport} from '../../cli/worker/run.ts'
import {JOB_KINDS} from '../../model/job.ts'

export default class PlatformWorker extends BaseCommand {
  static override summary = 'Do the tasks of bulk jobs, with your own login; any number of workers share a job.'
  static override description =
    'A task is taken for the time of a lease, which is renewed while it is worked on. Ctrl-C gives back what is not finished; of a worker that dies another one takes over when the lease ends. No camera sees more than one failed login in half an hour, however many workers there are; a task whose login was refused is poisoned at once. Exit status 3 with --once or --until-empty when a task could not be done or a camera is not as it should be.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --user admin --password-file pw.txt',
    '<%= config.bin %> <%= command.id %> --kind probe --until-empty --json',
    '<%= config.bin %> <%= command.id %> --context city --once --concurrency 16',
  ]
  static override flags = withVariables({
    kind: Flags.option({options: JOB_KINDS, description: 'only jobs of this kind'})(),
    once: Flags.boolean({description: 'end when nothing is due', exclusive: ['until-empty']}),
    'until-empty': Flags.boolean({description: 'end when every job is finished'}),
    concurrency: concurrencyFlag(64),
    name: Flags.string({description: 'name of this worker; else of its machine and process', helpValue: 'NAME'}),
    lease: Flags.integer({
      default: 60_000,
      min: 1_000,
      max: 3_600_000,
      description: 'time after which the tasks of a dead worker are given to another, ms',
      helpValue: 'MS',
    }),
    'failed-logins': Flags.integer({
      default: 1,
      min: 1,
      max: 2,
      description: 'failed logins that a camera may see in half an hour, by all workers; many lock at the third',
      helpValue: 'N',
    }),
    ...credentialFlags,
    ...platformFlags,
  })

  async run(): Promise<WorkerReport> {
    const {flags} = await this.parse(PlatformWorker)
    const {runWorker} = await import('../../cli/worker/run.ts')
    const {isClean, workerLine} = await import('../../cli/render/jobs.ts')
    const stop = onInterrupt()
    try {
      const report = await runWorker(flags, {
        ...{clock: this.clock, signal: stop.signal, note: (text) => this.note(text)},
        words: (error) => failureOf(error, this.language()).message,
      })
      this.note(workerLine(report))
      return this.verdict(report, isClean(report))
    } finally {
      stop.release()
    }
  }
}
