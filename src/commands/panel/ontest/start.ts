import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../../cli/flags.ts'
import {ON_TEST_COLUMNS, onTestLine, type TimedWindow} from '../../../cli/render/on-test.ts'

export default class PanelOntestStart extends BaseCommand {
  static override summary = 'Put an account on test at the platform: what it sends raises no alarm until the test ends.'
  static override description =
    'Signals outside the scope stay real: with --partition or --zone, also those that name no partition or zone. The test ends by itself; watchers are warned five minutes before. Everybody who watches the platform sees who tests what, and why.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 1234 --reason "walk test" --for 2h',
    '<%= config.bin %> <%= command.id %> 1234 --reason "smoke heads" --for 45m --partition 2 --zone 5 --zone 6 --reference T-8812',
  ]
  static override args = {
    account: Args.string({required: true, ignoreStdin: true, description: 'account of the panel: 3 to 16 hex digits'}),
  }
  static override flags = withVariables({
    reason: Flags.string({required: true, description: 'why it is on test', helpValue: 'TEXT'}),
    for: Flags.string({required: true, description: 'how long: 90m, 2h, 1h30m; at most a day', helpValue: 'TIME'}),
    partition: Flags.string({description: 'only this partition', helpValue: 'P'}),
    zone: Flags.string({multiple: true, description: 'only these zones', helpValue: 'Z'}),
    reference: Flags.string({description: 'test number or name that the centre gave', helpValue: 'N'}),
    by: Flags.string({description: 'who tests; the user of this machine when absent', helpValue: 'NAME'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{window: TimedWindow}> {
    const {args, flags} = await this.parse(PanelOntestStart)
    const {platformClient} = await import('../../../cli/context.ts')
    const {startTest} = await import('../../../cli/on-test.ts')
    const window = await startTest(await platformClient(flags), args.account, flags, this.clock)
    await this.rows([window], ON_TEST_COLUMNS, flags, ({id}) => String(id))
    this.note(onTestLine(window))
    return {window}
  }
}
