import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {platformFlags, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import type {Delivery} from '../../panel/send.ts'

export default class SimPanel extends BaseCommand {
  static override summary =
    'Play one or more alarm panels that signal to a receiver: alarms, restores, openings, tests.'
  static override description =
    'Each --account is a panel; every third one uses UDP. Exit status 3 when a signal was refused or lost.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --receiver 127.0.0.1:8031 --account 1234 --count 10 --interval 500',
    '<%= config.bin %> <%= command.id %> --receiver 127.0.0.1:8031 --account 1234 --account 1235 --seed 7 --json',
  ]
  static override flags = withVariables({
    receiver: Flags.string({required: true, description: 'HOST or HOST:PORT (8031)', helpValue: 'HOST:PORT'}),
    account: Flags.string({required: true, multiple: true, description: '3 to 16 hex digits', helpValue: 'A'}),
    count: Flags.integer({min: 1, description: 'signals of each panel; without end when absent', helpValue: 'N'}),
    interval: Flags.integer({default: 5_000, min: 0, description: 'time between two signals, ms', helpValue: 'MS'}),
    zones: Flags.integer({default: 8, min: 1, max: 999, description: 'zones of each panel', helpValue: 'N'}),
    seed: Flags.integer({default: 1, description: 'the same seed gives the same signals', helpValue: 'N'}),
    'i-know': Flags.boolean({description: 'the centre knows: also signal to another machine'}),
    ...platformFlags,
  })

  async run(): Promise<unknown> {
    const {flags} = await this.parse(SimPanel)
    const {parseAccount, parseReceiver} = await import('../../panel/receiver-address.ts')
    const {runPanels} = await import('../../sim/panel/panels.ts')
    const {staysHere} = await import('../../panel/dispatch-guard.ts')
    const receiver = parseReceiver(flags.receiver)
    const panels = flags.account.map((account) => ({account: parseAccount(account), zones: flags.zones}))
    const {safetyOf} = await import('../../cli/guard.ts')
    const [account = ''] = flags.account
    const safety = await safetyOf(flags.receiver, {...flags, account}, this.clock, this.language())
    this.note(safety.line)
    const stop = onInterrupt()
    const signals = await runPanels(panels, {
      receiver,
      seed: flags.seed,
      events: flags.count ?? Number.POSITIVE_INFINITY,
      intervalMs: flags.interval,
      clock: this.clock,
      signal: stop.signal,
      iKnow: flags['i-know'],
      cover: safety.cover,
      ...(staysHere(receiver.host) ? {} : {audit: safety.audit}),
      onDelivery: (delivery) => this.log(line(delivery)),
    })
    stop.release()
    this.note(`${signals.sent} sent, ${signals.acked} acknowledged, ${signals.refused} refused, ${signals.lost} lost`)
    return stop.signal.aborted ? {signals} : this.verdict({signals}, signals.acked === signals.sent)
  }
}

function line({account, seq, event, verdict, attempts, rttMs}: Delivery): string {
  return [account, String(seq).padStart(4, '0'), event, verdict, attempts, rttMs ?? ''].join('\t')
}
