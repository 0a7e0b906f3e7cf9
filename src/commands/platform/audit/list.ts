import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../../cli/base-command.ts'
import {outputFlags, withVariables} from '../../../cli/flags.ts'
import type {AuditRow} from '../../../cli/platform-audit.ts'
import {auditPlaceFlags} from '../../../cli/platform-audit.ts'

export default class PlatformAuditList extends BaseCommand {
  static override summary = "List a platform's audit log: who did what, from where, when."
  static override description =
    'Log-ins and those that failed, users and tokens, acknowledgements, on-test windows, changes of the inventory, backup, restore, start and stop. --data reads the folder of a platform (it may run) or a backup.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --since 24h',
    '<%= config.bin %> <%= command.id %> --who "user anna" --what alarm -o jsonl',
    '<%= config.bin %> <%= command.id %> --data /backup/citywatch-monday.db --what login.failed',
  ]
  static override flags = withVariables({
    who: Flags.string({description: 'only what this one did: "user anna", "token desk-3"', helpValue: 'WHO'}),
    what: Flags.string({description: 'only this: login.failed, or all that begin so: login', helpValue: 'WORD'}),
    since: Flags.string({description: 'only what came after: 2h, 2026-03-01T08:00', helpValue: 'TIME'}),
    until: Flags.string({description: 'only what came before', helpValue: 'TIME'}),
    after: Flags.integer({min: 0, description: 'only lines with a higher number', helpValue: 'N'}),
    ...outputFlags,
    ...auditPlaceFlags,
  })

  async run(): Promise<{lines: AuditRow[]}> {
    const {flags} = await this.parse(PlatformAuditList)
    const {AUDIT_COLUMNS, auditRows} = await import('../../../cli/platform-audit.ts')
    const rows = auditRows(flags, this.clock.now())
    return {lines: await this.rows(rows, AUDIT_COLUMNS, flags, ({n}) => String(n))}
  }
}
