/** The login ledger on disk: shared by all commands of this machine, so that runs one after another cannot lock a camera either. */
import {closeSync, mkdirSync, openSync, readFileSync, writeSync} from 'node:fs'
import {join} from 'node:path'
import type {LoginLedger} from '../camera/login-ledger.ts'
import type {Clock} from '../lib/clock.ts'
import {CitywatchError} from '../lib/errors.ts'
import type {Credential} from '../lib/secret.ts'
import {stateFolder} from './paths.ts'

/** A failed login weighs this long: the longest lock time known of cameras (30 min). */
const WINDOW_MS = 30 * 60_000
/** Failed logins of one device within the window, whatever the password. The strictest known device locks at 3. */
const HARD_CAP = 2
const MAX_FILE_BYTES = 64 * 1024 * 1024

type Outcome = 'trying' | 'ok' | 'failed'
interface Line {
  readonly at: number
  readonly device: string
  /** Tells logins apart without giving the password away. */
  readonly login: string
  readonly outcome: Outcome
}

export interface FileLoginLedger extends LoginLedger {
  close(): void
}

/** Opens (and if need be creates) the ledger in the state folder. Throws CW_IO. */
export function fileLoginLedger(clock: Clock, folder: string = stateFolder()): FileLoginLedger {
  const path = join(folder, 'logins.jsonl')
  const open = openLines(path, folder, clock.now())
  const failures = new Map<string, Line[]>()
  const refusals = new Map<string, Line[]>()
  const keep = (line: Line) => {
    note(failures, line)
    noteRefusal(refusals, line)
  }
  for (const line of open.lines) keep(line)
  const write = (device: string, credential: Credential, outcome: Outcome) => {
    const line = {at: clock.now(), device, login: loginOf(device, credential), outcome}
    writeSync(open.fd, `${JSON.stringify(line)}\n`)
    keep(line)
  }
  return {
    mayTry(device, credential) {
      const since = clock.now() - WINDOW_MS
      const recent = (failures.get(device) ?? []).filter(({at}) => at >= since)
      const login = loginOf(device, credential)
      return recent.length < HARD_CAP && !recent.some((line) => line.login === login)
    },
    isQuiet(device) {
      const since = clock.now() - WINDOW_MS
      return !(refusals.get(device) ?? []).some(({at}) => at >= since)
    },
    trying: (device, credential) => write(device, credential, 'trying'),
    succeeded: (device, credential) => write(device, credential, 'ok'),
    failed: (device, credential) => write(device, credential, 'failed'),
    close: () => closeSync(open.fd),
  }
}

function loginOf(device: string, {user, password}: Credential): string {
  return password.fingerprint(`${device}\0${user}`)
}

/** A `trying` without an answer counts as a failure; `failed` confirms it and `ok` takes everything back. */
function note(failures: Map<string, Line[]>, line: Line): void {
  const known = failures.get(line.device) ?? []
  if (line.outcome === 'ok') failures.delete(line.device)
  else if (line.outcome === 'trying') failures.set(line.device, [...known.slice(-HARD_CAP), line])
  else if (!known.some(({login}) => login === line.login)) failures.set(line.device, [...known.slice(-HARD_CAP), line])
}

/** Unlike `note`: another login that was accepted since takes nothing back. */
function noteRefusal(refusals: Map<string, Line[]>, line: Line): void {
  const others = (refusals.get(line.device) ?? []).filter(({login}) => login !== line.login)
  if (line.outcome !== 'ok') refusals.set(line.device, [...others.slice(-HARD_CAP), line])
  else if (others.length > 0) refusals.set(line.device, others)
  else refusals.delete(line.device)
}

function openLines(path: string, folder: string, now: number): {fd: number; lines: Line[]} {
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700})
    const fd = openSync(path, 'a+', 0o600)
    const lines = readFileSync(path, 'utf8')
      .slice(-MAX_FILE_BYTES)
      .split('\n')
      .flatMap((text) => parse(text, now - WINDOW_MS))
    return {fd, lines}
  } catch (cause) {
    throw new CitywatchError('CW_IO', {path, detail: (cause as NodeJS.ErrnoException).code ?? 'unusable'}, {cause})
  }
}

/** A torn or foreign line is passed over: the ledger errs on the side of the lines it can read. */
function parse(text: string, since: number): Line[] {
  if (text === '') return []
  try {
    const line: unknown = JSON.parse(text)
    return isLine(line) && line.at >= since ? [line] : []
  } catch {
    return []
  }
}

function isLine(value: unknown): value is Line {
  if (typeof value !== 'object' || value === null) return false
  const {at, device, login, outcome} = value as Record<string, unknown>
  return (
    typeof at === 'number' && typeof device === 'string' && typeof login === 'string' && typeof outcome === 'string'
  )
}
