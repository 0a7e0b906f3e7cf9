import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {platformFlags, withVariables} from '../../cli/flags.ts'
import type {WalkReport} from '../../panel/walk/report.ts'

export default class PanelWalktest extends BaseCommand {
  static override summary = 'Walk a panel: tick off each zone when its alarm and its restore arrive.'
  static override description =
    `The checklist is the inventory's zones of the account, or a file. Signals come from the platform, or with --listen from a receiver of its own. The account is on test at the platform while it is walked. Every step is in the record before it is shown: the same command goes on after a crash. A screen on a terminal (? for the keys), lines elsewhere.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --account 1234',
    '<%= config.bin %> <%= command.id %> --account 1234 --reason "yearly service" --for 3h --partition 1',
    '<%= config.bin %> <%= command.id %> --listen 0.0.0.0:8031 --zones zones.csv',
    '<%= config.bin %> <%= command.id %> --account 1234 --timeout 30m --skip 7="no ladder" --json',
  ]
  static override flags = withVariables({
    account: Flags.string({description: 'account of the panel; needless for a file of one account', helpValue: 'A'}),
    zones: Flags.string({
      description: 'checklist from a table: account, zone, name, partition, code',
      helpValue: 'FILE',
    }),
    partition: Flags.string({multiple: true, description: 'ask for these partitions, and life safety', helpValue: 'P'}),
    panic: Flags.boolean({description: 'ask for life safety only: hold-up, panic, duress, fire, gas, medical'}),
    listen: Flags.string({description: 'be the receiver: no platform is needed', helpValue: '[HOST:]PORT'}),
    keys: Flags.string({description: 'with --listen: file of keys, ACCOUNT hex|ascii KEY a line', helpValue: 'FILE'}),
    record: Flags.string({description: 'record to go on with; one an account in the state folder', helpValue: 'FILE'}),
    fresh: Flags.boolean({description: 'begin anew; the old record is kept beside the new one'}),
    reason: Flags.string({default: 'walk test', description: 'why the account is on test', helpValue: 'TEXT'}),
    for: Flags.string({default: '2h', description: 'how long it is on test, from 1m to 24h', helpValue: 'TIME'}),
    by: Flags.string({description: 'who tests; the user of this machine when absent', helpValue: 'NAME'}),
    skip: Flags.string({multiple: true, description: 'leave a zone out, with a reason', helpValue: 'ZONE=REASON'}),
    timeout: Flags.string({description: 'without a screen: end after this time', helpValue: 'TIME'}),
    plain: Flags.boolean({description: 'no screen: tab-separated lines, also on a terminal'}),
    jsonl: Flags.boolean({description: 'no screen: one JSON object a line'}),
    ascii: Flags.boolean({description: 'draw with ASCII characters only'}),
    bell: Flags.boolean({default: true, allowNo: true, description: 'sound the bell at each tick'}),
    ...platformFlags,
  })

  async run(): Promise<WalkReport> {
    const {flags} = await this.parse(PanelWalktest)
    const {isPlain} = await import('../../tui/alarm-watch/start.ts')
    const {runWalk} = await import('../../tui/panel-walk/start.ts')
    const plain = isPlain({plain: flags.plain || this.jsonEnabled(), jsonl: flags.jsonl}, process)
    const format = this.jsonEnabled() ? 'none' : flags.jsonl ? 'jsonl' : 'tsv'
    const report = await runWalk(plain ? format : 'screen', flags, {
      clock: this.clock,
      tool: this.config.version,
      note: (text) => this.note(text),
      warn: (text) => void this.warn(text),
    })
    return this.verdict(report, report.verdict === 'pass')
  }
}
