/** `site import`: an inventory file onto the platform; without --apply only what it would do. */
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {platformFlags, withVariables} from '../../cli/flags.ts'
import {DRAFT_KINDS} from '../../site/draft.ts'
import {ENCODINGS} from '../../site/encoding.ts'

export default class SiteImport extends BaseCommand {
  static override summary =
    'Read an inventory of cameras, panels and zones, check every row, and show or apply what changes.'
  static override description =
    'Nothing is written without --apply, nothing is ever deleted, and an empty cell leaves what the platform has. One rejected row keeps all rows out unless --best-effort is given. Columns that hold passwords are not read.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> cameras.csv',
    '<%= config.bin %> <%= command.id %> cctv.csv --map key=ID --map jurisdiction=PoliceDistrict,PolicePost --jurisdiction baltimore --apply',
    '<%= config.bin %> <%= command.id %> zones.csv --kind zone --apply',
    'cat cameras.csv | <%= config.bin %> <%= command.id %> - --check',
  ]
  static override args = {
    file: Args.string({
      ignoreStdin: true,
      required: true,
      description: 'CSV, TSV, JSON or NDJSON file; - is standard input',
    }),
  }
  static override flags = withVariables({
    map: Flags.string({multiple: true, default: [], helpValue: 'FIELD=COLUMN', description: 'which column a field is in; jurisdiction takes several, top level first; nothing after = leaves the field out'}),
    jurisdiction: Flags.string({helpValue: 'PREFIX', description: 'put before every jurisdiction of the file'}),
    kind: Flags.option({options: DRAFT_KINDS, description: 'what the rows are that have no kind column or leave it empty'})(),
    encoding: Flags.option({options: ENCODINGS, description: 'encoding of the file, where it cannot be told'})(),
    apply: Flags.boolean({description: 'write what the plan says', exclusive: ['check', 'offline']}),
    'best-effort': Flags.boolean({description: 'write the good rows although others are rejected'}),
    check: Flags.boolean({description: 'exit 8 when something would change'}),
    offline: Flags.boolean({description: 'check the file without a platform, as if it had nothing yet'}),
    ...platformFlags,
  }) // biome-ignore format: one flag a line

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(SiteImport)
    const {runImport} = await import('../../cli/site-import.ts')
    const {report, lines, exit} = await runImport(
      {...flags, bestEffort: flags['best-effort']},
      args.file,
      (text) => this.note(text),
      this.language(),
    )
    if (!this.jsonEnabled()) this.log(lines.join('\n'))
    if (exit !== 0) process.exitCode ||= exit
    return report
  }
}
