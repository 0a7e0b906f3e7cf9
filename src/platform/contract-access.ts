/** Log-ins, users, tokens and the audit log: their part of the HTTP surface. */
import type {Role} from '../model/role.ts'

/** Who may come in, and who did what. */
export interface AccessContract {
  /** Name and password of a user for a token that runs out. 401 for what is wrong, 429 when it was tried too often. */
  'POST /v1/login': {query: Record<never, never>; body: LoginRequest; reply: Session}
  /** Ends the session that asks. */
  'POST /v1/logout': {query: Record<never, never>; body: Record<never, never>; reply: Done}
  /** Who the platform takes the asker for. */
  'GET /v1/whoami': {query: Record<never, never>; body: null; reply: Whoami}
  /** Users by name: those of the asker's jurisdiction. */
  'GET /v1/users': {query: {after?: string; limit?: number}; body: null; reply: UserPage}
  /** Adds a user. The first user or token must be an admin of all jurisdictions (400): from then on everybody must say who he is. */
  'POST /v1/users': {query: Record<never, never>; body: NewUser; reply: Done}
  /** Sets a password and ends the user's sessions. One's own needs the present one, another's an admin. */
  'POST /v1/users/password': {query: Record<never, never>; body: PasswordChange; reply: Done}
  /** Shuts a user out, lets one in again, takes one away, or ends a lock-out. Refused (403) when no admin would be left. */
  'POST /v1/users/change': {query: Record<never, never>; body: UserChange; reply: Done}
  /** Tokens by name: those of the asker's jurisdiction. What opens with them is not among it. */
  'GET /v1/tokens': {query: {after?: string; limit?: number}; body: null; reply: TokenPage}
  /** Makes a token. This reply is the only place where it is ever shown. */
  'POST /v1/tokens': {query: Record<never, never>; body: NewToken; reply: MadeToken}
  /** Takes a token away. Refused (403) when no admin would be left. */
  'POST /v1/tokens/revoke': {query: Record<never, never>; body: TokenEnd; reply: Done}
  /** Lines of the audit log by number; who is cut to a jurisdiction gets those that lie in it. */
  'GET /v1/audit': {
    query: {after?: number; limit?: number; who?: string; what?: string; since?: number; until?: number}
    body: null
    reply: AuditPage
  }
}

export interface LoginRequest {
  readonly user: string
  readonly password: string
}

export interface Session {
  /** For the Authorization header: `Bearer <token>`. */
  readonly token: string
  readonly user: string
  readonly role: Role
  /** Subtree that the user is cut to; '' for everything. */
  readonly jurisdiction: string
  /** Ms UTC. */
  readonly expiresAt: number
}

export interface Whoami {
  /** `open`: the platform asks nobody. `master`: the holder of its token file. */
  readonly kind: 'open' | 'master' | 'user' | 'token'
  readonly name: string
  readonly role: Role
  readonly jurisdiction: string
}

export interface NewUser {
  /** 1 to 64 letters, digits and `. _ @ -`, beginning with a letter or digit. */
  readonly name: string
  readonly role: Role
  readonly jurisdiction: string
  /** At least 12 characters. */
  readonly password: string
}

export interface PasswordChange {
  readonly name: string
  readonly password: string
  /** The present one, for who changes his own. */
  readonly current?: string
}

export interface UserChange {
  readonly name: string
  readonly change: 'disable' | 'enable' | 'remove' | 'unlock'
}

export interface UserView {
  readonly name: string
  readonly role: Role
  readonly jurisdiction: string
  readonly disabled: boolean
  readonly createdAt: number
  readonly createdBy: string
  readonly passwordAt: number
  readonly loginAt?: number
  /** Log-ins that failed since the last good one. */
  readonly failures: number
  /** Until when the user is locked out, ms UTC. */
  readonly lockedUntil?: number
}

export interface UserPage {
  readonly items: readonly UserView[]
  readonly next?: string
}

export interface NewToken {
  readonly name: string
  readonly role: Role
  readonly jurisdiction: string
  /** Ms UTC; absent: never. */
  readonly expiresAt?: number
}

export interface TokenView {
  readonly name: string
  readonly role: Role
  readonly jurisdiction: string
  readonly createdAt: number
  readonly createdBy: string
  readonly expiresAt?: number
  /** To the hour; absent: never. */
  readonly usedAt?: number
}

export interface TokenPage {
  readonly items: readonly TokenView[]
  readonly next?: string
}

export interface MadeToken extends TokenView {
  readonly token: string
}

export interface TokenEnd {
  readonly name: string
}

export interface Done {
  readonly done: true
}

export interface AuditPage {
  readonly items: readonly AuditItem[]
  readonly next?: number
}

/** hash = SHA-256(hash of the line before, in hex ‖ LF ‖ line), in hex; 64 zeros stand before the first. */
export interface AuditItem {
  readonly n: number
  /** JSON: n, at, who, role, from, what, on, place, detail. */
  readonly line: string
  readonly hash: string
}
