import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {heardLine, summaryLine} from '../../cli/render/panel.ts'
import type {HeardSignal, ListenSummary} from '../../panel/listen.ts'

const ANSWERS = ['ack', 'nak', 'duh', 'rsp', 'none'] as const

export default class PanelListen extends BaseCommand {
  static override summary = 'Be an alarm receiver (SIA DC-09, TCP and UDP): print every signal that panels send.'
  static override description =
    `One line a signal; with --json or --jsonl one JSON object a line, and with --json the counts at the end. What is refused, and what is accepted although it is not right, is explained on standard error. With --capture a signal is acknowledged only once its line is on the disk. Accounts of --keys must come encrypted (AES) and are answered encrypted.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --port 8031',
    '<%= config.bin %> <%= command.id %> --account 1234 --capture signals.jsonl --count 10 --json',
    '<%= config.bin %> <%= command.id %> --keys panels.keys',
    '<%= config.bin %> <%= command.id %> --one-in 3 --delay 1500',
  ]
  static override flags = withVariables({
    host: Flags.string({default: '127.0.0.1', description: 'address to listen on', helpValue: 'ADDRESS'}),
    port: Flags.integer({default: 8031, min: 0, max: 65_535, description: 'TCP and UDP port; 0: any free one'}),
    answer: Flags.option({options: ANSWERS, default: 'ack', description: 'what good messages are answered with'})(),
    'rsp-data': Flags.string({description: 'what an RSP carries (--answer rsp)', helpValue: 'TEXT'}),
    delay: Flags.integer({min: 0, max: 600_000, description: 'hold every answer back so long, ms', helpValue: 'MS'}),
    'one-in': Flags.integer({min: 1, description: 'answer only each Nth good message', helpValue: 'N'}),
    keys: Flags.string({description: 'file of keys: ACCOUNT hex|ascii KEY a line, or JSON', helpValue: 'FILE'}),
    account: Flags.string({multiple: true, description: 'a known account; all are when absent', helpValue: 'A'}),
    count: Flags.integer({min: 1, description: 'end after so many signals', helpValue: 'N'}),
    capture: Flags.string({description: 'append every signal to this file, one JSON object a line', helpValue: 'FILE'}),
    jsonl: Flags.boolean({description: 'one JSON object a line'}),
  })

  async run(): Promise<ListenSummary> {
    const {flags} = await this.parse(PanelListen)
    const {listenToPanels} = await import('../../panel/listen.ts')
    const {listenOptionsOf} = await import('../../cli/panel-listen.ts')
    const options = await listenOptionsOf(flags, (text) => this.warn(text))
    const asJson = this.jsonEnabled() || flags.jsonl
    const print = (heard: HeardSignal) => process.stdout.write(`${asJson ? JSON.stringify(heard) : heardLine(heard)}\n`)
    const stop = onInterrupt()
    const summary = await listenToPanels(
      {...options, clock: this.clock, signal: stop.signal},
      {ready: (at) => this.announce(at), signal: print, notice: (text) => this.note(text)},
    )
    stop.release()
    this.note(summaryLine(summary))
    return summary
  }

  /** Every line of standard output is one JSON object: scripts read it as it comes. */
  protected override logJson(json: unknown): void {
    process.stdout.write(`${JSON.stringify(json)}\n`)
  }

  private announce({host, port}: {readonly host: string; readonly port: number}): void {
    if (this.jsonEnabled()) this.logJson({listening: {host, port}})
    this.note(`listening on ${host}:${port} (TCP and UDP); Ctrl-C ends it`)
  }
}
