import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, withVariables} from '../../cli/flags.ts'
import type {ScoreReport} from '../../cli/health-score.ts'
import {scoreFlags} from '../../cli/health-store.ts'
import {groupColumns, lossColumns, lossLines, scoreSummary, TREE_COLUMNS, treeLines} from '../../cli/render/health.ts'
import {DIMENSIONS} from '../../health/groups.ts'

export default class HealthScore extends BaseCommand {
  static override summary = 'Score the stored observations by the indicator tree A11–E15 and judge each tier.'
  static override description =
    `The same observations and the same profile give the same score bit for bit: counts are added as whole numbers, rates are never averaged, and a printed rate is cut off, never rounded up. What nobody measured is "not measured", what was observed too little has a question mark; neither earns or costs points. --explain says where every lost point went; --by gives the same score for parts of the city. Exit status 3 when a tier is under its threshold, or not known well enough.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --profile cn-996',
    '<%= config.bin %> <%= command.id %> --since 30d --explain',
    '<%= config.bin %> <%= command.id %> --by jurisdiction -o csv',
    '<%= config.bin %> <%= command.id %> --profile city.json --tier key --json',
  ]
  static override flags = withVariables({
    ...scoreFlags('24h'),
    explain: Flags.boolean({description: 'where every lost point went: indicator, reason, cameras', exclusive: ['by']}),
    by: Flags.option({options: DIMENSIONS, description: 'the score of each part of the city'})(),
    ...outputFlags,
  })

  async run(): Promise<ScoreReport> {
    const {flags} = await this.parse(HealthScore)
    const {counted} = await import('../../cli/health-store.ts')
    const {scored, scoreReport} = await import('../../cli/health-score.ts')
    const {explain} = await import('../../health/explain.ts')
    const {flattened, groupsOf} = await import('../../health/groups.ts')
    const {allMet} = await import('../../health/tiers.ts')
    const tally = await counted(flags, this.clock.now())
    const result = scored(tally)
    if (flags.by) {
      await this.rows(flattened(groupsOf(tally, flags.by)), groupColumns(tally), flags, ({name}) => name)
    } else if (flags.explain) {
      const lines = lossLines(explain(tally.books, result.score))
      await this.rows(lines, lossColumns(this.language()), flags, ({code, reason}) => `${code} ${reason}`)
    } else {
      await this.rows(treeLines(result.score, this.language()), TREE_COLUMNS, flags, ({code}) => code)
    }
    this.note(scoreSummary(tally, result.score, result.tiers))
    return this.verdict(scoreReport(tally, result, flags), allMet(result.tiers))
  }
}
