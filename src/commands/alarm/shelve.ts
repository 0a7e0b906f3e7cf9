import * as Flags from '@oclif/core/flags'
import {idArgs} from '../../cli/alarm-act-command.ts'
import {AlarmHideCommand, hideFlags} from '../../cli/alarm-hide-command.ts'
import {withVariables} from '../../cli/flags.ts'

export default class AlarmShelve extends AlarmHideCommand {
  static override summary = 'Shelve alarms for a time: logged and counted, out of the list.'
  static override description =
    'At most 8 hours, priority 1 at most 30 minutes unless the platform has another policy. Panic and hold-up are refused. Shelving a place leaves its priority 1 alarms in the list.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 12 --for 2h --reason "storm, beam alarms"',
    '<%= config.bin %> <%= command.id %> 12 --once --reason "until the door is shut"',
    '<%= config.bin %> <%= command.id %> --account 1234 --zone 5 --for 1h --reason "painter in the hall"',
  ]
  static override strict = false
  static override args = idArgs
  static override flags = withVariables({
    for: Flags.string({description: 'how long: 30m, 2h', helpValue: 'TIME'}),
    once: Flags.boolean({description: 'until its condition ends next, at the latest after the longest time'}),
    ...hideFlags,
  })

  async run() {
    const {argv, flags} = await this.parse(AlarmShelve)
    return this.hide(argv, flags, 'shelve')
  }
}
