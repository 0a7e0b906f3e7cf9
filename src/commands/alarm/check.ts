import * as Flags from '@oclif/core/flags'
import {AlarmActCommand, actFlags, idArgs} from '../../cli/alarm-act-command.ts'
import {withVariables} from '../../cli/flags.ts'
import type {ActRow} from '../../cli/render/alarms.ts'
import {FINDINGS} from '../../model/alarm.ts'

export default class AlarmCheck extends AlarmActCommand {
  static override summary = 'Record what the user, a guard or the video says of alarms.'
  static override description =
    'The rules of hand-over look at it: a confirmed alarm, or a panic alarm whose user cannot be reached, is proposed for 110 (`alarm handoff list`).'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 12 --found guard-confirms',
    '<%= config.bin %> <%= command.id %> 12 --found user-unreachable --comment "three calls"',
  ]
  static override strict = false
  static override args = idArgs
  static override flags = withVariables({
    found: Flags.option({options: FINDINGS, required: true, description: 'what was found'})(),
    ...actFlags,
  })

  async run(): Promise<{alarms: ActRow[]}> {
    const {argv, flags} = await this.parse(AlarmCheck)
    return this.act(argv, flags, {verb: 'check', found: flags.found})
  }
}
