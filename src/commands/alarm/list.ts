import * as Flags from '@oclif/core/flags'
import {SCREEN_STATES} from '../../alarm/screen-state.ts'
import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import {ALARM_COLUMNS, type AlarmRow} from '../../cli/render/alarms.ts'

const VISIBILITIES = ['normal', 'hidden', 'shelved', 'suppressed', 'out-of-service'] as const
const PRIORITIES = ['1', '2', '3', '4'] as const

export default class AlarmList extends BaseCommand {
  static override summary = 'List the open alarms of the platform.'
  static override description =
    'UNACK fires and nobody has it; ACK somebody has it; RTN-UNACK over before anybody had it; LATCHED over, to be reset; NORM over and acknowledged, to be closed. Hidden ones are in the list too.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --jurisdiction baltimore.central -o wide',
    '<%= config.bin %> <%= command.id %> --state UNACK --priority 1',
    '<%= config.bin %> <%= command.id %> --unrouted -o name',
    '<%= config.bin %> <%= command.id %> --all -o csv',
  ]
  static override flags = withVariables({
    all: Flags.boolean({description: 'closed alarms too'}),
    state: Flags.option({options: SCREEN_STATES, description: 'only those in this state'})(),
    visibility: Flags.option({options: VISIBILITIES, description: 'only those that are hidden so, or are not'})(),
    priority: Flags.option({options: PRIORITIES, description: 'only this priority, 1 is the highest'})(),
    unrouted: Flags.boolean({description: 'only those that no jurisdiction has'}),
    jurisdiction: Flags.string({helpValue: 'PREFIX', description: 'only alarms within this jurisdiction'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{alarms: AlarmRow[]}> {
    const {flags} = await this.parse(AlarmList)
    const {platformClient} = await import('../../cli/context.ts')
    const {listed} = await import('../../cli/alarm-list.ts')
    const alarms = listed(await platformClient(flags), flags)
    return {alarms: await this.rows(alarms, ALARM_COLUMNS, flags, ({id}) => String(id))}
  }
}
