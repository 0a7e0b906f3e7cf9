import {BaseCommand} from '../../cli/base-command.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {eventLine, PATH_COLUMNS, supervisionLines, worst} from '../../cli/render/supervision.ts'
import {superviseFlags} from '../../cli/supervise-flags.ts'
import type {SupervisionEvent} from '../../panel/supervision/event.ts'
import type {RaisedEvent} from '../../panel/supervision/raise.ts'
import {isHealthy, type SupervisionReport} from '../../panel/supervision/report.ts'
import type {SuperviseEars} from '../../panel/supervision/supervise.ts'

type Ready = Parameters<SuperviseEars['ready']>[0]

export default class PanelSupervise extends BaseCommand {
  static override summary = 'Supervise alarm panels as their receiver: say who is late, missing or back, and raise it.'
  static override description =
    `Any valid message of an account begins its time anew; other accounts are refused. One line an event as it happens, then a row a path, worst first; with --json or --jsonl one JSON object a line, and with --json the report at the end. A silence is late after the interval and its grace, missing after the reporting time of the class (or the interval and its debounce). When this machine slept or its clock was set, every timer begins anew. Two-path classes need a port or a mark that tells the paths apart. Exit status 3 when a path was missing or never heard, or an event could not be raised.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --account 1234 --interval 60s',
    '<%= config.bin %> <%= command.id %> --all --class SP4 --interval 60s --raise 127.0.0.1:8032 --raise-as sia',
    '<%= config.bin %> <%= command.id %> --accounts panels.txt --class DP3 --alternative-port 8033 --for 8h --json',
  ]
  static override flags = superviseFlags

  async run(): Promise<SupervisionReport> {
    const {flags} = await this.parse(PanelSupervise)
    const {supervise} = await import('../../panel/supervision/supervise.ts')
    const {superviseOptionsOf} = await import('../../cli/panel-supervise.ts')
    const {supervisionRecord} = await import('../../cli/supervise-record.ts')
    const {keepHeapSmall} = await import('../../cli/small-heap.ts')
    keepHeapSmall()
    const options = await superviseOptionsOf(flags, (text) => this.warn(text))
    const record = await supervisionRecord(flags.record, options, this.config.version, this.clock)
    const asJson = this.jsonEnabled() || flags.jsonl
    const event = (one: SupervisionEvent | RaisedEvent) => {
      record.event(one)
      process.stdout.write(`${asJson ? JSON.stringify(one) : eventLine(one)}\n`)
    }
    const stop = onInterrupt()
    const ears = {ready: (at: Ready) => this.announce(at), event, notice: (text: string) => this.note(text)}
    const report = await supervise({...options, clock: this.clock, signal: stop.signal}, ears)
    stop.release()
    await record.end(report)
    if (!asJson) await this.rows(worst(report).shown, PATH_COLUMNS, {}, ({account}) => account)
    this.note(supervisionLines(report))
    return this.verdict(report, isHealthy(report))
  }

  /** Every line of standard output is one JSON object: scripts read it as it comes. */
  protected override logJson(json: unknown): void {
    process.stdout.write(`${JSON.stringify(json)}\n`)
  }

  private announce(at: Ready): void {
    if (this.jsonEnabled()) this.logJson({listening: at})
    const also = at.alternativePort === undefined ? '' : `, alternative path on ${at.alternativePort}`
    this.note(`supervising on ${at.host}:${at.port}${also} (TCP and UDP); Ctrl-C ends it`)
  }
}
