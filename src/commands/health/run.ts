import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {checkFlags} from '../../cli/check-flags.ts'
import {concurrencyFlag, credentialFlags, platformFlags, timeoutFlag, withVariables} from '../../cli/flags.ts'
import type {HealthRun as Run} from '../../cli/health-keeper.ts'
import {observationsFlag} from '../../cli/health-store.ts'

export default class HealthRun extends BaseCommand {
  static override summary = 'Probe cameras, or take probe reports, and keep an observation of each.'
  static override description =
    `Cameras are probed as by camera probe, with the same care for their logins, and what was seen is kept on this machine: a file of JSON lines a day, whole after a crash. Jurisdiction, industry, tier and maker are taken from the inventory at that moment. --from takes what camera probe --json or -o jsonl printed, on this machine or another, or observations themselves; --offline does so without asking a platform for the inventory. --job and --schedule take what platform workers found. Nothing is dropped unless --keep says so. Exit status 3 when a report could not be taken.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --all --keep 400d',
    '<%= config.bin %> <%= command.id %> 10.0.0.5 --user admin --password-file pw.txt',
    '<%= config.bin %> <%= command.id %> --schedule city --keep 400d',
    'citywatch camera probe --all --json | <%= config.bin %> <%= command.id %> --from -',
  ]
  static override strict = false
  static override args = {
    target: Args.string({ignoreStdin: true, description: 'address, inventory key, or - for standard input'}),
  }
  static override flags = withVariables({
    all: Flags.boolean({description: "every camera of the platform's inventory", exclusive: ['from']}),
    jurisdiction: Flags.string({description: 'with --all: only this part of the inventory', helpValue: 'PATH'}),
    from: Flags.string({description: 'take reports instead of probing; - for standard input', helpValue: 'FILE'}),
    job: Flags.integer({
      description: 'take what workers found in this bulk job',
      exclusive: ['all', 'from'],
      helpValue: 'N',
      min: 1,
    }),
    schedule: Flags.string({
      description: 'take what workers found in the last turn of this schedule',
      exclusive: ['all', 'from', 'job'],
      helpValue: 'NAME',
    }),
    offline: Flags.boolean({description: 'with --from: ask no platform for the inventory', dependsOn: ['from']}),
    keep: Flags.string({description: 'drop days that are older: 400d', helpValue: 'TIME'}),
    timeout: timeoutFlag(10_000, 'time for all checks of one camera'),
    concurrency: concurrencyFlag(64),
    ...checkFlags,
    ...observationsFlag,
    ...credentialFlags,
    ...platformFlags,
  })

  async run(): Promise<Run & {droppedDays: number}> {
    const {argv, flags} = await this.parse(HealthRun)
    const {runHealth, runLines} = await import('../../cli/health-run.ts')
    const run = await runHealth(argv as string[], flags, this.clock)
    for (const line of runLines(run)) this.note(line)
    return this.verdict(run, run.refused === 0)
  }
}
