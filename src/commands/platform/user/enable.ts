import * as Args from '@oclif/core/args'
import {accessFlags} from '../../../cli/access.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {withVariables} from '../../../cli/flags.ts'

export default class PlatformUserEnable extends BaseCommand {
  static override summary = 'Let a user in again who was shut out.'
  static override description = 'The password is the one of before.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> anna',
    '<%= config.bin %> <%= command.id %> anna --data /srv/citywatch',
  ]
  static override args = {name: Args.string({ignoreStdin: true, required: true, description: 'name of the user'})}
  static override flags = withVariables({...accessFlags})

  async run(): Promise<{name: string; change: string}> {
    const {args, flags} = await this.parse(PlatformUserEnable)
    const {nameOf, withAccess} = await import('../../../cli/access.ts')
    const change = {name: nameOf(args.name), change: 'enable'} as const
    await withAccess(flags, this.clock, (admin) => admin.changeUser(change))
    this.log(`user ${change.name}: let in again`)
    return change
  }
}
