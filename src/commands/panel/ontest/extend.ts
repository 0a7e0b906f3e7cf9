import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../../cli/flags.ts'
import {ON_TEST_COLUMNS, onTestLine, type TimedWindow} from '../../../cli/render/on-test.ts'

export default class PanelOntestExtend extends BaseCommand {
  static override summary = 'Let a test go on: it then ends so long from now.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 1234 --for 1h',
    '<%= config.bin %> <%= command.id %> 1234 --window 12 --for 30m',
  ]
  static override args = {
    account: Args.string({required: true, ignoreStdin: true, description: 'account that is on test'}),
  }
  static override flags = withVariables({
    for: Flags.string({required: true, description: 'how long from now: 90m, 2h, 1h30m', helpValue: 'TIME'}),
    window: Flags.integer({min: 1, description: 'which test, where the account has several', helpValue: 'ID'}),
    by: Flags.string({description: 'who tests; the user of this machine when absent', helpValue: 'NAME'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{window: TimedWindow}> {
    const {args, flags} = await this.parse(PanelOntestExtend)
    const {platformClient} = await import('../../../cli/context.ts')
    const {extendTest} = await import('../../../cli/on-test.ts')
    const window = await extendTest(await platformClient(flags), args.account, flags, this.clock)
    await this.rows([window], ON_TEST_COLUMNS, flags, ({id}) => String(id))
    this.note(onTestLine(window))
    return {window}
  }
}
