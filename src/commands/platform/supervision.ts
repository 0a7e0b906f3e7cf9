import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import {MISSING_COLUMNS, summaryLine} from '../../cli/render/missing.ts'
import {WATCHED_KINDS} from '../../model/supervision.ts'
import type {SupervisionReport} from '../../platform/client.ts'

export default class PlatformSupervision extends BaseCommand {
  static override summary = 'Show which devices the platform no longer hears, and how many it hears.'
  static override description =
    'A device is missing when it was silent for its time: what the inventory says of it, else what `platform serve --supervision` says of its kind. Exit status 3 when one is missing.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --jurisdiction 44.4403.440305 --kind panel -o csv',
    '<%= config.bin %> <%= command.id %> --json',
  ]
  static override flags = withVariables({
    jurisdiction: Flags.string({helpValue: 'PREFIX', description: 'only devices within this jurisdiction'}),
    kind: Flags.option({options: WATCHED_KINDS, description: 'only this kind of device'})(),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<SupervisionReport> {
    const {flags} = await this.parse(PlatformSupervision)
    const {platformClient} = await import('../../cli/context.ts')
    const {jurisdiction, kind} = flags
    const client = await platformClient(flags)
    const {summary, missing} = await client.missing({
      ...(jurisdiction === undefined ? {} : {jurisdiction}),
      ...(kind === undefined ? {} : {kind}),
    })
    this.note(summaryLine(summary))
    const items = await this.rows(missing, MISSING_COLUMNS, flags, ({key}) => key)
    return this.verdict({summary, missing: items}, summary.missing === 0 && summary.complete)
  }
}
