import * as Args from '@oclif/core/args'
import {loadHelpClass} from '@oclif/core/help'
import {BaseCommand} from '../cli/base-command.ts'
import {EXIT_CODES} from '../cli/exit-codes.ts'

export default class HelpCommand extends BaseCommand {
  static override summary = 'Explain a command, or the exit statuses.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> camera probe',
    '<%= config.bin %> <%= command.id %> exit-codes',
  ]
  static override strict = false
  static override args = {topic: Args.string({ignoreStdin: true, description: 'a command, or exit-codes'})}

  async run(): Promise<unknown> {
    const {argv} = await this.parse(HelpCommand)
    if (argv[0] === 'exit-codes') {
      for (const [status, meaning] of Object.entries(EXIT_CODES)) this.log(`${status.padStart(4)}  ${meaning}`)
      return {exitCodes: EXIT_CODES}
    }
    const HelpClass = await loadHelpClass(this.config)
    await new HelpClass(this.config, this.config.pjson.oclif.helpOptions).showHelp(argv as string[])
    return {}
  }
}
