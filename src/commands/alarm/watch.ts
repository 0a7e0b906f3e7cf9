import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {platformFlags, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'

export default class AlarmWatch extends BaseCommand {
  static override enableJsonFlag = false
  static override summary = 'Watch alarms live and acknowledge them.'
  static override description =
    `Opens a screen on a terminal; elsewhere, or with --plain or --jsonl, prints one line a change. Starts also while the platform is down, says so, and keeps trying. Panic alarms and priority 1 pass every filter. Press ? for the keys.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --jurisdiction baltimore.central',
    '<%= config.bin %> <%= command.id %> --jsonl --since now --count 1',
    '<%= config.bin %> <%= command.id %> --jsonl --types "alarm.*,ontest.*"',
  ]
  static override flags = withVariables({
    plain: Flags.boolean({description: 'no screen: tab-separated lines, also on a terminal'}),
    jsonl: Flags.boolean({aliases: ['json'], description: 'no screen: one JSON event a line (also --json)'}),
    count: Flags.integer({min: 1, helpValue: 'N', description: 'without a screen: end after N lines'}),
    since: Flags.string({
      helpValue: 'snapshot|now|EPOCH-SEQ',
      description: 'without a screen: begin with the open alarms, with what comes, or after a log position',
    }),
    jurisdiction: Flags.string({helpValue: 'PREFIX', description: 'only alarms within this jurisdiction, and panic'}),
    types: Flags.string({
      helpValue: 'A,B.*',
      description: 'without a screen: only these kinds of entry, such as alarm.*,ontest.*; the platform sends no other',
    }),
    by: Flags.string({helpValue: 'NAME', description: 'who acknowledges; the user of this machine when absent'}),
    ascii: Flags.boolean({description: 'draw with ASCII characters only'}),
    ...platformFlags,
  })

  async run(): Promise<void> {
    const {flags} = await this.parse(AlarmWatch)
    const {filterOf, isPlain, startOf} = await import('../../tui/alarm-watch/start.ts')
    const {platformClient} = await import('../../cli/context.ts')
    const start = {...startOf(flags.since ?? 'snapshot'), ...filterOf(flags.types)}
    const feed = await platformClient(flags)
    const stop = onInterrupt()
    const watched = {feed, clock: this.clock, signal: stop.signal, scope: flags.jurisdiction ?? ''}
    if (isPlain(flags, process)) {
      const {watchPlain} = await import('../../tui/alarm-watch/plain.ts')
      const note = (text: string) => this.note(text)
      const format = flags.jsonl ? 'jsonl' : 'tsv'
      await watchPlain({...watched, ...start, count: flags.count, out: process.stdout, note, format})
    } else {
      const {operatorName} = await import('../../cli/operator.ts')
      const {safeName} = await import('../../lib/safe-text.ts')
      const {watchAlarms} = await import('../../tui/alarm-watch/run.tsx')
      await watchAlarms({...watched, by: safeName(flags.by ?? operatorName()), ascii: flags.ascii})
    }
    stop.release()
  }
}
