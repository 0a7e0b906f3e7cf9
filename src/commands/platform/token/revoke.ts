import * as Args from '@oclif/core/args'
import {accessFlags} from '../../../cli/access.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {withVariables} from '../../../cli/flags.ts'

export default class PlatformTokenRevoke extends BaseCommand {
  static override summary = 'Take a token away: it opens nothing any more, and its open streams end.'
  static override description = 'Refused (exit 4) when no admin of all jurisdictions would be left.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> desk-3',
    '<%= config.bin %> <%= command.id %> desk-3 --data /srv/citywatch',
  ]
  static override args = {name: Args.string({ignoreStdin: true, required: true, description: 'name of the token'})}
  static override flags = withVariables({...accessFlags})

  async run(): Promise<{name: string}> {
    const {args, flags} = await this.parse(PlatformTokenRevoke)
    const {nameOf, withAccess} = await import('../../../cli/access.ts')
    const name = nameOf(args.name)
    await withAccess(flags, this.clock, (admin) => admin.revokeToken(name))
    this.log(`token ${name}: revoked`)
    return {name}
  }
}
