import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import {ALARM_COLUMNS, type AlarmRow} from '../../cli/render/alarms.ts'

export default class AlarmList extends BaseCommand {
  static override summary = 'List the open alarms of the platform.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --jurisdiction baltimore.central -o wide',
    '<%= config.bin %> <%= command.id %> --all -o csv',
  ]
  static override flags = withVariables({
    all: Flags.boolean({description: 'closed alarms too'}),
    jurisdiction: Flags.string({helpValue: 'PREFIX', description: 'only alarms within this jurisdiction'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{alarms: AlarmRow[]}> {
    const {flags} = await this.parse(AlarmList)
    const {platformClient} = await import('../../cli/context.ts')
    const {isWithin} = await import('../../model/jurisdiction.ts')
    const {prefixOf} = await import('../../cli/access.ts')
    const client = await platformClient(flags)
    const {marked} = await import('../../cli/on-test.ts')
    const prefix = prefixOf(flags.jurisdiction ?? '')
    // A platform of before sends all of them.
    const alarms = kept(client.alarms({all: flags.all, jurisdiction: prefix}), ({jurisdiction}) =>
      isWithin(jurisdiction, prefix),
    )
    return {alarms: await this.rows(marked(alarms, await client.onTest()), ALARM_COLUMNS, flags, ({id}) => String(id))}
  }
}

async function* kept<T>(items: AsyncIterable<T>, keep: (item: T) => boolean): AsyncGenerator<T> {
  for await (const item of items) if (keep(item)) yield item
}
