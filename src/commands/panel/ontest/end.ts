import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../../cli/flags.ts'
import {ON_TEST_COLUMNS, onTestLine, type TimedWindow} from '../../../cli/render/on-test.ts'

export default class PanelOntestEnd extends BaseCommand {
  static override summary = 'End a test: what the account sends is real again.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 1234',
    '<%= config.bin %> <%= command.id %> 1234 --window 12 --by "desk 3"',
  ]
  static override args = {
    account: Args.string({required: true, ignoreStdin: true, description: 'account that is on test'}),
  }
  static override flags = withVariables({
    window: Flags.integer({min: 1, description: 'which test, where the account has several', helpValue: 'ID'}),
    by: Flags.string({description: 'who ends it; the user of this machine when absent', helpValue: 'NAME'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{window: TimedWindow}> {
    const {args, flags} = await this.parse(PanelOntestEnd)
    const {platformClient} = await import('../../../cli/context.ts')
    const {endTest} = await import('../../../cli/on-test.ts')
    const window = await endTest(await platformClient(flags), args.account, flags, this.clock)
    await this.rows([window], ON_TEST_COLUMNS, flags, ({id}) => String(id))
    this.note(onTestLine(window))
    return {window}
  }
}
