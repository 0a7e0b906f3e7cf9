import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../../cli/base-command.ts'
import {withVariables} from '../../../cli/flags.ts'
import {auditPlaceFlags} from '../../../cli/platform-audit.ts'
import type {AuditVerdict} from '../../../platform/audit/verify.ts'

export default class PlatformAuditVerify extends BaseCommand {
  static override summary = "Check the chain of hashes of a platform's audit log; exit status 3 when it is broken."
  static override description =
    'Proves that between its first line and its last nothing was changed, added or taken out. It cannot prove that no lines were cut off the end, nor that the whole log was not written anew by somebody who owns the disk: for that, keep the head hash that it prints elsewhere and give it to --expect later. Every line is read and hashed here, not by the platform.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --expect 5f0c…',
    '<%= config.bin %> <%= command.id %> --data /backup/citywatch-monday.db --json',
  ]
  static override flags = withVariables({
    expect: Flags.string({
      description: 'head hash of an earlier check: it must still be in the chain',
      helpValue: 'HASH',
    }),
    ...auditPlaceFlags,
  })

  async run(): Promise<AuditVerdict & {readonly of: string}> {
    const {flags} = await this.parse(PlatformAuditVerify)
    const {verdictLines, verifyAudit} = await import('../../../cli/platform-audit.ts')
    const verdict = await verifyAudit(flags)
    this.log(verdictLines(verdict))
    return this.verdict(verdict, verdict.state === 'intact' && verdict.expected !== 'missing')
  }
}
