/** Log-ins that are open: one token a platform, in a file of its own that nobody else can read. */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import {join} from 'node:path'
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import {Fields} from '../lib/fields.ts'
import {Secret} from '../lib/secret.ts'
import {configFolder} from './paths.ts'

export interface KeptSession {
  readonly user: string
  readonly token: Secret
  /** Ms UTC. */
  readonly expiresAt: number
}

/** Whom a session is for: the context's name ('' for none) and the address, so that no token goes to another platform. */
export interface SessionPlace {
  readonly name?: string
  readonly url: string
}

interface Line {
  readonly place: string
  readonly user: string
  readonly token: string
  readonly expiresAt: number
}

const MAX_SESSIONS = 200
const TOKEN = /^cw_[A-Za-z0-9_-]{43}$/

/** Undefined when nobody has logged in there, or it has run out. Throws CW_CONFIG for a file that others can read, or that is none. */
export function sessionFor(place: SessionPlace, now: number): KeptSession | undefined {
  const line = read().find((kept) => kept.place === keyOf(place))
  if (line === undefined || line.expiresAt <= now) return undefined
  return {user: line.user, token: new Secret(line.token), expiresAt: line.expiresAt}
}

/** Whole and for the owner only, or not at all. Throws CW_IO, CW_CONFIG. */
export function keepSession(place: SessionPlace, {user, token, expiresAt}: KeptSession, now: number): void {
  const others = read().filter((kept) => kept.place !== keyOf(place) && kept.expiresAt > now)
  const line: Line = {place: keyOf(place), user, token: token.reveal(), expiresAt}
  write([...others, line].slice(-MAX_SESSIONS))
}

/** Throws CW_IO, CW_CONFIG. */
export function forgetSession(place: SessionPlace): void {
  const lines = read()
  const others = lines.filter((kept) => kept.place !== keyOf(place))
  if (others.length < lines.length) write(others)
}

function keyOf({name = '', url}: SessionPlace): string {
  return `${name} ${url}`
}

function path(): string {
  return join(configFolder(), 'sessions.json')
}

function read(): readonly Line[] {
  let text: string
  try {
    requireOwn(path())
    text = readFileSync(path(), 'utf8')
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    if (isCitywatchError(cause)) throw cause
    throw new CitywatchError('CW_CONFIG', {path: path(), detail: code ?? 'unreadable'}, {cause})
  }
  try {
    return new Fields(JSON.parse(text), '').list('sessions', MAX_SESSIONS, parseLine)
  } catch {
    // Not what is wrong with it: a token may stand there.
    throw new CitywatchError('CW_CONFIG', {path: path(), detail: 'it is no list of sessions'})
  }
}

/** Windows keeps it in the user's own profile; elsewhere the mode must say so. */
function requireOwn(file: string): void {
  if (process.platform === 'win32' || (statSync(file).mode & 0o077) === 0) return
  throw new CitywatchError('CW_CONFIG', {path: file, detail: 'others can read it: chmod 600, log out and in again'})
}

function parseLine(value: unknown, where: string): Line {
  const fields = new Fields(value, where)
  return {
    place: fields.key('place', 1_024),
    user: fields.key('user', 64),
    token: fields.matching('token', TOKEN, 'a token'),
    expiresAt: fields.integer('expiresAt', 0),
  }
}

function write(sessions: readonly Line[]): void {
  const file = path()
  const next = `${file}.${process.pid}.new`
  try {
    mkdirSync(configFolder(), {recursive: true, mode: 0o700})
    const descriptor = openSync(next, 'w', 0o600)
    try {
      fchmodSync(descriptor, 0o600)
      writeSync(descriptor, `${JSON.stringify({sessions}, null, 2)}\n`)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(next, file)
  } catch (cause) {
    const {code = 'not writable'} = cause as NodeJS.ErrnoException
    throw new CitywatchError('CW_IO', {path: file, detail: code}, {cause})
  }
}
