/** Users, tokens and the audit log: what is asked of a store and what comes of it. */
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {AccessRecord} from '../access/records.ts'
import type {KeptLine} from '../audit/line.ts'
import type {By} from './behalf.ts'
import type {AccessWrite} from './book/access.ts'

/** Users, tokens and sessions, and the audit log: both change in the transaction of what they belong to. */
export interface AccessBook {
  /** Rejects with CW_CONFLICT, CW_FORBIDDEN, CW_BAD_VALUE, CW_DISK_FULL, CW_IO. */
  changeAccess(write: AccessWrite): Promise<void>
  /** Adds the line alone that the writer is asked for on behalf of; see `by`. */
  audit(): Promise<void>
}

export interface AuditPageRequest {
  readonly after: number
  readonly limit: number
  readonly who?: string
  readonly what?: string
  /** Ms UTC, both included. */
  readonly since: number
  readonly until: number
  /** Only lines of this subtree; '' for all. */
  readonly within: Jurisdiction
}

export interface AuditRows {
  readonly rows: readonly KeptLine[]
  readonly next?: number
}

/** What looking after users and tokens needs of a store. */
export interface AccessStore {
  /** Every user, token and session. Rejects with CW_IO. */
  access(): Promise<readonly AccessRecord[]>
  /** Grows with every change of them, whichever node made it. Rejects with CW_IO. */
  accessVersion(): Promise<number>
  /** The same writes on somebody's behalf: cut to a jurisdiction, and noted in the audit log when they change something. */
  by(by: By): AccessBook
}
