import * as Flags from '@oclif/core/flags'
import {policyFlags, policyOf} from '../../cli/alarm-policy.ts'
import {BaseCommand} from '../../cli/base-command.ts'
import {portFlag, withVariables} from '../../cli/flags.ts'
import {storeChoice, storeFlags} from '../../cli/platform-store.ts'
import {tlsChoice, tlsFlags} from '../../cli/platform-tls.ts'
import {DEFAULT_DC09_PORT, DEFAULT_HTTP_PORT} from '../../platform/contract.ts'

export default class PlatformServe extends BaseCommand {
  static override summary = 'Run the embedded platform: HTTP API, event stream and DC-09 receiver, until Ctrl-C.'
  static override description =
    'A signal is acknowledged to the panel only after it is on the disk. Off this machine (--host) it needs a token, and should have TLS; DC-09 is not covered by it and has its own --keys. Accounts of --keys must come encrypted (AES) and are answered encrypted; what they send in clear is refused and shown to every watcher.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host 0.0.0.0 --token-file ~/.citywatch-token --tls-self-signed',
    '<%= config.bin %> <%= command.id %> --port 0 --dc09-port 0 --data ./trial --json',
    '<%= config.bin %> <%= command.id %> --store postgres://citywatch@db.city.example/citywatch --store-password-file ~/.citywatch-db',
  ]
  static override flags = withVariables({
    host: Flags.string({default: '127.0.0.1', description: 'address to listen on', helpValue: 'ADDRESS'}),
    port: portFlag(DEFAULT_HTTP_PORT, 'port of the HTTP API; 0 lets the system choose'),
    'dc09-port': portFlag(DEFAULT_DC09_PORT, 'port of the DC-09 receiver, TCP and UDP; 0 lets the system choose'),
    data: Flags.string({description: 'folder of the log and the inventory', helpValue: 'DIR'}),
    'token-file': Flags.string({description: 'file whose first line clients must know', helpValue: 'FILE'}),
    keys: Flags.string({description: 'file of keys: ACCOUNT hex|ascii KEY a line, or JSON', helpValue: 'FILE'}),
    ...tlsFlags,
    ...storeFlags,
    ...policyFlags,
    'accept-unknown': Flags.boolean({description: 'take signals of accounts that the inventory does not know'}),
  })

  async run(): Promise<void> {
    const {flags} = await this.parse(PlatformServe)
    const {startPlatform} = await import('../../platform/server/platform.ts')
    const {onInterrupt, untilAborted} = await import('../../cli/interrupt.ts')
    const {secretFromFile} = await import('../../cli/context.ts')
    const {keysOf} = await import('../../cli/panel-keys.ts')
    const {readyText, tlsWarning} = await import('../../cli/render/serve.ts')
    const {keyLine} = await import('../../cli/render/panel.ts')
    const {platformFolder} = await import('../../cli/paths.ts')
    const tokenFile = flags['token-file']
    const dataFolder = flags.data ?? platformFolder()
    const keys = flags.keys === undefined ? undefined : await keysOf(flags.keys, (text) => this.warn(text))
    const store = {...(await storeChoice(flags, this.argv)), policy: await policyOf(flags)}
    const interrupt = onInterrupt()
    const platform = await startPlatform({
      ...{host: flags.host, httpPort: flags.port, dc09Port: flags['dc09-port'], dataFolder, clock: this.clock},
      ...{acceptUnknown: flags['accept-unknown'], ...tlsChoice(flags), ...store},
      ...(keys ? {keys} : {}),
      ...(tokenFile === undefined ? {} : {token: await secretFromFile(tokenFile)}),
    })
    process.stdout.write(readyText(platform, flags.host, {dataFolder, ...store}, this.jsonEnabled()))
    const warning = tlsWarning(flags.host, platform, this.clock.now())
    if (warning) this.warn(warning)
    if (keys) this.note(keyLine(keys))
    await untilAborted(interrupt.signal)
    this.note('stopping: what was received is being written')
    await platform.close()
    interrupt.release()
  }
}
