/** What the audit log (审计) says of a step that may send somebody out: who, when, what, at which receiver, under which test. */

/** `send`: a message, noted before it leaves. `refusal`: one that was kept back. `override`: --i-know let messages out. */
type Audited = 'send' | 'refusal' | 'override' | 'suite' | 'ontest-start' | 'ontest-extend' | 'ontest-end' | 'repair'

export interface AuditEntry {
  readonly what: Audited
  /** In upper case. */
  readonly account: string
  /** `host:port`. */
  readonly receiver?: string
  /** Number of the on-test window that allowed it, or that was changed. */
  readonly window?: number
  /** The event as it was written, without its account. */
  readonly event?: string
  readonly seq?: number
  readonly detail?: string
}

/** Where such steps are noted; cli/audit-log.ts keeps a file. */
export interface Audit {
  /** Resolves once it is on the disk. What cannot be noted is not done: rejects with CW_DISK_FULL, CW_IO, CW_LOCKED. */
  note(entry: AuditEntry): Promise<void>
}
