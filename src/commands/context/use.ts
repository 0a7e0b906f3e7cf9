import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../cli/base-command.ts'

export default class ContextUse extends BaseCommand {
  static override summary = 'Make a platform the current one.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> laptop',
    '<%= config.bin %> <%= command.id %> city --json',
  ]
  static override args = {
    name: Args.string({ignoreStdin: true, required: true, description: 'name given to `context add`'}),
  }

  async run(): Promise<{current: string; url: string}> {
    const {args} = await this.parse(ContextUse)
    const {chooseContext} = await import('../../cli/config.ts')
    const {url} = await chooseContext(args.name)
    this.log(`current platform: ${args.name} (${url})`)
    return {current: args.name, url}
  }
}
