import * as Flags from '@oclif/core/flags'
import {AlarmActCommand, actFlags, idArgs} from '../../cli/alarm-act-command.ts'
import {withVariables} from '../../cli/flags.ts'
import type {ActRow} from '../../cli/render/alarms.ts'

const {comment: _comment, ...flagsOf} = actFlags

export default class AlarmComment extends AlarmActCommand {
  static override summary = 'Add a comment to alarms, closed ones too.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 12 --text "keyholder arrives at 22:40"',
    'echo 12 | <%= config.bin %> <%= command.id %> --text "seen on camera 4" --by "desk 3"',
  ]
  static override strict = false
  static override args = idArgs
  static override flags = withVariables({
    text: Flags.string({required: true, helpValue: 'TEXT', description: 'what there is to say'}),
    ...flagsOf,
  })

  async run(): Promise<{alarms: ActRow[]}> {
    const {argv, flags} = await this.parse(AlarmComment)
    const {words} = await import('../../cli/alarm-wish.ts')
    const {MAX_TEXT} = await import('../../lib/safe-text.ts')
    return this.act(argv, flags, {verb: 'comment', comment: words('--text', flags.text, MAX_TEXT)})
  }
}
