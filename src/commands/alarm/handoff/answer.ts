import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {byFlag} from '../../../cli/alarm-act-command.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../../cli/flags.ts'
import {HANDOFF_COLUMNS} from '../../../cli/render/handoffs.ts'
import type {Handoff} from '../../../model/handoff.ts'

export default class AlarmHandoffAnswer extends BaseCommand {
  static override summary = 'Record what 110 answered: the incident no longer waits.'
  static override examples = ['<%= config.bin %> <%= command.id %> 3 --text "patrol sent, case 110-4471"']
  static override args = {
    handoff: Args.string({required: true, ignoreStdin: true, description: 'number of the hand-over'}),
  }
  static override flags = withVariables({
    text: Flags.string({required: true, helpValue: 'TEXT', description: 'the answer'}),
    by: byFlag,
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{handoff: Handoff}> {
    const {args, flags} = await this.parse(AlarmHandoffAnswer)
    const {platformClient} = await import('../../../cli/context.ts')
    const {answerHandoff} = await import('../../../cli/handoff.ts')
    const handoff = await answerHandoff(await platformClient(flags), args.handoff, flags)
    await this.rows([handoff], HANDOFF_COLUMNS, flags, ({id}) => String(id))
    return {handoff}
  }
}
