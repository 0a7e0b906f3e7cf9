import * as Flags from '@oclif/core/flags'
import {AlarmActCommand, actFlags, idArgs} from '../../cli/alarm-act-command.ts'
import {withVariables} from '../../cli/flags.ts'
import type {ActRow} from '../../cli/render/alarms.ts'
import {MASK_COLUMNS, type TimedMask} from '../../cli/render/masks.ts'

export default class AlarmUnhide extends AlarmActCommand {
  static override summary = 'Unshelve, end a suppression, return to service: back into the list.'
  static override description =
    'By alarm it ends what hides that alarm alone. What hides a place is ended by its number: `alarm masks` says it.'
  static override examples = ['<%= config.bin %> <%= command.id %> 12', '<%= config.bin %> <%= command.id %> --mask 3']
  static override strict = false
  static override args = idArgs
  static override flags = withVariables({
    mask: Flags.integer({min: 1, helpValue: 'ID', description: 'the mask of a place'}),
    ...actFlags,
  })

  async run(): Promise<{alarms: ActRow[]} | {mask: TimedMask}> {
    const {argv, flags} = await this.parse(AlarmUnhide)
    if (flags.mask === undefined) return this.act(argv, flags, {verb: 'unhide'})
    const {platformClient} = await import('../../cli/context.ts')
    const {nameOf} = await import('../../cli/alarm-wish.ts')
    const {timedMask} = await import('../../cli/render/masks.ts')
    const ended = await (await platformClient(flags)).endMask({id: flags.mask, by: nameOf(flags.by)})
    const mask = timedMask(ended, ended.endedAt ?? ended.startedAt)
    await this.rows([mask], MASK_COLUMNS, flags, ({id}) => String(id))
    return {mask}
  }
}
