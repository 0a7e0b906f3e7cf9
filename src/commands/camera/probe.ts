import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {cameraTargets} from '../../cli/camera-targets.ts'
import {
  concurrencyFlag,
  credentialFlags,
  outputFlags,
  platformFlags,
  timeoutFlag,
  withVariables,
} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {PROBE_COLUMNS, type ProbeSummary, summarise, summaryLines} from '../../cli/render/probe.ts'
import {streamFlags, streamOptions} from '../../cli/stream-flags.ts'
import type {ProbeReport} from '../../model/probe.ts'

export default class CameraProbe extends BaseCommand {
  static override summary = 'Say why a camera has no picture: power, route, password, clock, profile, RTSP or frames.'
  static override description =
    `Each camera is asked in order: reach, clock, identity, profile, RTSP, media. It is healthy only when it played a key frame. With --measure each stream is watched on: frame rate, key-frame interval, bit rate, loss, jitter, sound, and where it is not as declared. No camera gets more than one login with a wrong password in half an hour, and after three refusals in a row the password is not tried on any other. Exit status 3 when a camera is not healthy.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> 10.0.0.5 --user admin --password-file pw.txt',
    '<%= config.bin %> <%= command.id %> --all --json > report.json',
    'cut -f1 cameras.tsv | <%= config.bin %> <%= command.id %> - -o csv',
  ]
  static override strict = false
  static override args = {
    target: Args.string({ignoreStdin: true, description: 'address, inventory key, or - for standard input'}),
  }
  static override flags = withVariables({
    all: Flags.boolean({description: "every camera of the platform's inventory"}),
    jurisdiction: Flags.string({description: 'with --all: only this part of the inventory', helpValue: 'PATH'}),
    timeout: timeoutFlag(10_000, 'time for all checks of one camera'),
    concurrency: concurrencyFlag(64),
    transport: Flags.option({
      options: ['auto', 'tcp', 'udp'] as const,
      default: 'auto',
      description: 'how the stream is asked for',
    })(),
    'max-skew': Flags.integer({
      default: 30_000,
      min: 0,
      description: 'clock offset that makes a camera sick, ms',
      helpValue: 'MS',
    }),
    report: Flags.boolean({
      description: 'tell the platform the verdicts: cameras of the inventory become alarms, and well again',
    }),
    ...streamFlags,
    ffprobe: Flags.boolean({description: 'ask ffprobe for its opinion of each picture as well'}),
    ...credentialFlags,
    ...platformFlags,
    ...outputFlags,
  })

  async run(): Promise<{summary: ProbeSummary; cameras: ProbeReport[]}> {
    const {argv, flags} = await this.parse(CameraProbe)
    const {probeReports} = await import('../../cli/probe-reports.ts')
    const {reportVerdicts, requireInventoried} = await import('../../cli/probe-verdicts.ts')
    const {platformClient} = await import('../../cli/context.ts')
    const targets = await cameraTargets({args: argv as string[], all: flags.all, command: 'camera probe', flags})
    if (flags.report) requireInventoried(targets)
    const stop = onInterrupt()
    const seen: ProbeReport[] = []
    const reports = probeReports(targets, this.clock, {
      timeoutMs: flags.timeout,
      concurrency: flags.concurrency,
      maxSkewMs: flags['max-skew'],
      transport: flags.transport,
      ffprobe: flags.ffprobe,
      ...(await streamOptions(flags)),
      signal: stop.signal,
      seen,
    })
    const cameras = await this.rows(reports, PROBE_COLUMNS, flags, ({camera}) => camera)
    stop.release()
    const summary = summarise(seen)
    this.note(summaryLines(summary, this.language()))
    if (flags.report) this.note(`${await reportVerdicts(await platformClient(flags), seen)} verdicts reported`)
    return this.verdict({summary, cameras}, summary.verdicts.healthy === summary.cameras)
  }
}
