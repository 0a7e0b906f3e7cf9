/** How users, tokens and sessions change: each rule once, whatever engine keeps them. */
import {CitywatchError} from '../../../lib/errors.ts'
import {isWithin, type Jurisdiction} from '../../../model/jurisdiction.ts'
import {
  type AccessKind,
  type AccessRecord,
  isChief,
  MAX_SESSIONS,
  MAX_TOKENS,
  MAX_USERS,
  type SessionRecord,
  type TokenRecord,
  type UserRecord,
} from '../../access/records.ts'

/** The pages of a Book that access is written on. */
export interface AccessPages {
  count(name: string, delta: number): void
  access(kind: AccessKind, name: string): AccessRecord | undefined
  accessOf(kind: AccessKind): readonly AccessRecord[]
  saveAccess(record: AccessRecord): void
  dropAccess(kind: AccessKind, name: string): void
}

export type AccessChange =
  | {readonly type: 'add'; readonly record: UserRecord | TokenRecord}
  | {readonly type: 'password'; readonly name: string; readonly password: string}
  | {readonly type: 'disable' | 'enable' | 'remove'; readonly name: string}
  | {readonly type: 'revoke'; readonly name: string}
  | {readonly type: 'open'; readonly session: SessionRecord; readonly rehashed?: string}
  | {readonly type: 'close'; readonly session: string}
  | {readonly type: 'used'; readonly uses: readonly {readonly token: string; readonly at: number}[]}

export interface AccessWrite {
  readonly at: number
  readonly change: AccessChange
  /** A token of a file opens the platform besides: then it may be without an admin of its own. */
  readonly hasMaster: boolean
}

/** Counter by which nodes see that another one has changed something. */
export const ACCESS_VERSION = 'access'

/**
 * Throws CW_CONFLICT (the name is taken, there are too many), CW_FORBIDDEN (there would be no admin left), CW_BAD_VALUE (no such
 * user or token, one outside `scope`, the first one is no admin).
 */
export function writeAccess(book: AccessPages, {at, change, hasMaster}: AccessWrite, scope: Jurisdiction): void {
  book.count(ACCESS_VERSION, 1)
  switch (change.type) {
    case 'add':
      add(book, change.record, scope, at, hasMaster)
      return
    case 'password': {
      const user = userOf(book, change.name, scope)
      book.saveAccess({...user, password: change.password, passwordAt: at})
      closeAll(book, user.name)
      return
    }
    case 'disable':
    case 'enable':
    case 'remove':
      changeUser(book, change.type, userOf(book, change.name, scope), {at, hasMaster})
      return
    case 'revoke': {
      const token = tokenOf(book, change.name, scope)
      book.dropAccess('token', token.name)
      requireChief(book, `token ${token.name}`, at, hasMaster, isChief(token, at))
      return
    }
    case 'open':
      openSession(book, change.session, change.rehashed, at)
      return
    case 'close':
      book.dropAccess('session', change.session)
      return
    case 'used':
      for (const {token, at: usedAt} of change.uses) {
        const record = book.access('token', token)
        if (record?.kind === 'token') book.saveAccess({...record, usedAt})
      }
  }
}

function add(
  book: AccessPages,
  record: UserRecord | TokenRecord,
  scope: Jurisdiction,
  at: number,
  hasMaster: boolean,
): void {
  const {kind, name, jurisdiction} = record
  if (!isWithin(jurisdiction, scope)) throw outside(jurisdiction, scope)
  if (book.access(kind, name)) throw conflict(`${kind} ${name}`, 'there is one of that name already')
  const max = kind === 'user' ? MAX_USERS : MAX_TOKENS
  if (book.accessOf(kind).length >= max) throw conflict(`${kind} ${name}`, `there are ${max} already`)
  const isFirst = !hasMaster && book.accessOf('user').length + book.accessOf('token').length === 0
  if (isFirst && !isChief(record, at)) {
    // From now on the platform asks everybody; nobody could then say who else may.
    const expected = 'admin of all jurisdictions for the first user or token'
    throw new CitywatchError('CW_BAD_VALUE', {field: 'role', value: record.role, expected})
  }
  book.saveAccess(record)
}

function changeUser(
  book: AccessPages,
  what: 'disable' | 'enable' | 'remove',
  user: UserRecord,
  {at, hasMaster}: {readonly at: number; readonly hasMaster: boolean},
): void {
  const wasChief = isChief(user, at)
  if (what === 'remove') book.dropAccess('user', user.name)
  else if (what === 'disable') book.saveAccess({...user, disabledAt: user.disabledAt ?? at})
  else {
    const {disabledAt: _since, ...rest} = user
    book.saveAccess(rest)
    return
  }
  closeAll(book, user.name)
  requireChief(book, `user ${user.name}`, at, hasMaster, wasChief)
}

function openSession(book: AccessPages, session: SessionRecord, rehashed: string | undefined, at: number): void {
  const user = book.access('user', session.user)
  // Removed or disabled while the password was being checked.
  if (user?.kind !== 'user' || user.disabledAt !== undefined) throw new CitywatchError('CW_AUTH', {target: 'platform'})
  book.saveAccess({...user, loginAt: at, ...(rehashed === undefined ? {} : {password: rehashed})})
  const sessions = sessionsOf(book, user.name)
  const open = sessions.filter(({expiresAt}) => expiresAt > at).sort((a, b) => b.createdAt - a.createdAt)
  const kept = new Set(open.slice(0, MAX_SESSIONS - 1))
  for (const old of sessions) if (!kept.has(old)) book.dropAccess('session', old.name)
  book.saveAccess(session)
}

function closeAll(book: AccessPages, user: string): void {
  for (const {name} of sessionsOf(book, user)) book.dropAccess('session', name)
}

function sessionsOf(book: AccessPages, user: string): SessionRecord[] {
  return book
    .accessOf('session')
    .filter((record) => record.kind === 'session' && record.user === user) as SessionRecord[]
}

/** One outside the scope is as one that is not there. */
function userOf(book: AccessPages, name: string, scope: Jurisdiction): UserRecord {
  const record = book.access('user', name)
  if (record?.kind === 'user' && isWithin(record.jurisdiction, scope)) return record
  throw notThere('user', name)
}

function tokenOf(book: AccessPages, name: string, scope: Jurisdiction): TokenRecord {
  const record = book.access('token', name)
  if (record?.kind === 'token' && isWithin(record.jurisdiction, scope)) return record
  throw notThere('token', name)
}

/** Somebody must be left who may change what was changed. */
function requireChief(book: AccessPages, name: string, at: number, hasMaster: boolean, wasChief: boolean): void {
  if (hasMaster || !wasChief) return
  const others = [...book.accessOf('user'), ...book.accessOf('token')]
  if (others.some((record) => record.kind !== 'session' && isChief(record, at))) return
  const detail = 'it would leave no admin of all jurisdictions; add another one first'
  throw new CitywatchError('CW_FORBIDDEN', {what: `taking ${name} away`, detail})
}

function outside(jurisdiction: Jurisdiction, scope: Jurisdiction): CitywatchError {
  const expected = `a jurisdiction within ${scope}`
  return new CitywatchError('CW_BAD_VALUE', {field: 'jurisdiction', value: jurisdiction || '(all)', expected})
}

function notThere(field: 'user' | 'token', value: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field, value, expected: `the name of a ${field}`})
}

function conflict(what: string, detail: string): CitywatchError {
  return new CitywatchError('CW_CONFLICT', {what, detail})
}
