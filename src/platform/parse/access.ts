/** Reads log-ins, users, tokens and audit lines, on either side of the network. What is secret is never in an error. */
import {CitywatchError} from '../../lib/errors.ts'
import {MAX_NAME, safeText} from '../../lib/safe-text.ts'
import {Secret} from '../../lib/secret.ts'
import {ROLES} from '../../model/role.ts'
import type {
  AuditItem,
  AuditPage,
  LoginRequest,
  MadeToken,
  NewToken,
  NewUser,
  PasswordChange,
  Session,
  TokenPage,
  TokenView,
  UserChange,
  UserPage,
  UserView,
  Whoami,
} from '../contract.ts'
import {MAX_PAGE} from '../contract.ts'
import {jurisdiction} from './device.ts'
import {bad, Fields, present} from './fields.ts'

const ACCESS_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u
const NAME_WORDS = '1 to 64 letters, digits and . _ @ -'
const MAX_PASSWORD = 1_024
const TOKEN = /^cw_[A-Za-z0-9_-]{43}$/
const HASH = /^[0-9a-f]{64}$/
const MAX_LINE = 8_192

type Shut<T extends {readonly password: string}> = Omit<T, 'password'> & {readonly password: Secret}
export type ParsedLogin = Shut<LoginRequest>
export type ParsedUser = Shut<NewUser>
export type ParsedPassword = Omit<Shut<PasswordChange>, 'current'> & {readonly current?: Secret}

/** A name is compared letter by letter: it has one spelling. Throws CW_BAD_VALUE. */
export function accessName(fields: Fields, name = 'name'): string {
  const text = fields.matching(name, ACCESS_NAME, NAME_WORDS)
  return text === text.normalize('NFKC') ? text : fields.matching(name, /^$/, 'letters in their plain form')
}

/** Throws CW_BAD_VALUE. A name that cannot be one is a user who is not there, not another kind of answer. */
export function parseLogin(body: unknown): ParsedLogin {
  const fields = new Fields(body, '')
  return {user: fields.text('user', MAX_NAME), password: password(fields, 'password')}
}

/** Throws CW_BAD_VALUE. */
export function parseNewUser(body: unknown): ParsedUser {
  const fields = new Fields(body, '')
  return {...rights(fields), password: password(fields, 'password')}
}

/** Throws CW_BAD_VALUE. */
export function parsePassword(body: unknown): ParsedPassword {
  const fields = new Fields(body, '')
  return {
    name: accessName(fields),
    password: password(fields, 'password'),
    ...present({current: fields.has('current') ? password(fields, 'current') : undefined}),
  }
}

/** Throws CW_BAD_VALUE. */
export function parseUserChange(body: unknown): UserChange {
  const fields = new Fields(body, '')
  return {name: accessName(fields), change: fields.oneOf('change', ['disable', 'enable', 'remove', 'unlock'])}
}

/** Throws CW_BAD_VALUE. */
export function parseNewToken(body: unknown): NewToken {
  const fields = new Fields(body, '')
  return {...rights(fields), ...present({expiresAt: fields.optionalInteger('expiresAt', 1)})}
}

/** Throws CW_BAD_VALUE. */
export function parseTokenEnd(body: unknown): {readonly name: string} {
  return {name: accessName(new Fields(body, ''))}
}

/** Throws CW_BAD_VALUE. */
export function parseDone(value: unknown): {readonly done: true} {
  const fields = new Fields(value, 'reply')
  if (fields.boolean('done')) return {done: true}
  throw bad(fields.at('done'), false, 'true')
}

/** Throws CW_BAD_VALUE. */
export function parseSession(value: unknown): Session {
  const fields = new Fields(value, 'session')
  return {
    token: token(fields),
    user: accessName(fields, 'user'),
    role: fields.oneOf('role', ROLES),
    jurisdiction: jurisdiction(fields),
    expiresAt: fields.integer('expiresAt', 1),
  }
}

/** Throws CW_BAD_VALUE. */
export function parseWhoami(value: unknown): Whoami {
  const fields = new Fields(value, 'asker')
  return {
    kind: fields.oneOf('kind', ['open', 'master', 'user', 'token']),
    name: fields.text('name', MAX_NAME),
    role: fields.oneOf('role', ROLES),
    jurisdiction: jurisdiction(fields),
  }
}

/** Throws CW_BAD_VALUE. */
export function parseUserPage(value: unknown): UserPage {
  const fields = new Fields(value, 'page')
  return {items: fields.list('items', MAX_PAGE, parseUser), ...next(fields)}
}

/** Throws CW_BAD_VALUE. */
export function parseTokenPage(value: unknown): TokenPage {
  const fields = new Fields(value, 'page')
  return {items: fields.list('items', MAX_PAGE, parseTokenView), ...next(fields)}
}

/** Throws CW_BAD_VALUE. */
export function parseMadeToken(value: unknown): MadeToken {
  return {...parseTokenView(value, 'token'), token: token(new Fields(value, 'token'))}
}

/** Throws CW_BAD_VALUE. */
export function parseAuditPage(value: unknown): AuditPage {
  const fields = new Fields(value, 'page')
  return {
    items: fields.list('items', MAX_PAGE, parseAuditItem),
    ...present({next: fields.optionalInteger('next', 1)}),
  }
}

/** The line's text is kept as it came: its hash is of these very characters. */
function parseAuditItem(value: unknown, where: string): AuditItem {
  const fields = new Fields(value, where)
  const line = fields.raw('line')
  if (typeof line !== 'string' || line.length > MAX_LINE) throw secretless(fields.at('line'), 'a line of text')
  return {n: fields.integer('n', 1), line, hash: fields.matching('hash', HASH, 'a SHA-256')}
}

function parseUser(value: unknown, where: string): UserView {
  const fields = new Fields(value, where)
  return {
    ...rights(fields),
    disabled: fields.boolean('disabled'),
    createdAt: fields.integer('createdAt', 0),
    createdBy: fields.text('createdBy', MAX_NAME),
    passwordAt: fields.integer('passwordAt', 0),
    failures: fields.integer('failures', 0),
    ...present({
      loginAt: fields.optionalInteger('loginAt', 0),
      lockedUntil: fields.optionalInteger('lockedUntil', 0),
    }),
  }
}

function parseTokenView(value: unknown, where: string): TokenView {
  const fields = new Fields(value, where)
  return {
    ...rights(fields),
    createdAt: fields.integer('createdAt', 0),
    createdBy: fields.text('createdBy', MAX_NAME),
    ...present({
      expiresAt: fields.optionalInteger('expiresAt', 0),
      usedAt: fields.optionalInteger('usedAt', 0),
    }),
  }
}

function rights(fields: Fields) {
  return {name: accessName(fields), role: fields.oneOf('role', ROLES), jurisdiction: jurisdiction(fields)}
}

function next(fields: Fields): {readonly next?: string} {
  return present({next: fields.has('next') ? accessName(fields, 'next') : undefined})
}

function password(fields: Fields, name: string): Secret {
  const value = fields.raw(name)
  if (typeof value === 'string' && value !== '' && value.length <= MAX_PASSWORD) return new Secret(value)
  throw secretless(fields.at(name), `1 to ${MAX_PASSWORD} characters`)
}

function token(fields: Fields): string {
  const value = fields.raw('token')
  if (typeof value === 'string' && TOKEN.test(value)) return value
  throw secretless(fields.at('token'), 'a token')
}

/** An error that shows nothing of the value. */
function secretless(field: string, expected: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field: safeText(field, 80), value: '[not shown]', expected})
}
