import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../../cli/flags.ts'
import {HANDOFF_COLUMNS} from '../../../cli/render/handoffs.ts'
import type {Handoff} from '../../../model/handoff.ts'

export default class AlarmHandoffList extends BaseCommand {
  static override summary = 'List the incidents that 110 should know of, or knows of without having answered.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --account 1234 --all -o wide',
  ]
  static override flags = withVariables({
    account: Flags.string({description: 'only this account', helpValue: 'A'}),
    all: Flags.boolean({description: 'answered and dropped ones too'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{handoffs: Handoff[]}> {
    const {flags} = await this.parse(AlarmHandoffList)
    const {platformClient} = await import('../../../cli/context.ts')
    const {parseAccount} = await import('../../../panel/receiver-address.ts')
    const account = flags.account === undefined ? {} : {account: parseAccount(flags.account)}
    const handoffs = await (await platformClient(flags)).handoffs({...account, all: flags.all})
    if (handoffs.length === 0) this.note(flags.all ? 'nothing was for 110' : 'nothing waits for 110')
    return {handoffs: await this.rows(handoffs, HANDOFF_COLUMNS, flags, ({id}) => String(id))}
  }
}
