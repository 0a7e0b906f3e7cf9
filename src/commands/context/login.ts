import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {platformFlags, withVariables} from '../../cli/flags.ts'
import type {LoginReport} from '../../cli/login.ts'
import {passwordFlags} from '../../cli/password.ts'

export default class ContextLogin extends BaseCommand {
  static override summary = 'Log in at a platform with a user name and a password.'
  static override description =
    'The platform gives a token that runs out (after 12 hours unless it says otherwise); it is kept in a file for you alone, and every command uses it until then. The password is asked for, or read from standard input or a file; it is not kept. Over a network it needs https://.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --user anna',
    '<%= config.bin %> <%= command.id %> --user anna --context depot --password-stdin < anna.txt',
  ]
  static override flags = withVariables({
    user: Flags.string({
      required: true,
      description: 'name of the user',
      helpValue: 'NAME',
      env: 'CITYWATCH_PLATFORM_USER',
    }),
    ...passwordFlags,
    'allow-clear': Flags.boolean({description: 'send the password also where others on the network can read it'}),
    ...platformFlags,
  })

  async run(): Promise<LoginReport> {
    const {flags} = await this.parse(ContextLogin)
    const {logIn} = await import('../../cli/login.ts')
    const report = await logIn(flags, this.clock.now())
    const where = report.jurisdiction === '' ? 'all jurisdictions' : report.jurisdiction
    const until = new Date(report.expiresAt).toISOString()
    this.log(`${report.user} is logged in at ${report.url}: ${report.role}, ${where}, until ${until}`)
    return report
  }
}
