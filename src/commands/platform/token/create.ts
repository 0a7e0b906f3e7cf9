import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {accessFlags, rightsFlags} from '../../../cli/access.ts'
import {BaseCommand} from '../../../cli/base-command.ts'
import {withVariables} from '../../../cli/flags.ts'
import type {MadeToken} from '../../../platform/contract.ts'

export default class PlatformTokenCreate extends BaseCommand {
  static override summary = 'Make a token for a program or a desk. It is shown this once and never again.'
  static override description =
    'The token alone goes to standard output, so that it can be sent into a file; --out writes it for its owner only. The first token (or user) of a platform must be an admin of all jurisdictions; from then on the platform asks everybody.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> prometheus --role viewer --out /etc/citywatch/prometheus.token',
    '<%= config.bin %> <%= command.id %> desk-3 --role operator --jurisdiction baltimore.central --expires 30d',
  ]
  static override args = {name: Args.string({ignoreStdin: true, required: true, description: 'name of the token'})}
  static override flags = withVariables({
    ...rightsFlags,
    expires: Flags.string({
      default: '365d',
      helpValue: 'TIME|never',
      description: 'when it runs out: 90d, 2027-01-31, never',
    }),
    out: Flags.string({helpValue: 'FILE', description: 'write the token into this new file instead of printing it'}),
    ...accessFlags,
  })

  async run(): Promise<Omit<MadeToken, 'token'> & {readonly token?: string; readonly file?: string}> {
    const {args, flags} = await this.parse(PlatformTokenCreate)
    const {makeToken} = await import('../../../cli/tokens.ts')
    const {openedNote, tokenLine} = await import('../../../cli/render/access.ts')
    const {made, isFirst} = await makeToken(args.name, flags, this.clock)
    const {token, ...shown} = made
    if (flags.out === undefined) this.log(token)
    this.note(tokenLine(made, flags.out))
    if (isFirst) this.note(openedNote(made.name))
    return flags.out === undefined ? made : {...shown, file: flags.out}
  }
}
