import * as Flags from '@oclif/core/flags'
import {AUDIT_COLUMNS, type AuditRow, type AuditVerdict} from '../../cli/audit.ts'
import {BaseCommand} from '../../cli/base-command.ts'
import {outputFlags, withVariables} from '../../cli/flags.ts'

export default class PanelAudit extends BaseCommand {
  static override summary = 'Show what was sent, refused, overridden and put on test from this machine.'
  static override description =
    'Every line holds the SHA-256 of the line before. --verify checks that: exit status 3 when a line was changed, added or taken out, or when the last one was cut short. Lines taken off the end do not show: keep the hash that --verify prints.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --account 1234 --since 2h',
    '<%= config.bin %> <%= command.id %> --verify',
  ]
  static override flags = withVariables({
    account: Flags.string({description: 'only this account', helpValue: 'A'}),
    since: Flags.string({description: 'only what came after: 2h, 2026-03-01T08:00', helpValue: 'TIME'}),
    verify: Flags.boolean({description: 'check the chain of hashes', exclusive: ['account', 'since']}),
    ...outputFlags,
  })

  async run(): Promise<{entries: AuditRow[]} | AuditVerdict> {
    const {flags} = await this.parse(PanelAudit)
    const {auditRows, verdictLines, verifyAudit} = await import('../../cli/audit.ts')
    if (!flags.verify) {
      const entries = auditRows(flags, this.clock)
      return {entries: await this.rows(entries, AUDIT_COLUMNS, flags, ({line}) => String(line))}
    }
    const verdict = await verifyAudit(this.clock)
    this.log(verdictLines(verdict))
    return this.verdict(verdict, verdict.state === 'intact')
  }
}
