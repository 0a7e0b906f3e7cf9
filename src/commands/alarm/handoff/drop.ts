import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {byFlag} from '../../../cli/alarm-act-command.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../../cli/flags.ts'
import {HANDOFF_COLUMNS} from '../../../cli/render/handoffs.ts'
import type {Handoff} from '../../../model/handoff.ts'

export default class AlarmHandoffDrop extends BaseCommand {
  static override summary = 'Record that 110 need not know, and why.'
  static override description =
    'A proposal also falls with the last of its alarms. What 110 was told is not taken back: record its answer.'
  static override examples = ['<%= config.bin %> <%= command.id %> 3 --reason "cleaners, seen on camera 4"']
  static override args = {
    handoff: Args.string({required: true, ignoreStdin: true, description: 'number of the hand-over'}),
  }
  static override flags = withVariables({
    reason: Flags.string({required: true, helpValue: 'TEXT', description: 'why not'}),
    by: byFlag,
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{handoff: Handoff}> {
    const {args, flags} = await this.parse(AlarmHandoffDrop)
    const {platformClient} = await import('../../../cli/context.ts')
    const {dropHandoff} = await import('../../../cli/handoff.ts')
    const handoff = await dropHandoff(await platformClient(flags), args.handoff, flags)
    await this.rows([handoff], HANDOFF_COLUMNS, flags, ({id}) => String(id))
    return {handoff}
  }
}
