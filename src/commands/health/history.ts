import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, withVariables} from '../../cli/flags.ts'
import {scoreFlags} from '../../cli/health-store.ts'
import type {DayScore} from '../../health/history.ts'
import type {Observation} from '../../health/observation.ts'

type History = {days: Pick<DayScore, 'from' | 'score'>[]} | {observations: Observation[]}

export default class HealthHistory extends BaseCommand {
  static override summary = 'Show the score day by day, or everything that was observed of one camera.'
  static override description =
    `A day is 24 hours from --since on; the counts of the days add up to those of the whole period. --camera lists the stored observations of one camera instead: verdict, cause, clock offset with its uncertainty, delays, recordings. A question mark: observed too little to be judged.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --since 30d --profile cn-996',
    '<%= config.bin %> <%= command.id %> --camera 44030500001320000017 --since 7d',
  ]
  static override flags = withVariables({
    ...scoreFlags('30d'),
    camera: Flags.string({description: 'the observations of this camera', helpValue: 'KEY'}),
    ...outputFlags,
  })

  async run(): Promise<History> {
    const {flags} = await this.parse(HealthHistory)
    const {cameraHistory, dayColumns, historyDays, OBSERVATION_COLUMNS} = await import('../../cli/health-history.ts')
    if (flags.camera !== undefined) {
      const seen = cameraHistory(flags.camera, flags, this.clock.now())
      return {observations: await this.rows(seen, OBSERVATION_COLUMNS, flags, ({at}) => String(at))}
    }
    const {tally, days} = await historyDays(flags, this.clock.now())
    await this.rows(days, dayColumns(tally), flags, ({from}) => new Date(from).toISOString())
    if (tally.unreadable > 0) this.warn(`${tally.unreadable} stored lines could not be read and were left out`)
    return {days: days.map(({from, score}) => ({from, score}))}
  }
}
