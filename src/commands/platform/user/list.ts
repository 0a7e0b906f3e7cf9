import {accessFlags} from '../../../cli/access.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, withVariables} from '../../../cli/flags.ts'
import type {UserView} from '../../../platform/contract.ts'

export default class PlatformUserList extends BaseCommand {
  static override summary = 'List the users of a platform with their roles, and who is shut out or locked out.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -o name --data /srv/citywatch',
  ]
  static override flags = withVariables({...outputFlags, ...accessFlags})

  async run(): Promise<{users: UserView[]}> {
    const {flags} = await this.parse(PlatformUserList)
    const {withAccess} = await import('../../../cli/access.ts')
    const {userColumns} = await import('../../../cli/render/access.ts')
    const columns = userColumns(this.clock.now())
    const print = (items: AsyncIterable<UserView>) => this.rows(items, columns, flags, ({name}) => name)
    return {users: await withAccess(flags, this.clock, (admin) => print(admin.users()))}
  }
}
