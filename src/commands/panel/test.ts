import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {concurrencyFlag, keyFlags, outputFlags, timeoutFlag, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {RULE_COLUMNS, suiteLines} from '../../cli/render/suite.ts'
import type {SuiteReport} from '../../panel/suite/report.ts'

export default class PanelTest extends BaseCommand {
  static override summary = 'Test an alarm receiver (SIA DC-09): does it refuse what is wrong and take what is right?'
  static override description =
    `Each rule has a connection of its own: a good message, what the rule sends, a good message again. A rule is judged only when both good messages are acknowledged, so that a refusal is because of the fault. "differs" breaks a rule as a named product is known to. With a key the rules about encryption are judged as well, the key itself first (K1). Sends test reports (RP) and one unknown code (QQ); to this machine only, unless --i-know is given. Exit status 3 when a rule is broken or could not be judged, 5 when the receiver cannot be reached or never answers.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> 127.0.0.1:8031 --account 1234',
    '<%= config.bin %> <%= command.id %> 127.0.0.1 --account 1234 --transport udp --json > receiver.json',
    '<%= config.bin %> <%= command.id %> 127.0.0.1 --account 1234 --keyed-account C0DE --key-file panel.key --key-form hex',
    '<%= config.bin %> <%= command.id %> arc.example:12300 --account 1234 --i-know -o csv',
  ]
  static override args = {
    receiver: Args.string({required: true, ignoreStdin: true, description: 'HOST or HOST:PORT (8031)'}),
  }
  static override flags = withVariables({
    account: Flags.string({required: true, description: 'account that it knows: 3 to 16 hex digits', helpValue: 'A'}),
    'keyed-account': Flags.string({
      description: 'account that the key belongs to; absent: --account itself, and all good messages go encrypted',
      helpValue: 'A',
      helpGroup: 'KEY',
    }),
    'unknown-account': Flags.string({
      default: 'FEEDFACE0BAD',
      description: 'one that it does not know',
      helpValue: 'A',
    }),
    transport: Flags.option({options: ['tcp', 'udp'] as const, default: 'tcp', description: 'how to send'})(),
    timeout: timeoutFlag(2_000, 'how long an answer is waited for before it is silence'),
    concurrency: concurrencyFlag(4),
    capture: Flags.string({
      description: "the receiver's capture (panel listen --capture): also checks that nothing is stored twice",
      helpValue: 'FILE',
    }),
    'i-know': Flags.boolean({description: 'the account is on test: also send to a receiver that is not this machine'}),
    ...keyFlags,
    ...outputFlags,
  })

  async run(): Promise<SuiteReport> {
    const {args, flags} = await this.parse(PanelTest)
    const {reportFor, testExit} = await import('../../cli/panel-test.ts')
    const stop = onInterrupt()
    const report = await reportFor(args.receiver, flags, this.clock, stop.signal, (text) => this.warn(text)).finally(
      () => stop.release(),
    )
    await this.rows(report.rules, RULE_COLUMNS, flags, ({rule}) => rule)
    this.note(suiteLines(report))
    process.exitCode ||= testExit(report)
    return report
  }
}
