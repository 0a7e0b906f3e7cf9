import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../../cli/flags.ts'
import {SCHEDULE_COLUMNS} from '../../../cli/render/schedules.ts'
import type {Schedule} from '../../../model/schedule.ts'

export default class PlatformScheduleList extends BaseCommand {
  static override summary = 'List the schedules: when each is due next, and how many turns were left out.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> -o wide']
  static override flags = withVariables({...outputFlags, ...platformFlags})

  async run(): Promise<{schedules: Schedule[]}> {
    const {flags} = await this.parse(PlatformScheduleList)
    const {platformClient} = await import('../../../cli/context.ts')
    const {items} = await (await platformClient(flags)).jobs.schedules()
    return {schedules: await this.rows(items, SCHEDULE_COLUMNS, flags, ({name}) => name)}
  }
}
