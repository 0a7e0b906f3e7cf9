import * as Args from '@oclif/core/args'
import {accessFlags, rightsFlags} from '../../../cli/access.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {withVariables} from '../../../cli/flags.ts'
import {passwordFlags} from '../../../cli/password.ts'

interface Added {
  readonly name: string
  readonly role: string
  readonly jurisdiction: string
}

export default class PlatformUserAdd extends BaseCommand {
  static override summary = 'Add a user, who logs in with a password.'
  static override description =
    'The first user (or token) of a platform must be an admin of all jurisdictions; from then on the platform asks everybody who he is, also on its own machine. The password (12 characters or more) is asked for, or read from standard input or a file. --data works on the folder of a platform that does not run.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> chief --role admin',
    '<%= config.bin %> <%= command.id %> anna --role operator --jurisdiction baltimore.central --password-file anna.txt',
    '<%= config.bin %> <%= command.id %> chief --role admin --data /srv/citywatch',
  ]
  static override args = {name: Args.string({ignoreStdin: true, required: true, description: 'name to log in with'})}
  static override flags = withVariables({...rightsFlags, ...passwordFlags, ...accessFlags})

  async run(): Promise<Added> {
    const {args, flags} = await this.parse(PlatformUserAdd)
    const {addUser, nameOf, prefixOf, withAccess} = await import('../../../cli/access.ts')
    const {platformPassword} = await import('../../../cli/password.ts')
    const {openedNote} = await import('../../../cli/render/access.ts')
    const added = {name: nameOf(args.name), role: flags.role, jurisdiction: prefixOf(flags.jurisdiction)}
    const password = await platformPassword(flags, `password for ${args.name}`, true)
    const isFirst = await withAccess(flags, this.clock, (admin) => addUser(admin, {...added, password}), true)
    this.log(`user ${added.name}: ${added.role}, ${added.jurisdiction || 'all jurisdictions'}`)
    if (isFirst) this.note(openedNote(added.name))
    return added
  }
}
