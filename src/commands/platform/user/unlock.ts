import * as Args from '@oclif/core/args'
import {accessFlags} from '../../../cli/access.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {withVariables} from '../../../cli/flags.ts'

export default class PlatformUserUnlock extends BaseCommand {
  static override summary = 'End the lock-out of a user after too many wrong passwords.'
  static override description = 'A lock-out also ends by itself after a quarter of an hour, and with the platform.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> anna',
    '<%= config.bin %> <%= command.id %> anna --data /srv/citywatch',
  ]
  static override args = {name: Args.string({ignoreStdin: true, required: true, description: 'name of the user'})}
  static override flags = withVariables({...accessFlags})

  async run(): Promise<{name: string; change: string}> {
    const {args, flags} = await this.parse(PlatformUserUnlock)
    const {nameOf, withAccess} = await import('../../../cli/access.ts')
    const change = {name: nameOf(args.name), change: 'unlock'} as const
    await withAccess(flags, this.clock, (admin) => admin.changeUser(change))
    this.log(`user ${change.name}: may log in again`)
    return change
  }
}
