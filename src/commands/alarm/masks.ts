import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import {MASK_COLUMNS, type TimedMask} from '../../cli/render/masks.ts'

export default class AlarmMasks extends BaseCommand {
  static override summary = 'List what is shelved, suppressed and out of service, why, and how long still.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --account 1234 --all -o wide',
  ]
  static override flags = withVariables({
    account: Flags.string({description: 'only this account', helpValue: 'A'}),
    all: Flags.boolean({description: 'also what is over'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{masks: TimedMask[]}> {
    const {flags} = await this.parse(AlarmMasks)
    const {platformClient} = await import('../../cli/context.ts')
    const {parseAccount} = await import('../../panel/receiver-address.ts')
    const {timedMask} = await import('../../cli/render/masks.ts')
    const account = flags.account === undefined ? {} : {account: parseAccount(flags.account)}
    const {masks, now} = await (await platformClient(flags)).masks({...account, all: flags.all})
    if (masks.length === 0) this.note(flags.all ? 'nothing has been hidden' : 'nothing is hidden')
    const rows = masks.map((mask) => timedMask(mask, now))
    return {masks: await this.rows(rows, MASK_COLUMNS, flags, ({id}) => String(id))}
  }
}
