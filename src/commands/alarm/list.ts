import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import type {Column} from '../../cli/render/rows.ts'
import type {Alarm} from '../../model/alarm.ts'

/** `onTest`: the open window that a signal like this one would now lie in. The alarm itself is real. */
type Row = Alarm & {readonly onTest?: number}

const COLUMNS: readonly Column<Row>[] = [
  {name: 'id', header: 'ID', value: ({id}) => id},
  {name: 'priority', header: 'PRI', value: ({priority}) => priority},
  {name: 'state', header: 'STATE', value: ({condition, handling}) => `${condition}, ${handling}`},
  {name: 'name', header: 'ALARM', value: ({name}) => name},
  {name: 'zone', header: 'ZONE', value: ({zone}) => zone},
  {name: 'where', header: 'WHERE', value: ({deviceName, account}) => deviceName ?? `account ${account}`},
  {name: 'jurisdiction', header: 'JURISDICTION', value: ({jurisdiction}) => jurisdiction || '(unrouted)'},
  {name: 'raised', header: 'RAISED', value: ({raisedAt}) => new Date(raisedAt).toISOString()},
  {name: 'ontest', header: 'ON TEST', value: ({onTest}) => (onTest === undefined ? undefined : `#${onTest}`)},
  {name: 'count', header: 'TIMES', value: ({count}) => count},
  {name: 'by', header: 'ACKED BY', value: ({ackedBy}) => ackedBy},
  {name: 'account', header: 'ACCOUNT', value: ({account}) => account, wide: true},
  {name: 'code', header: 'CODE', value: ({code}) => code, wide: true},
  {name: 'category', header: 'CATEGORY', value: ({category}) => category, wide: true},
  {name: 'partition', header: 'PARTITION', value: ({partition}) => partition, wide: true},
  {name: 'site', header: 'SITE', value: ({site}) => site, wide: true},
  {name: 'version', header: 'VERSION', value: ({version}) => version, wide: true},
  {name: 'text', header: 'TEXT', value: ({text}) => text, wide: true},
]

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

  async run(): Promise<{alarms: Row[]}> {
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
    return {alarms: await this.rows(marked(alarms, await client.onTest()), COLUMNS, flags, ({id}) => String(id))}
  }
}

async function* kept<T>(items: AsyncIterable<T>, keep: (item: T) => boolean): AsyncGenerator<T> {
  for await (const item of items) if (keep(item)) yield item
}
