import * as Flags from '@oclif/core/flags'
import {idArgs} from '../../cli/alarm-act-command.ts'
import {AlarmHideCommand, hideFlags} from '../../cli/alarm-hide-command.ts'
import {withVariables} from '../../cli/flags.ts'

export default class AlarmSuppress extends AlarmHideCommand {
  static override summary = 'Suppress alarms by design: what follows from something that is known.'
  static override description =
    'Without --for it stays until somebody ends it (`alarm unhide`). Panic and hold-up are refused.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 12 --reason "follows from the power cut of the street"',
    '<%= config.bin %> <%= command.id %> --account 1234 --partition 2 --reason "not in use yet" --for 30d',
  ]
  static override strict = false
  static override args = idArgs
  static override flags = withVariables({
    for: Flags.string({description: 'how long: 2h, 30d; without it until somebody ends it', helpValue: 'TIME'}),
    ...hideFlags,
  })

  async run() {
    const {argv, flags} = await this.parse(AlarmSuppress)
    return this.hide(argv, flags, 'suppress')
  }
}
