import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, withVariables} from '../../cli/flags.ts'
import {scoreFlags} from '../../cli/health-store.ts'
import type {Warning} from '../../health/forecast/warn.ts'

export default class HealthForecast extends BaseCommand {
  static override summary =
    'Warn of cameras that will leave a limit of the profile within a week if they go on as they do.'
  static override description =
    `Looks for trends in the stored observations: a clock that drifts, a key frame that comes later and later, recordings that hold fewer and fewer days. A line is drawn through the medians of six hours so that wild points do not turn it (Theil–Sen); it counts when chance hardly makes it (Mann–Kendall) and when it is no single jump. Two days of observations are the least. Exit status 3 when there is a warning.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --since 14d',
    '<%= config.bin %> <%= command.id %> --profile cn-strict --jurisdiction city.north --json',
  ]
  static override flags = withVariables({...scoreFlags('14d'), ...outputFlags})

  async run(): Promise<{warnings: Warning[]}> {
    const {flags} = await this.parse(HealthForecast)
    const {countedWithSeries} = await import('../../cli/health-store.ts')
    const {WARNING_COLUMNS} = await import('../../cli/render/forecast.ts')
    const {warningsOf} = await import('../../health/forecast/warn.ts')
    const {series, profile, books} = await countedWithSeries(flags, this.clock.now())
    const all = [...warningsOf(series, profile)]
    const warnings = await this.rows(all, WARNING_COLUMNS, flags, ({camera}) => camera)
    this.note(`${books.length} cameras, ${all.length} early warnings`)
    return this.verdict({warnings}, all.length === 0)
  }
}
