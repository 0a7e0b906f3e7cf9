import * as Flags from '@oclif/core/flags'
import {AlarmActCommand, actFlags, idArgs} from '../../cli/alarm-act-command.ts'
import {withVariables} from '../../cli/flags.ts'
import type {ActRow} from '../../cli/render/alarms.ts'
import {DISPOSITIONS} from '../../model/alarm.ts'

export default class AlarmClose extends AlarmActCommand {
  static override summary = 'Close alarms and say what they were.'
  static override description =
    'An alarm that is still active is closed as test or duplicate only (the platform may be told otherwise: `platform serve --alarm-policy`); reset it first when somebody knows that it is over. Closed once more, it gets another disposition; the log keeps both.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 12 --as false --comment "cat in the hall"',
    '<%= config.bin %> <%= command.id %> 13 --as duplicate --of 12',
    '<%= config.bin %> alarm list --state NORM -o name | <%= config.bin %> <%= command.id %> - --as genuine',
  ]
  static override strict = false
  static override args = idArgs
  static override flags = withVariables({
    as: Flags.option({options: DISPOSITIONS, required: true, description: 'what it turned out to be'})(),
    of: Flags.integer({min: 1, helpValue: 'ID', description: 'the alarm that a duplicate repeats'}),
    ...actFlags,
  })

  async run(): Promise<{alarms: ActRow[]}> {
    const {argv, flags} = await this.parse(AlarmClose)
    return this.act(argv, flags, {verb: 'close', as: flags.as, ...(flags.of === undefined ? {} : {of: flags.of})})
  }
}
