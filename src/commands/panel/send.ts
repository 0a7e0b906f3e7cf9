import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {keyFlags, messageFlags, outputFlags, timeoutFlag, withVariables} from '../../cli/flags.ts'
import {onInterrupt} from '../../cli/interrupt.ts'
import {DELIVERY_COLUMNS, FIELD_COLUMNS} from '../../cli/render/panel.ts'
import type {Delivery} from '../../panel/send.ts'

export default class PanelSend extends BaseCommand {
  static override summary = 'Send alarm events to a receiver as a panel would (SIA DC-09), and say what it answered.'
  static override description =
    `An event is a code (BA, 130, R130), a word (burglary, fire, panic, open, test, heartbeat …) or a SIA data block (Nri1/BA3), followed by what is known: restore, zone N, user N, partition N, text …. Events that may send out the police go to this machine only, unless --i-know is given. With --backup a message that gets no answer goes to the other receiver with the same number; each event tries the main one first, only once after it has failed. Exit status 3 when some were refused or took the backup, 5 when nobody answered.`
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
    'i-know': Flags.boolean({description: 'the account is on test: also send what may send out the police'}),
    backup: Flags.string({description: 'receiver to try when the first gives no answer', helpValue: 'HOST:PORT'}),
    ...messageFlags,
    ...keyFlags,
    ...outputFlags,
  })

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(PanelSend)
    const {deliveriesOf, eventsOf, fieldsOf, keep, sendExit} = await import('../../cli/panel-send.ts')
    const {keyOf} = await import('../../cli/panel-keys.ts')
    const key = await keyOf(flags, (text) => this.warn(text))
    const events = await eventsOf(args.event ?? [])
    if (flags['dry-run']) {
      return {
        fields: await this.rows(
          fieldsOf(events, {...flags, key}, this.clock),
          FIELD_COLUMNS,
          flags,
          ({bytes}) => bytes,
        ),
      }
    }
    const stop = onInterrupt()
    const seen: Delivery[] = []
    const sent = deliveriesOf(args.receiver, events, {...flags, key}, this.clock, stop.signal)
    const deliveries = await this.rows(keep(sent, seen), DELIVERY_COLUMNS, flags, ({event}) => event)
    stop.release()
    process.exitCode ||= sendExit(seen)
    return {deliveries}
  }
}
