import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, withVariables} from '../../cli/flags.ts'
import type {Column} from '../../cli/render/rows.ts'

interface Row {
  readonly current: boolean
  readonly name: string
  readonly url: string
  readonly tokenFile?: string
  readonly fingerprint?: string
}

const COLUMNS: readonly Column<Row>[] = [
  {name: 'current', header: '', value: ({current}) => (current ? '*' : '')},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'url', header: 'URL', value: ({url}) => url},
  {name: 'token', header: 'TOKEN FILE', value: ({tokenFile}) => tokenFile},
  {name: 'fingerprint', header: 'FINGERPRINT', value: ({fingerprint}) => fingerprint, wide: true},
]

export default class ContextList extends BaseCommand {
  static override summary = 'List the platforms that have a name.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> -o name']
  static override flags = withVariables({...outputFlags})

  async run(): Promise<{contexts: Row[]}> {
    const {flags} = await this.parse(ContextList)
    const {contexts} = await import('../../cli/config.ts')
    const {byName, current} = contexts()
    const rows = [...byName].map(([name, context]) => ({current: name === current, name, ...context}))
    if (rows.length === 0) this.note('no platform has a name yet; citywatch context add NAME URL gives one')
    return {contexts: await this.rows(rows, COLUMNS, flags, ({name}) => name)}
  }
}
