import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {accessFlags} from '../../../cli/access.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {withVariables} from '../../../cli/flags.ts'
import {passwordFlags} from '../../../cli/password.ts'

export default class PlatformUserPasswd extends BaseCommand {
  static override summary = "Set a user's password; the user's sessions end at once."
  static override description =
    "An admin sets anybody's. One's own needs the present password, too: --current-file, or it is asked for. --data needs neither: it is the way back in when the last admin's password is lost."
  static override examples = [
    '<%= config.bin %> <%= command.id %> anna',
    '<%= config.bin %> <%= command.id %> chief --password-stdin --data /srv/citywatch',
  ]
  static override args = {name: Args.string({ignoreStdin: true, required: true, description: 'name of the user'})}
  static override flags = withVariables({
    ...passwordFlags,
    'current-file': Flags.string({
      description: 'file whose first line is your present password',
      helpValue: 'FILE',
      helpGroup: 'PASSWORD',
    }),
    ...accessFlags,
  })

  async run(): Promise<{name: string}> {
    const {args, flags} = await this.parse(PlatformUserPasswd)
    const {nameOf, withAccess} = await import('../../../cli/access.ts')
    const {newPassword} = await import('../../../cli/login.ts')
    const request = await newPassword(nameOf(args.name), flags, this.clock.now())
    await withAccess(flags, this.clock, (admin) => admin.setPassword(request))
    this.log(`user ${request.name}: the password is set, sessions have ended`)
    return {name: request.name}
  }
}
