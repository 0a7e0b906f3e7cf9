import * as Args from '@oclif/core/args'
import {accessFlags} from '../../../cli/access.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {withVariables} from '../../../cli/flags.ts'

export default class PlatformUserRemove extends BaseCommand {
  static override summary = 'Take a user away: sessions end at once.'
  static override description =
    'What the user did stays in the audit log. Refused (exit 4) when no admin of all jurisdictions would be left.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> anna',
    '<%= config.bin %> <%= command.id %> anna --data /srv/citywatch',
  ]
  static override args = {name: Args.string({ignoreStdin: true, required: true, description: 'name of the user'})}
  static override flags = withVariables({...accessFlags})

  async run(): Promise<{name: string; change: string}> {
    const {args, flags} = await this.parse(PlatformUserRemove)
    const {nameOf, withAccess} = await import('../../../cli/access.ts')
    const change = {name: nameOf(args.name), change: 'remove'} as const
    await withAccess(flags, this.clock, (admin) => admin.changeUser(change))
    this.log(`user ${change.name}: removed`)
    return change
  }
}
