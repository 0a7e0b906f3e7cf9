import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import type {MediaRow} from '../../cli/camera-media.ts'
import {cameraTargets} from '../../cli/camera-targets.ts'
import {credentialFlags, outputFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {mediaFlags, visitFlags} from '../../cli/probe-flags.ts'

export default class CameraMedia extends BaseCommand {
  static override summary = 'Measure every profile of a camera, beside what it declares and what ffprobe sees.'
  static override description =
    'Each profile is played for some seconds, one after the other. ffprobe, where it is installed, gets the first key frame through its standard input: it neither connects to the camera nor learns the password. Exit status 3 when a profile does not play, is not as declared, or ffprobe sees another picture.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 10.0.0.5 --user admin --password-file pw.txt',
    '<%= config.bin %> <%= command.id %> cam-17 --profile profile_2 --measure 20000 --json',
  ]
  static override strict = false
  static override args = {
    target: Args.string({ignoreStdin: true, description: 'address, inventory key, or - for standard input'}),
  }
  static override flags = withVariables({
    profile: Flags.string({description: 'only the profile with this token', helpValue: 'TOKEN'}),
    measure: Flags.integer({
      default: 5_000,
      min: 500,
      max: 600_000,
      description: 'how long each stream is measured, ms',
      helpValue: 'MS',
    }),
    ...visitFlags,
    ...mediaFlags,
    ...credentialFlags,
    ...platformFlags,
    ...outputFlags,
  })

  async run(): Promise<{profiles: MediaRow[]}> {
    const {argv, flags} = await this.parse(CameraMedia)
    const {isSound, MEDIA_COLUMNS, mediaOf, rowsOf} = await import('../../cli/camera-media.ts')
    const {visits} = await import('../../cli/camera-visits.ts')
    const {counting, flattened} = await import('../../cli/counting.ts')
    const targets = await cameraTargets({args: argv as string[], all: flags.all, command: 'camera media', flags})
    const stop = onInterrupt()
    const choice = {profile: flags.profile, measureMs: flags.measure, transport: flags.transport}
    const visited = visits(targets, flags, {clock: this.clock, signal: stop.signal}, (host, options) =>
      mediaOf(host, choice, options),
    )
    const seen = counting(flattened(visited, rowsOf), isSound)
    const profiles = await this.rows(seen.items, MEDIA_COLUMNS, flags, ({camera}) => camera)
    stop.release()
    const {all, good} = seen.counts
    return this.verdict({profiles}, !stop.signal.aborted && good === all)
  }
}
