import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import {ALARM_COLUMNS} from '../../cli/render/alarms.ts'
import {HISTORY_COLUMNS, type HistoryRow} from '../../cli/render/history.ts'
import type {Alarm} from '../../model/alarm.ts'

export default class AlarmShow extends BaseCommand {
  static override summary = 'Show one alarm and everything that happened to it.'
  static override examples = ['<%= config.bin %> <%= command.id %> 12', '<%= config.bin %> <%= command.id %> 12 --json']
  static override args = {id: Args.string({required: true, ignoreStdin: true, description: 'id of the alarm'})}
  static override flags = withVariables({
    limit: Flags.integer({min: 1, default: 1_000, helpValue: 'N', description: 'at most so many changes, the latest'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{alarm: Alarm; history: HistoryRow[]; complete: boolean}> {
    const {args, flags} = await this.parse(AlarmShow)
    const {platformClient} = await import('../../cli/context.ts')
    const {alarmOf} = await import('../../alarm/act-each.ts')
    const {historyRows} = await import('../../cli/render/history.ts')
    const client = await platformClient(flags)
    const alarm = await alarmOf(client, args.id)
    const {entries, complete} = await client.alarmLog(alarm.id, flags.limit)
    const format = this.jsonEnabled() ? 'json' : (flags.output ?? 'table')
    if (format === 'table' || format === 'wide') await this.rows([alarm], ALARM_COLUMNS, flags, ({id}) => String(id))
    const rows = historyRows(entries)
    const history = await this.rows(rows, HISTORY_COLUMNS, {output: flags.output}, ({seq}) => String(seq))
    if (!complete) this.note('older changes are no longer in the log, or were written before changes were linked')
    return {alarm, history, complete}
  }
}
