import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../cli/base-command.ts'
import type {OutputChoice} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {panelTestFlags} from '../../cli/panel-test-flags.ts'
import type {FleetFlags} from '../../cli/panel-test-fleet.ts'
import {FLEET_COLUMNS, type FleetSummary, fleetLines, fleetSummary} from '../../cli/render/fleet.ts'
import {RULE_COLUMNS, suiteLines} from '../../cli/render/suite.ts'
import type {FleetRow} from '../../panel/suite/fleet-row.ts'
import type {SuiteReport} from '../../panel/suite/report.ts'

export default class PanelTest extends BaseCommand {
  static override summary = 'Test an alarm receiver (SIA DC-09): does it refuse what is wrong and take what is right?'
  static override description =
    `Each rule has a connection of its own: a good message, what the rule sends, a good message again. A rule is judged only when both good messages are acknowledged, so that a refusal is because of the fault. "differs" breaks a rule as a named product is known to. With a key the rules about encryption are judged as well, the key itself first (K1). Sends test reports (RP) and one unknown code (QQ); off this machine only while the account is on test at the platform (panel ontest start), or with --i-know. With more than one account, --accounts, --all or --panels every panel has a row; --record keeps what is done, and goes on from it. Exit status 3 when a rule is broken or could not be judged, 5 when the receiver cannot be reached or never answers.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> 127.0.0.1:8031 --account 1234',
    '<%= config.bin %> <%= command.id %> 127.0.0.1 --account 1234 --transport udp --json > receiver.json',
    '<%= config.bin %> <%= command.id %> 127.0.0.1 --account 1234 --keyed-account C0DE --key-file panel.key --key-form hex',
    '<%= config.bin %> <%= command.id %> arc.example:12300 --account 1234 --i-know --record shop.jsonl',
    '<%= config.bin %> <%= command.id %> --panels panels.csv --keys panel.keys --record city.jsonl --concurrency 32',
  ]
  static override args = {
    receiver: Args.string({ignoreStdin: true, description: 'HOST or HOST:PORT (8031); --panels may name it a row'}),
  }
  static override flags = panelTestFlags

  async run(): Promise<SuiteReport | {summary: FleetSummary; panels: FleetRow[]}> {
    const {args, flags} = await this.parse(PanelTest)
    const {isFleet, reportFor, safetyFor, testExit} = await import('../../cli/panel-test.ts')
    const many = isFleet(flags)
    const safety = await safetyFor(args.receiver, flags, this.clock, this.language())
    this.note(safety.line)
    const stop = onInterrupt()
    try {
      if (many) return await this.fleet(args.receiver, {...flags, safety}, stop.signal)
      const warn = (text: string) => this.warn(text)
      const report = await reportFor(args.receiver, {...flags, safety}, this.clock, stop.signal, warn)
      await this.rows(report.rules, RULE_COLUMNS, flags, ({rule}) => rule)
      this.note(suiteLines(report))
      process.exitCode ||= testExit(report)
      return report
    } finally {
      stop.release()
    }
  }

  private async fleet(receiver: string | undefined, flags: FleetFlags & OutputChoice, signal: AbortSignal) {
    const {fleetExit, fleetRun} = await import('../../cli/panel-test-fleet.ts')
    const {rows, seen, targets} = await fleetRun(receiver, flags, this.clock, signal, (text) => this.warn(text))
    const panels = await this.rows(rows, FLEET_COLUMNS, flags, ({account}) => account)
    const summary = fleetSummary(seen, targets.length)
    this.note(fleetLines(seen, summary))
    process.exitCode ||= fleetExit(seen, targets.length)
    return {summary, panels}
  }
}
