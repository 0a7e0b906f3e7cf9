import * as Flags from '@oclif/core/flags'
import {idArgs} from '../../cli/alarm-act-command.ts'
import {AlarmHideCommand, hideFlags} from '../../cli/alarm-hide-command.ts'
import {withVariables} from '../../cli/flags.ts'

export default class AlarmOutofservice extends AlarmHideCommand {
  static override summary = 'Take alarms, zones or a panel out of service while somebody works on them.'
  static override description =
    'Without --for it stays until somebody returns it to service (`alarm unhide`). Panic and hold-up stay in the list.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --device panel-7 --owner "Bell Alarms" --reason "new main board" --for 4h',
    '<%= config.bin %> <%= command.id %> 12 --owner "Bell Alarms" --reason "detector ordered"',
  ]
  static override strict = false
  static override args = idArgs
  static override flags = withVariables({
    owner: Flags.string({description: 'who has it; whoever takes it out when absent', helpValue: 'NAME'}),
    for: Flags.string({description: 'how long: 4h, 3d; without it until it is returned', helpValue: 'TIME'}),
    ...hideFlags,
  })

  async run() {
    const {argv, flags} = await this.parse(AlarmOutofservice)
    return this.hide(argv, flags, 'outofservice')
  }
}
