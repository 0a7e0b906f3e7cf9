import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../cli/base-command.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {loadFlags} from '../../cli/load-flags.ts'
import {LATENCY_COLUMNS, latencyRows, loadLines} from '../../cli/render/load.ts'
import type {LoadReport} from '../../panel/load/report.ts'

export default class PanelLoad extends BaseCommand {
  static override summary = 'Press a receiver as many alarm panels at a rate, and account for every message.'
  static override description =
    `Every message ends in exactly one place: acknowledged, refused, unsupported or lost. The same seed gives each account the same events; each account counts its own messages. Ctrl-C ends the sending, waits for the answers and reports. A load counts as one that may send out the police: off this machine only while every account is on test at the platform, or with --i-know. Exit status 3 when something was refused, lost or not sent, or when the capture does not agree; 5 when nobody answered.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> 127.0.0.1:8031 --panels 1000 --rate 500 --hold 60s',
    '<%= config.bin %> <%= command.id %> 127.0.0.1 --keys panels.keys --transport udp --seed 7 --json',
    '<%= config.bin %> <%= command.id %> 127.0.0.1 --panels 200 --mix "BA*3,BR*3,heartbeat*10" --capture signals.jsonl',
  ]
  static override args = {
    receiver: Args.string({required: true, ignoreStdin: true, description: 'HOST or HOST:PORT (8031)'}),
  }
  static override flags = loadFlags

  async run(): Promise<LoadReport> {
    const {args, flags} = await this.parse(PanelLoad)
    const {loadBy, loadExit} = await import('../../cli/panel-load.ts')
    const {safetyForMany} = await import('../../cli/guard.ts')
    const safety = safetyForMany(args.receiver, flags, this.clock)
    this.note(safety.line)
    const stop = onInterrupt()
    const warn = (text: string) => this.warn(text)
    const desk = {clock: this.clock, signal: stop.signal, warn, tool: this.config.version}
    const report = await loadBy(args.receiver, {...flags, safety}, desk).finally(() => stop.release())
    await this.rows(latencyRows(report), LATENCY_COLUMNS, {}, ({sends}) => sends)
    this.note(loadLines(report))
    process.exitCode ||= loadExit(report)
    return report
  }
}
