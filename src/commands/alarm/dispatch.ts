import * as Flags from '@oclif/core/flags'
import {AlarmActCommand, actFlags, idArgs} from '../../cli/alarm-act-command.ts'
import {withVariables} from '../../cli/flags.ts'
import type {ActRow} from '../../cli/render/alarms.ts'

export default class AlarmDispatch extends AlarmActCommand {
  static override summary = 'Record who was sent to alarms; it acknowledges them too.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 12 --unit "car 7"',
    '<%= config.bin %> <%= command.id %> 12 13 --unit "guard Wang" --comment "takes the back entrance"',
  ]
  static override strict = false
  static override args = idArgs
  static override flags = withVariables({
    unit: Flags.string({required: true, helpValue: 'NAME', description: 'car, guard or post that was sent'}),
    ...actFlags,
  })

  async run(): Promise<{alarms: ActRow[]}> {
    const {argv, flags} = await this.parse(AlarmDispatch)
    const {words} = await import('../../cli/alarm-wish.ts')
    return this.act(argv, flags, {verb: 'dispatch', unit: words('--unit', flags.unit)})
  }
}
