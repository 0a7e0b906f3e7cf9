import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {keyFlags, messageFlags, outputFlags, platformFlags, timeoutFlag, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {DELIVERY_COLUMNS, FIELD_COLUMNS} from '../../cli/render/panel.ts'
import type {Delivery} from '../../panel/send.ts'

export default class PanelSend extends BaseCommand {
  static override summary = 'Send alarm events to a receiver as a panel would (SIA DC-09), and say what it answered.'
  static override description =
    `An event is a code (BA, 130, R130), a word (burglary, fire, panic, open, test, heartbeat …) or a SIA data block (Nri1/BA3), followed by what is known: restore, zone N, user N, partition N, text …. Events that may send out the police leave this machine only while the account is on test at the platform (panel ontest start), or with --i-know; the first line on standard error says which. Every message is noted in the audit log first (panel audit). With --backup a message that gets no answer goes to the other receiver with the same number; each event tries the main one first, only once after it has failed. Exit status 3 when some were refused or took the backup, 5 when nobody answered.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> 127.0.0.1:8031 --account 1234 BA zone 3 partition 1',
    '<%= config.bin %> <%= command.id %> 127.0.0.1:8031 --account 1234 burglary zone 3 --dry-run',
    '<%= config.bin %> <%= command.id %> 127.0.0.1:8031 --account 1234 BA zone 3 --key-file panel.key --key-form hex',
    'printf "fire zone 2\\nfire restore zone 2\\n" | <%= config.bin %> <%= command.id %> 127.0.0.1 --account 1234 - --json',
  ]
  static override args = {
    receiver: Args.string({required: true, ignoreStdin: true, description: 'HOST or HOST:PORT (8031)'}),
    event: Args.string({multiple: true, ignoreStdin: true, description: 'what to send, or - for standard input'}),
  }
  static override flags = withVariables({
    account: Flags.string({required: true, description: 'account of the panel: 3 to 16 hex digits', helpValue: 'A'}),
    transport: Flags.option({options: ['tcp', 'udp'] as const, default: 'tcp', description: 'how to send'})(),
    timeout: timeoutFlag(5_000, 'how long each attempt waits for its answer'),
    attempts: Flags.integer({min: 1, max: 20, description: 'sends in all (tcp 2, udp 3)', helpValue: 'N'}),
    'dry-run': Flags.boolean({description: 'explain the bytes and send nothing'}),
    'i-know': Flags.boolean({description: 'the centre knows: also send what may send out the police'}),
    backup: Flags.string({description: 'receiver to try when the first gives no answer', helpValue: 'HOST:PORT'}),
    ...messageFlags,
    ...keyFlags,
    ...outputFlags,
    ...platformFlags,
  })

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(PanelSend)
    const {deliveriesOf, eventsOf, fieldsOf, keep, sendExit} = await import('../../cli/panel-send.ts')
    const {keyOf} = await import('../../cli/panel-keys.ts')
    const {safetyOf} = await import('../../cli/guard.ts')
    const isDry = flags['dry-run']
    const safety = isDry ? undefined : await safetyOf(args.receiver, flags, this.clock, this.language())
    if (safety) this.note(safety.line)
    const key = await keyOf(flags, (text) => this.warn(text))
    const events = await eventsOf(args.event ?? [])
    if (!safety) {
      const fields = fieldsOf(events, {...flags, key}, this.clock)
      return {fields: await this.rows(fields, FIELD_COLUMNS, flags, ({bytes}) => bytes)}
    }
    const stop = onInterrupt()
    const seen: Delivery[] = []
    const sent = deliveriesOf(args.receiver, events, {...flags, key, safety}, this.clock, stop.signal)
    const deliveries = await this.rows(keep(sent, seen), DELIVERY_COLUMNS, flags, ({event}) => event)
    stop.release()
    process.exitCode ||= sendExit(seen)
    return {deliveries}
  }
}
