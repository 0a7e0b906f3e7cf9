import {BaseCommand} from '../../cli/base-command.ts'
import {platformFlags, withVariables} from '../../cli/flags.ts'

export default class ContextLogout extends BaseCommand {
  static override summary = 'Log out: end the session at the platform and forget its token.'
  static override description =
    'The token is forgotten here also when the platform does not answer; it then runs out by itself.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --context depot',
  ]
  static override flags = withVariables({...platformFlags})

  async run(): Promise<{url: string; wasLoggedIn: boolean; ended: boolean}> {
    const {flags} = await this.parse(ContextLogout)
    const {logOut} = await import('../../cli/login.ts')
    const report = await logOut(flags, this.clock.now())
    if (!report.wasLoggedIn) this.log(`nobody is logged in at ${report.url}`)
    else this.log(`logged out of ${report.url}`)
    if (report.wasLoggedIn && !report.ended) this.warn('the platform did not answer: the session runs out by itself')
    return report
  }
}
