import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {withVariables} from '../../cli/flags.ts'
import type {HealthReportSum} from '../../cli/health-report.ts'
import {scoreFlags} from '../../cli/health-store.ts'
import {REPORT_FORMATS} from '../../health/report/render.ts'

export default class HealthReport extends BaseCommand {
  static override summary =
    'Make a report of the stored observations: trend, causes, map, tiers, and where every point went.'
  static override description =
    `The same observations, profile, --since and --until give the same report, byte for byte, but for the time it was made at (--made-at). HTML is one file with its drawings inside that needs no network and prints on A4. XLSX and JSON hold everything; HTML and Markdown cut long lists and say so; CSV has every indicator of the city and of each part of it. Exit status 3 when a tier is under its threshold, or not known well enough.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --profile cn-996 --out july.html',
    '<%= config.bin %> <%= command.id %> --since 2026-07-01 --until 2026-08-01 --out july.xlsx',
    '<%= config.bin %> <%= command.id %> --format csv > indicators.csv',
  ]
  static override flags = withVariables({
    ...scoreFlags('30d'),
    format: Flags.option({
      options: REPORT_FORMATS,
      description: 'form of the report; by the name of --out where that says it, else md',
    })(),
    out: Flags.string({description: 'where to write it; standard output where absent', helpValue: 'FILE'}),
    'made-at': Flags.string({description: 'time to put on it, ISO 8601; now where absent', helpValue: 'TIME'}),
  })

  async run(): Promise<HealthReportSum | undefined> {
    const {flags} = await this.parse(HealthReport)
    const {writeHealthReport} = await import('../../cli/health-report.ts')
    const sum = await writeHealthReport(flags, this.jsonEnabled(), this.language(), this.clock.now())
    this.note(
      `${sum.cameras} cameras, ${sum.observations} observations, ${sum.warnings} early warnings${sum.met ? '' : '; not every tier is met'}`,
    )
    // The report itself is standard output.
    return this.verdict(flags.out === undefined ? undefined : sum, sum.met)
  }
}
