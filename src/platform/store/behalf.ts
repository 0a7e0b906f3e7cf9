/** On whose behalf something is written. */
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {AuditNote} from '../audit/line.ts'

export interface By {
  readonly at: number
  /** Subtree that it is cut to; '' for everything. */
  readonly scope: Jurisdiction
  /** Absent: the audit log says nothing of it. */
  readonly note?: AuditNote
}
