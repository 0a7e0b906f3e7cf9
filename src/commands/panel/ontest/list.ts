import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../../cli/flags.ts'
import {ON_TEST_COLUMNS, type TimedWindow, timed} from '../../../cli/render/on-test.ts'

export default class PanelOntestList extends BaseCommand {
  static override summary = 'List what is on test at the platform, and how long still.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --account 1234 --all -o wide',
  ]
  static override flags = withVariables({
    account: Flags.string({description: 'only this account', helpValue: 'A'}),
    all: Flags.boolean({description: 'tests that are over too'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{windows: TimedWindow[]}> {
    const {flags} = await this.parse(PanelOntestList)
    const {platformClient} = await import('../../../cli/context.ts')
    const {parseAccount} = await import('../../../panel/receiver-address.ts')
    const account = flags.account === undefined ? {} : {account: parseAccount(flags.account)}
    const {windows, now} = await (await platformClient(flags)).onTest({...account, all: flags.all})
    if (windows.length === 0) this.note(flags.all ? 'nothing has been on test' : 'nothing is on test')
    const rows = windows.map((window) => timed(window, now))
    return {windows: await this.rows(rows, ON_TEST_COLUMNS, flags, ({id}) => String(id))}
  }
}
