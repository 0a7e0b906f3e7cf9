import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {platformUrl} from '../../cli/context.ts'
import {withVariables} from '../../cli/flags.ts'

export default class ContextAdd extends BaseCommand {
  static override summary = 'Give a platform a name. The first one becomes the current one.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> laptop http://127.0.0.1:8030',
    '<%= config.bin %> <%= command.id %> city https://alarms.example:8443 --token-file ~/.citywatch-token',
  ]
  static override args = {
    name: Args.string({ignoreStdin: true, required: true, description: 'name to use with --context'}),
    url: Args.string({ignoreStdin: true, required: true, description: 'address of the platform'}),
  }
  static override flags = withVariables({
    'token-file': Flags.string({description: 'file whose first line is the token', helpValue: 'FILE'}),
  })

  async run(): Promise<{name: string; url: string; current: string}> {
    const {args, flags} = await this.parse(ContextAdd)
    const {saveContext} = await import('../../cli/config.ts')
    const url = platformUrl(args.url)
    const tokenFile = flags['token-file']
    const {current} = await saveContext(args.name, {url, ...(tokenFile ? {tokenFile} : {})})
    this.log(`${args.name} is ${url}${current === args.name ? ' (current)' : ''}`)
    return {name: args.name, url, current}
  }
}
