import * as Args from '@oclif/core/args'
import type {CameraFacts} from '../../camera/facts.ts'
import type {Visited} from '../../camera/visit.ts'
import {BaseCommand} from '../../cli/base-command.ts'
import {cameraTargets} from '../../cli/camera-targets.ts'
import {credentialFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {visitFlags} from '../../cli/probe-flags.ts'

export default class CameraShow extends BaseCommand {
  static override summary = 'Show what a camera tells of itself: identity, clock, services, profiles, streams.'
  static override description =
    'Nothing is changed. Addresses that name another host are shown as the camera gives them, with the one that is used instead. A part that the camera does not tell is named with its cause. Exit status 3 when a camera could not be asked.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 10.0.0.5 --user admin --password-file pw.txt',
    '<%= config.bin %> <%= command.id %> cam-17 --json --save-xml seen',
  ]
  static override strict = false
  static override args = {
    target: Args.string({ignoreStdin: true, description: 'address, inventory key, or - for standard input'}),
  }
  static override flags = withVariables({...visitFlags, ...credentialFlags, ...platformFlags})

  async run(): Promise<{cameras: Visited<CameraFacts>[]}> {
    const {argv, flags} = await this.parse(CameraShow)
    const {factsOf} = await import('../../camera/facts.ts')
    const {visits} = await import('../../cli/camera-visits.ts')
    const {factLines} = await import('../../cli/render/camera-facts.ts')
    const targets = await cameraTargets({args: argv as string[], all: flags.all, command: 'camera show', flags})
    const stop = onInterrupt()
    const cameras: Visited<CameraFacts>[] = []
    for await (const visited of visits(targets, flags, {clock: this.clock, signal: stop.signal}, factsOf)) {
      if (!this.jsonEnabled()) process.stdout.write(`${cameras.length > 0 ? '\n' : ''}${factLines(visited)}\n`)
      cameras.push(visited)
    }
    stop.release()
    return this.verdict({cameras}, cameras.length === targets.length && cameras.every(({result}) => result))
  }
}
