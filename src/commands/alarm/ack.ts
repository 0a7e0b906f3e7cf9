import * as Flags from '@oclif/core/flags'
import {AlarmActCommand, actFlags, idArgs} from '../../cli/alarm-act-command.ts'
import {withVariables} from '../../cli/flags.ts'
import type {ActRow} from '../../cli/render/alarms.ts'

export default class AlarmAck extends AlarmActCommand {
  static override summary = 'Acknowledge alarms, each as it stands now.'
  static override description =
    'A minor alarm (priority 3 or 4) that is acknowledged and over closes by itself; any other waits for `alarm close`. Panic and hold-up latch: --reset says that they are over. An alarm that fires again while it is being acknowledged stays new (exit 6).'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 12',
    '<%= config.bin %> <%= command.id %> 12 13 --by "desk 3" --comment "calling the keyholder"',
    '<%= config.bin %> <%= command.id %> 12 --reset',
    '<%= config.bin %> alarm list -o name | <%= config.bin %> <%= command.id %> -',
  ]
  static override strict = false
  static override args = idArgs
  static override flags = withVariables({
    reset: Flags.boolean({description: 'say that the condition is over, whatever the panel says', exclusive: ['undo']}),
    undo: Flags.boolean({description: 'take the acknowledgement back'}),
    ...actFlags,
  })

  async run(): Promise<{alarms: ActRow[]}> {
    const {argv, flags} = await this.parse(AlarmAck)
    return this.act(argv, flags, {verb: flags.reset ? 'reset' : flags.undo ? 'unack' : 'ack'})
  }
}
