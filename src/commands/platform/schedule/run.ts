import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../../cli/base-command.ts'
import {platformFlags, withVariables} from '../../../cli/flags.ts'
import {byFlag} from '../../../cli/jobs/flags.ts'
import type {Schedule} from '../../../model/schedule.ts'

export default class PlatformScheduleRun extends BaseCommand {
  static override summary = 'Have the next turn of a schedule now.'
  static override description = 'Left out while the turn before is not finished.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> city',
    '<%= config.bin %> <%= command.id %> city --json',
  ]
  static override args = {name: Args.string({ignoreStdin: true, required: true, description: 'name of the schedule'})}
  static override flags = withVariables({by: byFlag, ...platformFlags})

  async run(): Promise<Schedule> {
    const {args, flags} = await this.parse(PlatformScheduleRun)
    const {platformClient} = await import('../../../cli/context.ts')
    const {byWhom} = await import('../../../cli/jobs/add.ts')
    const {scheduleLine} = await import('../../../cli/render/schedules.ts')
    const schedule = await (await platformClient(flags)).jobs.runSchedule({name: args.name, by: byWhom(flags.by)})
    this.note(scheduleLine(schedule))
    return schedule
  }
}
