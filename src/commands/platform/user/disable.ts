import * as Args from '@oclif/core/args'
import {accessFlags} from '../../../cli/access.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {withVariables} from '../../../cli/flags.ts'

export default class PlatformUserDisable extends BaseCommand {
  static override summary = 'Shut a user out: sessions end at once, no log-in is taken.'
  static override description =
    'The user stays in the list and in the audit log; enable lets the user in again. Refused (exit 4) when no admin of all jurisdictions would be left.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> anna',
    '<%= config.bin %> <%= command.id %> anna --data /srv/citywatch',
  ]
  static override args = {name: Args.string({ignoreStdin: true, required: true, description: 'name of the user'})}
  static override flags = withVariables({...accessFlags})

  async run(): Promise<{name: string; change: string}> {
    const {args, flags} = await this.parse(PlatformUserDisable)
    const {nameOf, withAccess} = await import('../../../cli/access.ts')
    const change = {name: nameOf(args.name), change: 'disable'} as const
    await withAccess(flags, this.clock, (admin) => admin.changeUser(change))
    this.log(`user ${change.name}: shut out`)
    return change
  }
}
