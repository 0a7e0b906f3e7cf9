import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {byFlag} from '../../../cli/alarm-act-command.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../../cli/flags.ts'
import {HANDOFF_COLUMNS} from '../../../cli/render/handoffs.ts'
import {type Handoff, WAYS} from '../../../model/handoff.ts'

export default class AlarmHandoffRecord extends BaseCommand {
  static override summary = 'Record that 110 was told of an alarm: who told whom, how, what.'
  static override description =
    'Nothing is told twice: an incident that 110 was told of is refused with who told it (exit 6). It stays open until the answer is recorded.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 12 --how phone --to "110 desk 4" --what "two zones of the bank, guard on the way"',
    '<%= config.bin %> <%= command.id %> 12 --how phone --to "110 desk 4" --what "panic" --again "110 does not see it"',
  ]
  static override args = {alarm: Args.string({required: true, ignoreStdin: true, description: 'id of the alarm'})}
  static override flags = withVariables({
    how: Flags.option({options: WAYS, required: true, description: 'by which way'})(),
    to: Flags.string({required: true, helpValue: 'NAME', description: 'who took it: a desk, a number, a name'}),
    what: Flags.string({required: true, helpValue: 'TEXT', description: 'what was said'}),
    again: Flags.string({helpValue: 'TEXT', description: 'why it was told although 110 has the line itself'}),
    by: byFlag,
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{handoff: Handoff}> {
    const {args, flags} = await this.parse(AlarmHandoffRecord)
    const {platformClient} = await import('../../../cli/context.ts')
    const {handOver} = await import('../../../cli/handoff.ts')
    const handoff = await handOver(await platformClient(flags), args.alarm, flags)
    await this.rows([handoff], HANDOFF_COLUMNS, flags, ({id}) => String(id))
    return {handoff}
  }
}
