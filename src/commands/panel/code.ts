import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, withVariables} from '../../cli/flags.ts'
import {CODE_COLUMNS} from '../../cli/render/panel.ts'
import type {CodeEntry} from '../../model/codes/lookup.ts'

export default class PanelCode extends BaseCommand {
  static override summary = 'Look an event code up: SIA and Contact ID, by code, by words, in English or Chinese.'
  static override description =
    `Codes are looked up one by one; words must all fit together. Exit status 3 when nothing is found.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> 130 BA',
    '<%= config.bin %> <%= command.id %> burglary restored',
    '<%= config.bin %> <%= command.id %> 防区 旁路 -o json',
  ]
  static override args = {
    word: Args.string({multiple: true, required: true, ignoreStdin: true, description: 'a code (130, BA) or words'}),
  }
  static override flags = withVariables({...outputFlags})

  async run(): Promise<{readonly codes: readonly CodeEntry[]}> {
    const {args, flags} = await this.parse(PanelCode)
    const {lookUpCodes} = await import('../../model/codes/lookup.ts')
    const codes = lookUpCodes(args.word)
    await this.rows(codes, CODE_COLUMNS, flags, ({code}) => code)
    if (codes.length === 0) this.note(`no code for ${args.word.join(' ')}`)
    return this.verdict({codes}, codes.length > 0)
  }
}
