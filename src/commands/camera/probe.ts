import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {cameraTargets} from '../../cli/camera-targets.ts'
import {credentialFlags, platformFlags, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {probeFlags, probeOutputFlags, requireTogether} from '../../cli/probe-flags.ts'
import type {JudgedReport} from '../../cli/probe-reports.ts'
import {isWell, PROBE_COLUMNS, type ProbeSummary} from '../../cli/render/probe.ts'

export default class CameraProbe extends BaseCommand {
  static override summary = 'Say why a camera has no picture: power, route, password, clock, profile, RTSP or frames.'
  static override description =
    `Each camera is asked in order: reach, clock, identity, profile, RTSP, media. It is healthy only when it played a key frame; with --level reach or identity it merely answers. With --level deep or --measure each stream is watched on: frame rate, key-frame interval, bit rate, loss, jitter, sound, and where it is not as declared. No camera gets more than one login with a wrong password in half an hour, and after three refusals in a row the password is not tried on any other. Exit status 3 when a camera is not healthy.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> 10.0.0.5 --user admin --password-file pw.txt',
    '<%= config.bin %> <%= command.id %> --all --json > report.json',
    '<%= config.bin %> <%= command.id %> --all --level deep --profile cn-strict --evidence seen -o junit > probe.xml',
    '<%= config.bin %> <%= command.id %> --all --level reach --watch 60 -o jsonl',
    'cut -f1 cameras.tsv | <%= config.bin %> <%= command.id %> - -o csv',
  ]
  static override strict = false
  static override args = {
    target: Args.string({ignoreStdin: true, description: 'address, inventory key, or - for standard input'}),
  }
  static override flags = withVariables({
    all: Flags.boolean({description: "every camera of the platform's inventory"}),
    jurisdiction: Flags.string({description: 'with --all: only this part of the inventory', helpValue: 'PATH'}),
    ...probeFlags,
    ...credentialFlags,
    ...platformFlags,
    ...probeOutputFlags,
  })

  async run(): Promise<{summary: ProbeSummary; cameras: JudgedReport[]}> {
    const {argv, flags} = await this.parse(CameraProbe)
    requireTogether({...flags, isJson: this.jsonEnabled()})
    const {inOne, probing} = await import('../../cli/probe-command.ts')
    const targets = await cameraTargets({args: argv as string[], all: flags.all, command: 'camera probe', flags})
    const stop = onInterrupt()
    const around = {
      clock: this.clock,
      signal: stop.signal,
      note: (text: string) => this.note(text),
      language: this.language(),
    }
    const {rounds, outcome} = await probing(targets, flags, around)
    const {output = 'table', columns} = flags
    const nameOf = ({camera}: JudgedReport) => camera
    let cameras: JudgedReport[] = []
    if (output === 'junit') await this.junit(inOne(rounds))
    else if (flags.watch === undefined || !['table', 'wide'].includes(output)) {
      cameras = await this.rows(inOne(rounds), PROBE_COLUMNS, {output, columns}, nameOf)
    } else for await (const round of rounds) await this.rows(round, PROBE_COLUMNS, {output, columns}, nameOf)
    stop.release()
    return this.verdict({summary: outcome.summary, cameras}, isWell(outcome.summary))
  }

  async junit(reports: AsyncIterable<JudgedReport>): Promise<void> {
    const {printJunit} = await import('../../cli/render/probe-junit.ts')
    await printJunit(reports, process.stdout, this.clock.now())
  }
}
