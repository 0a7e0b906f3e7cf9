import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {pinFor, platformUrl} from '../../cli/context.ts'
import {withVariables} from '../../cli/flags.ts'

export default class ContextAdd extends BaseCommand {
  static override summary = 'Give a platform a name. The first one becomes the current one.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> laptop http://127.0.0.1:8030',
    '<%= config.bin %> <%= command.id %> depot https://10.4.0.9:8030 --token-file ~/.depot --fingerprint 5F:0C:…',
    '<%= config.bin %> <%= command.id %> city https://alarms.example:8443 --token-file ~/.citywatch-token',
  ]
  static override args = {
    name: Args.string({ignoreStdin: true, required: true, description: 'name to use with --context'}),
    url: Args.string({ignoreStdin: true, required: true, description: 'address of the platform'}),
  }
  static override flags = withVariables({
    'token-file': Flags.string({description: 'file whose first line is the token', helpValue: 'FILE'}),
    fingerprint: Flags.string({
      description: "SHA-256 of the platform's certificate, as platform serve prints it: no other is taken",
      helpValue: 'SHA256',
    }),
  })

  async run(): Promise<{name: string; url: string; current: string}> {
    const {args, flags} = await this.parse(ContextAdd)
    const {saveContext} = await import('../../cli/config.ts')
    const url = platformUrl(args.url)
    const tokenFile = flags['token-file']
    const pin = flags.fingerprint === undefined ? {} : {fingerprint: await pinFor(url, flags.fingerprint)}
    const {current} = await saveContext(args.name, {url, ...(tokenFile ? {tokenFile} : {}), ...pin})
    this.log(`${args.name} is ${url}${current === args.name ? ' (current)' : ''}`)
    return {name: args.name, url, current}
  }
}
