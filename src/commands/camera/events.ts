import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {cameraTargets} from '../../cli/camera-targets.ts'
import {concurrencyFlag, credentialFlags, platformFlags, portFlag, timeoutFlag, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'

export default class CameraEvents extends BaseCommand {
  static override enableJsonFlag = false
  static override summary = 'Follow what cameras notice: motion, tampering, lost video, alarm inputs.'
  static override description =
    'Subscribes to the ONVIF events of each camera (pull point) and prints one line an event, until Ctrl-C: time, camera, what, on or off, part, topic. With --notify they push to an HTTP server of ours that runs as long as the command, on the address that the camera sees. A camera that reboots or fails is subscribed to anew; what is lost and found goes to standard error. No camera gets more than one login with a wrong password in half an hour. The cameras are unsubscribed from at the end.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 10.0.0.5 --user admin --password-file pw.txt',
    '<%= config.bin %> <%= command.id %> --all --jurisdiction baltimore.central --jsonl',
    '<%= config.bin %> <%= command.id %> cam-17 --count 1',
    '<%= config.bin %> <%= command.id %> cam-17 --notify --notify-port 8899',
  ]
  static override strict = false
  static override args = {
    target: Args.string({ignoreStdin: true, description: 'address, inventory key, or - for standard input'}),
  }
  static override flags = withVariables({
    all: Flags.boolean({description: "every camera of the platform's inventory"}),
    jurisdiction: Flags.string({description: 'with --all: only this part of the inventory', helpValue: 'PATH'}),
    jsonl: Flags.boolean({aliases: ['json'], description: 'one JSON object a line (also --json)'}),
    count: Flags.integer({min: 1, helpValue: 'N', description: 'end after N events'}),
    initial: Flags.boolean({description: 'also what is as it should be at the beginning'}),
    notify: Flags.boolean({
      description:
        'let cameras push (WS-BaseNotification) instead of asking them: for those whose pull points do not work',
    }),
    'notify-host': Flags.string({
      description: 'address by which cameras reach this machine, where it is not the one that they see',
      helpValue: 'HOST',
      dependsOn: ['notify'],
    }),
    'notify-port': portFlag(0, 'with --notify: port that cameras push to'),
    timeout: timeoutFlag(10_000, 'time for one answer of a camera'),
    concurrency: concurrencyFlag(64),
    ...credentialFlags,
    ...platformFlags,
  })

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(CameraEvents)
    const {cameraNews, eventLine, linkLine} = await import('../../cli/camera-events.ts')
    const {onOutputLoss} = await import('../../cli/output-loss.ts')
    const targets = await cameraTargets({args: argv as string[], all: flags.all, command: 'camera events', flags})
    const stop = onInterrupt()
    const loss = onOutputLoss()
    const {timeout: timeoutMs, concurrency, initial} = flags
    const host = flags['notify-host']
    const push = flags.notify ? {notify: {port: flags['notify-port'], ...(host === undefined ? {} : {host})}} : {}
    const signal = AbortSignal.any([stop.signal, loss.signal])
    let left = flags.count ?? Number.POSITIVE_INFINITY
    for await (const news of cameraNews(targets, this.clock, {timeoutMs, concurrency, initial, signal, ...push})) {
      if (flags.jsonl) process.stdout.write(`${JSON.stringify(news)}\n`)
      else if (news.type === 'event') process.stdout.write(`${eventLine(news)}\n`)
      else this.note(linkLine(news))
      if (news.type === 'event' && --left === 0) break
    }
    loss.release()
    stop.release()
  }
}
