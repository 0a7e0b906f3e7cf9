import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {Visited} from '../../camera/visit.ts'
import {BaseCommand} from '../../cli/base-command.ts'
import type {Snapshot} from '../../cli/camera-snapshot.ts'
import {cameraTargets} from '../../cli/camera-targets.ts'
import {credentialFlags, outputFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {visitFlags} from '../../cli/probe-flags.ts'

export default class CameraSnapshot extends BaseCommand {
  static override summary = 'Take a picture of each camera and keep it as a file.'
  static override description =
    'The still picture that the camera offers by HTTP, asked for with a Digest login and from the camera alone; where it has none, the first key frame of its stream (.h264, .h265 or .jpg). Files have a name of their own and are readable by their owner alone. Exit status 3 when a camera gave none.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 10.0.0.5 --user admin --password-file pw.txt --dir pictures',
    '<%= config.bin %> <%= command.id %> --all --dir pictures -o csv > index.csv',
  ]
  static override strict = false
  static override args = {
    target: Args.string({ignoreStdin: true, description: 'address, inventory key, or - for standard input'}),
  }
  static override flags = withVariables({
    dir: Flags.string({default: '.', description: 'folder for the pictures', helpValue: 'DIR'}),
    profile: Flags.string({description: 'token of the profile; the first otherwise', helpValue: 'TOKEN'}),
    'key-frame': Flags.boolean({
      default: true,
      allowNo: true,
      description: 'take the first key frame of the stream where there is no still picture',
    }),
    ...visitFlags,
    ...credentialFlags,
    ...platformFlags,
    ...outputFlags,
  })

  async run(): Promise<{cameras: Visited<Snapshot>[]}> {
    const {argv, flags} = await this.parse(CameraSnapshot)
    const {SNAPSHOT_COLUMNS, snapshotOf} = await import('../../cli/camera-snapshot.ts')
    const {visits} = await import('../../cli/camera-visits.ts')
    const {counting} = await import('../../cli/counting.ts')
    const targets = await cameraTargets({args: argv as string[], all: flags.all, command: 'camera snapshot', flags})
    const stop = onInterrupt()
    const choice = {folder: flags.dir, profile: flags.profile, keyFrame: flags['key-frame']}
    const taken = counting(
      visits(targets, flags, {clock: this.clock, signal: stop.signal}, (host, options) =>
        snapshotOf(host, choice, options),
      ),
      ({result}) => result !== undefined,
    )
    const cameras = await this.rows(taken.items, SNAPSHOT_COLUMNS, flags, ({camera}) => camera)
    stop.release()
    this.note(`${taken.counts.good} of ${targets.length} cameras gave a picture`)
    return this.verdict({cameras}, taken.counts.good === targets.length)
  }
}
