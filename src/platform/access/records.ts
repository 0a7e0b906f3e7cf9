/** What is kept of users, tokens and sessions. Of a password or a token only what it can be recognised by. */
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {Role} from '../../model/role.ts'

interface Rights {
  /** Unique among its kind. */
  readonly name: string
  readonly role: Role
  /** Subtree that it is cut to; '' for everything. */
  readonly jurisdiction: Jurisdiction
  /** Ms UTC. */
  readonly createdAt: number
  /** As the audit log writes it. */
  readonly createdBy: string
}

export interface UserRecord extends Rights {
  readonly kind: 'user'
  /** As password.ts writes it. */
  readonly password: string
  readonly passwordAt: number
  readonly disabledAt?: number
  readonly loginAt?: number
}

export interface TokenRecord extends Rights {
  readonly kind: 'token'
  readonly digest: string
  /** Absent: never. */
  readonly expiresAt?: number
  /** When it was last used, to the hour; absent: never. */
  readonly usedAt?: number
}

/** What a log-in gave: acts for its user, with the rights that the user has at the time. */
export interface SessionRecord {
  readonly kind: 'session'
  /** A number of its own. */
  readonly name: string
  readonly user: string
  readonly digest: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly from: string
}

export type AccessRecord = UserRecord | TokenRecord | SessionRecord
export type AccessKind = AccessRecord['kind']

/** Users, tokens, and sessions of one user that there may be. */
export const MAX_USERS = 10_000
export const MAX_TOKENS = 10_000
export const MAX_SESSIONS = 32

/** Whether it opens anything at that time. */
export function isActive(record: UserRecord | TokenRecord, now: number): boolean {
  if (record.kind === 'user') return record.disabledAt === undefined
  return record.expiresAt === undefined || now < record.expiresAt
}

/** Whether it may do everything everywhere. */
export function isChief(record: UserRecord | TokenRecord, now: number): boolean {
  return record.role === 'admin' && record.jurisdiction === '' && isActive(record, now)
}
