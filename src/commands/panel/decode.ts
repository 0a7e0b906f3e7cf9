import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../cli/base-command.ts'
import {keyFlags, outputFlags, withVariables} from '../../cli/flags.ts'
import {EXAMINED_COLUMNS} from '../../cli/render/panel.ts'

export default class PanelDecode extends BaseCommand {
  static override summary =
    'Take a SIA DC-09 frame apart: every field with its verdict, the expected value and the likely cause.'
  static override description =
    `The frame is text with \\n and \\r written out (a log may leave both out), or hex; - reads standard input. Its time is judged only with --at, since a frame from a log is always old. Exit status 3 when a receiver should refuse it.`
  static override examples = [
    `<%= config.bin %> <%= command.id %> '\\n983B0023"SIA-DCS"0008L0#1234[#1234|Nri1BA3]\\r'`,
    `<%= config.bin %> <%= command.id %> 0a3938334230303233225349412d4443532230303038...0d --json`,
    '<%= config.bin %> <%= command.id %> --key-file panel.key --key-form hex - < frame.bin',
    `<%= config.bin %> <%= command.id %> '1EF20013"NULL"0000L0#1234[]' --columns field,verdict,expected`,
  ]
  static override args = {
    frame: Args.string({ignoreStdin: true, description: 'the frame, or - for standard input'}),
  }
  static override flags = withVariables({
    at: Flags.string({description: 'when it came: now, or a time such as 2026-11-23T10:20:30Z', helpValue: 'TIME'}),
    ...keyFlags,
    ...outputFlags,
  })

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(PanelDecode)
    const {decodedFields, refusalLine} = await import('../../cli/panel-decode.ts')
    const fields = await decodedFields(args.frame, flags, this.clock.now(), (text) => this.warn(text))
    await this.rows(fields, EXAMINED_COLUMNS, flags, ({field}) => field)
    const refusal = refusalLine(fields)
    if (refusal !== undefined) this.note(refusal)
    return this.verdict(
      {accepted: refusal === undefined, ...(refusal === undefined ? {} : {refusal}), fields},
      refusal === undefined,
    )
  }
}
