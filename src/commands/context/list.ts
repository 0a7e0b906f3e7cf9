import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, withVariables} from '../../cli/flags.ts'
import type {Column} from '../../cli/render/rows.ts'

interface Row {
  readonly current: boolean
  readonly name: string
  readonly url: string
  readonly tokenFile?: string
  readonly fingerprint?: string
  /** Who is logged in, until when. */
  readonly session?: {readonly user: string; readonly expiresAt: number}
}

const COLUMNS: readonly Column<Row>[] = [
  {name: 'current', header: '', value: ({current}) => (current ? '*' : '')},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'url', header: 'URL', value: ({url}) => url},
  {name: 'token', header: 'TOKEN FILE', value: ({tokenFile}) => tokenFile},
  {
    name: 'session',
    header: 'LOGGED IN',
    value: ({session}) => session && `${session.user} until ${new Date(session.expiresAt).toISOString()}`,
  },
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
    const {sessionFor} = await import('../../cli/sessions.ts')
    const now = this.clock.now()
    const rows = [...byName].map(([name, context]): Row => {
      const {user, expiresAt} = sessionFor({name, url: context.url}, now) ?? {}
      const session = user === undefined || expiresAt === undefined ? {} : {session: {user, expiresAt}}
      return {current: name === current, name, ...context, ...session}
    })
    if (rows.length === 0) this.note('no platform has a name yet; citywatch context add NAME URL gives one')
    return {contexts: await this.rows(rows, COLUMNS, flags, ({name}) => name)}
  }
}
