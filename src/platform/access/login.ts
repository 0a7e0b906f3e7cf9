/** Logging in: how often it may be tried, how long it takes for anybody, and what it gives. */
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError, isCitywatchError} from '../../lib/errors.ts'
import type {Log} from '../../lib/log.ts'
import {safeName} from '../../lib/safe-text.ts'
import type {Secret} from '../../lib/secret.ts'
import type {AuditNote} from '../audit/line.ts'
import type {AuditPen} from '../audit/pen.ts'
import type {Done, Session} from '../contract.ts'
import type {ParsedLogin, ParsedPassword} from '../parse/access.ts'
import {type AccessDesk, byWhom, placed, sessionName} from './desk.ts'
import {isLocal, networkOf} from './peer.ts'
import type {Caller} from './principal.ts'
import type {SessionRecord, UserRecord} from './records.ts'
import {digestOf, newToken} from './token.ts'
import type {Try} from './tries.ts'

/** How long a session opens, ms: a shift. */
const SESSION_MS = 12 * 3_600_000

export interface LoginOptions {
  readonly desk: AccessDesk
  readonly clock: Clock
  readonly pen: AuditPen
  readonly log: Log
  readonly sessionMs?: number
}

export class LoginDesk {
  readonly #options: LoginOptions

  constructor(options: LoginOptions) {
    this.#options = options
  }

  /**
   * Throws CW_AUTH for a wrong name or password (after the same work for both) and for a user who is shut out,
   * CW_TOO_MANY_TRIES, CW_TOO_MANY_REQUESTS.
   */
  async login({user: name, password}: ParsedLogin, from: string): Promise<Session> {
    const user = await this.#checked(name, password, from)
    const {desk, clock, sessionMs = SESSION_MS} = this.#options
    const token = newToken()
    const now = clock.now()
    const session: SessionRecord = {
      ...{kind: 'session', name: sessionName(), user: user.name, digest: digestOf(token.reveal())},
      ...{createdAt: now, expiresAt: now + sessionMs, from},
    }
    const isOutdated = desk.hasher.isOutdated(user.password)
    const rehashed = isOutdated ? await desk.hashed(() => desk.hasher.hash(password)) : undefined
    await this.#open(session, user, rehashed)
    const {role, jurisdiction} = user
    return {token: token.reveal(), user: user.name, role, jurisdiction, expiresAt: session.expiresAt}
  }

  /** Ends the session that asks; nothing for who has none. */
  async logout(caller: Caller): Promise<Done> {
    const {desk, clock, pen} = this.#options
    const {session, scope} = caller.principal
    if (session !== undefined && (await desk.takeBack(session))) void pen.note(byWhom(caller, 'logout'))
    else if (session !== undefined) {
      const write = {at: clock.now(), change: {type: 'close', session}, hasMaster: desk.options.hasMaster} as const
      const note = byWhom(caller, 'logout')
      await desk.options.store.by({scope, note, at: write.at}).changeAccess(write)
      await desk.load()
    }
    return {done: true}
  }

  /** One's own password: the present one is asked for as at a log-in. */
  async setOwnPassword(change: ParsedPassword, caller: Caller): Promise<Done> {
    if (change.current === undefined) {
      throw new CitywatchError('CW_BAD_VALUE', {field: 'current', value: 'missing', expected: 'the present password'})
    }
    await this.#checked(change.name, change.current, caller.from)
    return this.#options.desk.setPassword(change, caller)
  }

  /** The user, once the password has been found right. */
  async #checked(name: string, password: Secret, from: string): Promise<UserRecord> {
    const {desk, clock} = this.#options
    const now = clock.now()
    const isSafe = isLocal(from) && desk.directory.isLastChief(name, now)
    const attempt: Try = {user: name, address: networkOf(from), isSafe}
    const verdict = desk.tries.begin(attempt, now)
    if (verdict.type === 'wait') {
      this.#failed(name, from, verdict.isLocked ? 'login.locked' : 'login.early')
      throw new CitywatchError('CW_TOO_MANY_TRIES', {target: 'platform', waitS: Math.ceil(verdict.ms / 1_000)})
    }
    const user = desk.directory.user(name)
    const isRight = await desk
      .hashed(() => desk.hasher.verify(password, user?.password))
      .catch((error) => {
        desk.tries.notTried(attempt)
        throw error
      })
    if (isRight && user && user.disabledAt === undefined) {
      desk.tries.succeeded(attempt)
      return user
    }
    const isLocked = desk.tries.lockedUntil(name, clock.now()) !== undefined
    this.#failed(name, from, isLocked ? 'login.locked' : 'login.failed')
    throw new CitywatchError('CW_AUTH', {target: 'platform'})
  }

  #failed(name: string, from: string, what: string): void {
    const {pen, log, desk} = this.#options
    // Names that nobody has are often passwords in the wrong field: they are not written down.
    const user = desk.directory.user(name)
    const on = user === undefined ? 'user/(unknown)' : `user/${safeName(name)}`
    log.write('warn', what, {from, on})
    void pen.flood({who: 'nobody', from, what, on, ...placed(user?.jurisdiction)})
  }

  /** A disk that takes nothing keeps nobody out: the session then lives in memory until it is over or the platform ends. */
  async #open(session: SessionRecord, user: UserRecord, rehashed: string | undefined): Promise<void> {
    const {desk, pen, log} = this.#options
    const note: AuditNote = {
      ...{who: `user ${user.name}`, role: user.role, from: session.from, what: 'login', on: `session/${session.name}`},
      ...placed(user.jurisdiction),
    }
    const change = {type: 'open', session, ...(rehashed === undefined ? {} : {rehashed})} as const
    const write = {at: session.createdAt, change, hasMaster: desk.options.hasMaster}
    try {
      await desk.options.store.by({scope: '', note, at: write.at}).changeAccess(write)
      await desk.load()
    } catch (error) {
      if (!isCitywatchError(error, 'CW_DISK_FULL') && !isCitywatchError(error, 'CW_IO')) throw error
      desk.lend(session)
      void pen.note({...note, detail: `kept in memory alone: ${error.code}`})
    }
    log.write('info', 'login', {user: user.name, from: session.from, role: user.role})
  }
}
