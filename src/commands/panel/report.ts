import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {withVariables} from '../../cli/flags.ts'
import type {ReportSum} from '../../cli/panel-report.ts'

export default class PanelReport extends BaseCommand {
  static override summary = 'Make the hand-over report of tested panels from their records.'
  static override description =
    `Takes the files that panel tests wrote with --record, and nothing else: the same records give the same report, byte for byte, but for the time it was made at (--made-at). Every form has the same figures. HTML is one file that needs no network and prints on A4; json and junit hold every panel whole, html and md give pages of their own to all panels up to 100, to the worst 100 beyond that (--details). Keys are never in it, only their fingerprints. Exit status 3 when a panel did not pass.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop.jsonl --out shop.html',
    '<%= config.bin %> <%= command.id %> shop.jsonl --format md --lang zh',
    '<%= config.bin %> <%= command.id %> city.jsonl --account 1234 --out 1234.html',
    '<%= config.bin %> <%= command.id %> *.jsonl --format junit --out results.xml',
  ]
  static override strict = false
  static override args = {
    file: Args.string({required: true, ignoreStdin: true, description: 'record of one or more tests'}),
  }
  static override flags = withVariables({
    format: Flags.option({
      options: ['html', 'md', 'json', 'junit'] as const,
      description: 'form of the report; by the name of --out where that says it, else md',
    })(),
    out: Flags.string({description: 'where to write it; standard output where absent', helpValue: 'FILE'}),
    account: Flags.string({description: 'only this panel', helpValue: 'A'}),
    details: Flags.option({
      options: ['all', 'failed', 'none'] as const,
      description: 'panels that get pages of their own in html and md',
    })(),
    'made-at': Flags.string({description: 'time to put on it, ISO 8601; now where absent', helpValue: 'TIME'}),
  })

  async run(): Promise<ReportSum | undefined> {
    const {argv, flags} = await this.parse(PanelReport)
    const {formatOf, writeReport} = await import('../../cli/panel-report.ts')
    const format = formatOf(flags, this.jsonEnabled())
    const sum = await writeReport(argv as string[], {...flags, format}, this.language(), this.clock.now())
    this.note(
      `${flags.out ?? format}: ${sum.panels.all} ${sum.panels.all === 1 ? 'panel' : 'panels'}, ${sum.panels.passed} passed`,
    )
    // The report itself is standard output.
    return this.verdict(flags.out === undefined ? undefined : sum, sum.panels.passed === sum.panels.all)
  }
}
