import {accessFlags} from '../../../cli/access.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, withVariables} from '../../../cli/flags.ts'
import type {TokenView} from '../../../platform/contract.ts'

export default class PlatformTokenList extends BaseCommand {
  static override summary = 'List the tokens of a platform: what they may do, until when, and when they were last used.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -o csv --data /srv/citywatch',
  ]
  static override flags = withVariables({...outputFlags, ...accessFlags})

  async run(): Promise<{tokens: TokenView[]}> {
    const {flags} = await this.parse(PlatformTokenList)
    const {withAccess} = await import('../../../cli/access.ts')
    const {tokenColumns} = await import('../../../cli/render/access.ts')
    const columns = tokenColumns(this.clock.now())
    const print = (items: AsyncIterable<TokenView>) => this.rows(items, columns, flags, ({name}) => name)
    return {tokens: await withAccess(flags, this.clock, (admin) => print(admin.tokens()))}
  }
}
