import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {AckOutcome} from '../../alarm/acknowledge-each.ts'
import {BaseCommand, type Failure, failureOf} from '../../cli/base-command.ts'
import {outputFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import type {Column} from '../../cli/render/rows.ts'

type Row = Omit<AckOutcome, 'error'> & {readonly error?: Failure}

const COLUMNS: readonly Column<Row>[] = [
  {name: 'id', header: 'ALARM', value: ({id}) => id},
  {name: 'outcome', header: 'OUTCOME', value: ({outcome}) => outcome},
  {name: 'by', header: 'BY', value: ({alarm}) => alarm?.ackedBy},
  {name: 'version', header: 'VERSION', value: ({alarm}) => alarm?.version, wide: true},
  {name: 'why', header: 'WHY NOT', value: ({error}) => error?.message},
]

export default class AlarmAck extends BaseCommand {
  static override summary = 'Acknowledge alarms, each as it stands now.'
  static override description =
    'An alarm that is acknowledged and restored closes. Panic and hold-up stay until --reset. An alarm that fires again while it is being acknowledged stays new (exit 6).'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 12',
    '<%= config.bin %> <%= command.id %> 12 13 --by "desk 3"',
    '<%= config.bin %> alarm list -o name | <%= config.bin %> <%= command.id %> -',
  ]
  static override strict = false
  static override args = {
    id: Args.string({ignoreStdin: true, description: 'ids of alarms; - reads them from standard input'}),
  }
  static override flags = withVariables({
    by: Flags.string({helpValue: 'NAME', description: 'who acknowledges; the user of this machine when absent'}),
    reset: Flags.boolean({description: 'close the alarm, restored or not'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<{alarms: Row[]}> {
    const {argv, flags} = await this.parse(AlarmAck)
    const {targetsOf} = await import('../../cli/targets.ts')
    const {platformClient} = await import('../../cli/context.ts')
    const {operatorName} = await import('../../cli/operator.ts')
    const {acknowledgeEach} = await import('../../alarm/acknowledge-each.ts')
    const {safeName} = await import('../../lib/safe-text.ts')
    const ids = await targetsOf(argv.map(String), 'alarm ack')
    const how = {by: safeName(flags.by ?? operatorName()), ...(flags.reset ? {reset: true as const} : {})}
    const outcomes = acknowledgeEach(await platformClient(flags), ids, how)
    const errors: Error[] = []
    let done = 0
    const rowOf = ({error, ...rest}: AckOutcome): Row => {
      if (error === undefined) done++
      else errors.push(error)
      return error ? {...rest, error: failureOf(error, this.language())} : rest
    }
    const alarms = await this.rows(mapped(outcomes, rowOf), COLUMNS, flags, ({id}) => id)
    if (done === 0 && errors[0]) throw errors[0]
    return this.verdict({alarms}, errors.length === 0)
  }
}

async function* mapped<T, R>(items: AsyncIterable<T>, map: (item: T) => R): AsyncGenerator<R> {
  for await (const item of items) yield map(item)
}
