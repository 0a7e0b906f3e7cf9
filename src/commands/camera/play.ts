import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {Visited} from '../../camera/visit.ts'
import {BaseCommand} from '../../cli/base-command.ts'
import type {Played} from '../../cli/camera-play.ts'
import {cameraTargets} from '../../cli/camera-targets.ts'
import {credentialFlags, platformFlags, portFlag, timeoutFlag, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {mediaFlags} from '../../cli/probe-flags.ts'

export default class CameraPlay extends BaseCommand {
  static override summary =
    "Watch a camera's stream in ffplay, mpv or VLC, without the password in anybody's arguments."
  static override description =
    'The stream is offered on 127.0.0.1 under an address that cannot be guessed, to one viewer at a time and over TCP; citywatch logs in to the camera itself. Until the player is closed, or Ctrl-C. With --relay no player is started: the address is printed, and waits for any.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 10.0.0.5 --user admin --password-file pw.txt',
    '<%= config.bin %> <%= command.id %> cam-17 --profile profile_2 --player mpv',
  ]
  static override args = {
    target: Args.string({ignoreStdin: true, required: true, description: 'address or inventory key'}),
  }
  static override flags = withVariables({
    profile: Flags.string({description: 'token of the profile; the first otherwise', helpValue: 'TOKEN'}),
    player: Flags.option({
      options: ['ffplay', 'mpv', 'vlc'] as const,
      description: 'the player; the first that is installed otherwise',
    })(),
    relay: Flags.boolean({description: 'start no player, print the address', exclusive: ['player']}),
    port: portFlag(0, 'port on 127.0.0.1'),
    timeout: timeoutFlag(10_000, 'time for all answers of the camera'),
    'camera-ca': mediaFlags['camera-ca'],
    ...credentialFlags,
    ...platformFlags,
  })

  async run(): Promise<Visited<Played> | undefined> {
    const {args, flags} = await this.parse(CameraPlay)
    const {play} = await import('../../cli/camera-play.ts')
    const {visits} = await import('../../cli/camera-visits.ts')
    const targets = await cameraTargets({args: [args.target], all: false, command: 'camera play', flags})
    const stop = onInterrupt()
    const choice = {
      ...{profile: flags.profile, player: flags.player, relayOnly: flags.relay, port: flags.port},
      offered: (url: string) => (flags.relay ? process.stdout.write(`${url}\n`) : this.note(`playing ${url}`)),
    }
    let played: Visited<Played> | undefined
    const visiting = visits(
      targets,
      {...flags, concurrency: 1},
      {clock: this.clock, signal: stop.signal},
      (host, options) => play(host, choice, options),
    )
    for await (const visited of visiting) played = visited
    stop.release()
    if (played?.cause) this.note(`${played.camera}: ${played.cause}: ${played.detail}`)
    return this.verdict(played, played?.result !== undefined)
  }
}
