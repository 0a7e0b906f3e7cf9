import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../../cli/base-command.ts'
import {platformFlags, withVariables} from '../../../cli/flags.ts'
import {byFlag} from '../../../cli/jobs/flags.ts'
import {probeWorkFlags} from '../../../cli/jobs/work-flags.ts'
import type {Schedule} from '../../../model/schedule.ts'

export default class PlatformScheduleAdd extends BaseCommand {
  static override summary = 'Have the cameras of the inventory probed again and again, by whatever workers there are.'
  static override description =
    'Each turn is a bulk job (`platform job list`) of the cameras that the inventory then has. A camera that is dead or sick for two turns raises an alarm, two good ones clear it (`platform serve --fault-after`). A turn is left out while the one before is not finished. Given again, the schedule is replaced.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> city --every 15m',
    '<%= config.bin %> <%= command.id %> harbour --every 1h --jurisdiction city.harbour --keep 7d',
    '<%= config.bin %> platform worker --user admin --password-file pw.txt',
  ]
  static override args = {name: Args.string({ignoreStdin: true, required: true, description: 'name of the schedule'})}
  static override flags = withVariables({
    every: Flags.string({required: true, description: 'time from one turn to the next', helpValue: 'TIME'}),
    jurisdiction: Flags.string({description: 'only this part of the inventory', helpValue: 'PATH'}),
    keep: Flags.string({default: '1d', description: 'how long the results of a turn are kept', helpValue: 'TIME'}),
    ...probeWorkFlags,
    by: byFlag,
    ...platformFlags,
  })

  async run(): Promise<Schedule> {
    const {args, flags} = await this.parse(PlatformScheduleAdd)
    const {addSchedule} = await import('../../../cli/jobs/schedules.ts')
    const {scheduleLine} = await import('../../../cli/render/schedules.ts')
    const schedule = await addSchedule(args.name, flags)
    this.log(schedule.name)
    this.note(scheduleLine(schedule))
    return schedule
  }
}
