import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {concurrencyFlag, outputFlags, platformFlags, timeoutFlag, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {RULE_COLUMNS, suiteLines} from '../../cli/render/suite.ts'
import type {SuiteReport} from '../../panel/suite/report.ts'

export default class PanelTest extends BaseCommand {
  static override summary = 'Test an alarm receiver (SIA DC-09): does it refuse what is wrong and take what is right?'
  static override description =
    `Each rule has a connection of its own: a good message, what the rule sends, a good message again. A rule is judged only when both good messages are acknowledged, so that a refusal is because of the fault. "differs" breaks a rule as a named product is known to. Sends test reports (RP) and one unknown code (QQ); off this machine only while the account is on test at the platform (panel ontest start), or with --i-know. Exit status 3 when a rule is broken or could not be judged, 5 when the receiver cannot be reached or never answers.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> 127.0.0.1:8031 --account 1234',
    '<%= config.bin %> <%= command.id %> 127.0.0.1 --account 1234 --transport udp --json > receiver.json',
    '<%= config.bin %> <%= command.id %> arc.example:12300 --account 1234 --i-know -o csv',
  ]
  static override args = {
    receiver: Args.string({required: true, ignoreStdin: true, description: 'HOST or HOST:PORT (8031)'}),
  }
  static override flags = withVariables({
    account: Flags.string({
      required: true,
      description: 'an account that the receiver knows, without a key: 3 to 16 hex digits',
      helpValue: 'A',
    }),
    'unknown-account': Flags.string({
      default: 'FEEDFACE0BAD',
      description: 'an account that it does not know',
      helpValue: 'A',
    }),
    transport: Flags.option({options: ['tcp', 'udp'] as const, default: 'tcp', description: 'how to send'})(),
    timeout: timeoutFlag(2_000, 'how long an answer is waited for before it is silence'),
    concurrency: concurrencyFlag(4),
    capture: Flags.string({
      description: "the receiver's capture (panel listen --capture): also checks that nothing is stored twice",
      helpValue: 'FILE',
    }),
    'i-know': Flags.boolean({description: 'the centre knows: also send to a receiver that is not this machine'}),
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<SuiteReport> {
    const {args, flags} = await this.parse(PanelTest)
    const {reportFor, testExit} = await import('../../cli/panel-test.ts')
    const {safetyOf} = await import('../../cli/guard.ts')
    const safety = await safetyOf(args.receiver, flags, this.clock, this.language())
    this.note(safety.line)
    const stop = onInterrupt()
    const report = await reportFor(args.receiver, {...flags, safety}, this.clock, stop.signal).finally(() =>
      stop.release(),
    )
    await this.rows(report.rules, RULE_COLUMNS, flags, ({rule}) => rule)
    this.note(suiteLines(report))
    process.exitCode ||= testExit(report)
    return report
  }
}
