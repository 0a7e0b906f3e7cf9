import {BaseCommand} from '../../cli/base-command.ts'
import {childChoice} from '../../cli/children.ts'
import {withVariables} from '../../cli/flags.ts'
import {storeChoice} from '../../cli/platform-store.ts'
import {serveFlags} from '../../cli/serve.ts'

export default class PlatformServe extends BaseCommand {
  static override summary = 'Run the embedded platform: HTTP API, event stream and DC-09 receiver, until Ctrl-C.'
  static override description =
    'A signal is acknowledged to the panel only after it is on the disk. Off this machine (--host) it needs users or tokens (platform user add, platform token create) or --token-file, and should have TLS; DC-09 is not covered by it and has its own --keys. Accounts of --keys must come encrypted (AES) and are answered encrypted; what they send in clear is refused and shown to every watcher.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --host 0.0.0.0 --token-file ~/.citywatch-token --tls-self-signed --child station-7',
    '<%= config.bin %> <%= command.id %> --port 0 --dc09-port 0 --data ./trial --json',
    '<%= config.bin %> <%= command.id %> --store postgres://citywatch@db.city.example/citywatch --store-password-file ~/.citywatch-db',
  ]
  static override flags = withVariables({...serveFlags})

  async run(): Promise<void> {
    const {flags} = await this.parse(PlatformServe)
    const {startPlatform} = await import('../../platform/server/platform.ts')
    const {onInterrupt, untilAborted} = await import('../../cli/interrupt.ts')
    const {serveOptions} = await import('../../cli/serve.ts')
    const {keysOf} = await import('../../cli/panel-keys.ts')
    const {readyText, tlsWarning} = await import('../../cli/render/serve.ts')
    const {keyLine} = await import('../../cli/render/panel.ts')
    const keys = flags.keys === undefined ? undefined : await keysOf(flags.keys, (text) => this.warn(text))
    const [store, children] = [await storeChoice(flags, this.argv), await childChoice(flags)]
    const options = {...(await serveOptions(flags, keys, this.clock)), ...store, ...children}
    const interrupt = onInterrupt()
    const platform = await startPlatform(options)
    process.stdout.write(
      readyText(platform, flags.host, {dataFolder: options.dataFolder, ...store}, this.jsonEnabled()),
    )
    const warning = tlsWarning(flags.host, platform, this.clock.now())
    if (warning) this.warn(warning)
    if (keys) this.note(keyLine(keys))
    await untilAborted(interrupt.signal)
    this.note('stopping: what was received is being written')
    await platform.close()
    interrupt.release()
  }
}
