/** Where users and tokens are looked after and people log in: the same desk for the running platform and for its folder at rest. */
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import {randomHex} from '../../lib/secret.ts'
import {isWithin} from '../../model/jurisdiction.ts'
import type {AuditNote} from '../audit/line.ts'
import type {Done, MadeToken, NewToken, TokenPage, TokenView, UserChange, UserPage, UserView} from '../contract.ts'
import type {ParsedPassword, ParsedUser} from '../parse/access.ts'
import type {NamePage} from '../parse/request.ts'
import type {AccessChange} from '../store/book/access.ts'
import type {AccessStore} from '../store/port.ts'
import {Directory} from './directory.ts'
import {Hasher, HasherBusy, requireGoodPassword} from './password.ts'
import {type Caller, type Principal, whoIs} from './principal.ts'
import type {AccessRecord, SessionRecord, TokenRecord, UserRecord} from './records.ts'
import {digestOf, newToken} from './token.ts'
import {Tries} from './tries.ts'

export interface DeskOptions {
  readonly store: AccessStore
  readonly clock: Clock
  /** A token of a file opens the platform besides. */
  readonly hasMaster: boolean
  readonly hasher?: Hasher
  /** Called when somebody's rights may have changed. */
  readonly changed?: () => void
}

/** Sessions that are held in memory while the disk takes none. */
const MAX_LENT = 200
const HOUR_MS = 3_600_000
const REFRESH_MS = 1_000
const DONE: Done = {done: true}
/** When somebody who found the hashes busy may ask again, s. */
const BUSY_S = 2

export class AccessDesk {
  readonly directory = new Directory()
  readonly tries = new Tries()
  readonly hasher: Hasher
  readonly options: DeskOptions
  /** Sessions that are in memory alone. */
  #lent: readonly SessionRecord[] = []
  readonly #seenAt = new Map<string, number>()
  readonly #uses = new Map<string, number>()
  #version = -1
  #refreshing: Promise<void> | undefined
  #refreshedAt = Number.NEGATIVE_INFINITY
  #loading: Promise<void> = Promise.resolve()

  constructor(options: DeskOptions) {
    this.options = options
    this.hasher = options.hasher ?? new Hasher()
  }

  /** Reads who may do what anew; one reading after the other, so that the last one stands. */
  load(): Promise<void> {
    const next = this.#loading.then(async () => {
      const {store} = this.options
      this.#version = await store.accessVersion() // before the reading: what is changed during it is read again
      this.directory.load([...this.#lent, ...(await store.access())])
      this.options.changed?.()
    })
    this.#loading = next.catch(() => undefined)
    return next
  }

  /** A session that the disk did not take: opens until it runs out, its user is changed, or the platform ends. */
  lend(session: SessionRecord): void {
    const now = this.options.clock.now()
    this.#lent = [...this.#lent.filter(({expiresAt}) => expiresAt > now), session].slice(-MAX_LENT)
    this.directory.lend(session)
  }

  /** True when the session was in memory alone; it is gone then. */
  async takeBack(session: string): Promise<boolean> {
    const others = this.#lent.filter(({name}) => name !== session)
    if (others.length === this.#lent.length) return false
    this.#lent = others
    await this.load()
    return true
  }

  /** Notes that a token was used, to the hour; written later, and not at all when the disk takes nothing. */
  used({kind, name}: Principal): void {
    if (kind !== 'token') return
    const hour = Math.floor(this.options.clock.now() / HOUR_MS) * HOUR_MS
    if (this.#seenAt.get(name) === hour) return
    this.#seenAt.set(name, hour)
    if (this.directory.token(name)?.usedAt !== hour) this.#uses.set(name, hour)
  }

  /** Writes which tokens were used. */
  async keepUses(): Promise<void> {
    if (this.#uses.size === 0) return
    const uses = [...this.#uses].map(([token, at]) => ({token, at}))
    this.#uses.clear()
    const {store, clock, hasMaster} = this.options
    const at = clock.now()
    try {
      await store.by({scope: '', at}).changeAccess({at, change: {type: 'used', uses}, hasMaster})
      await this.load()
    } catch {
      this.#seenAt.clear() // a full disk: the next use is tried again
    }
  }

  /** Takes over what another node has changed; at most once a second, however many ask. Never rejects. */
  refresh(): Promise<void> {
    const now = this.options.clock.now()
    if (this.#refreshing === undefined && Math.abs(now - this.#refreshedAt) >= REFRESH_MS) {
      this.#refreshedAt = now
      this.#refreshing = this.#refresh().finally(() => {
        this.#refreshing = undefined
      })
    }
    return this.#refreshing ?? Promise.resolve()
  }

  async #refresh(): Promise<void> {
    try {
      if ((await this.options.store.accessVersion()) !== this.#version) await this.load()
    } catch {
      // A store that does not answer now: what is known goes on, and the next look tries again.
    }
  }

  users({after, limit}: NamePage, {principal}: Caller): UserPage {
    const now = this.options.clock.now()
    const seen = this.directory.users().filter(({jurisdiction}) => isWithin(jurisdiction, principal.scope))
    return pageOf(seen, after, limit, (user) => this.#userView(user, now))
  }

  /** Throws CW_BAD_VALUE, CW_CONFLICT, CW_TOO_MANY_REQUESTS. */
  async addUser({name, role, jurisdiction, password}: ParsedUser, caller: Caller): Promise<Done> {
    requireGoodPassword(password, name)
    const hash = await this.hashed(() => this.hasher.hash(password))
    const at = this.options.clock.now()
    const record: UserRecord = {
      kind: 'user',
      ...{name, role, jurisdiction, password: hash},
      ...{createdAt: at, createdBy: whoIs(caller.principal), passwordAt: at},
    }
    return this.#change({type: 'add', record}, caller, noteOf(caller, 'user.add', record))
  }

  /** One's own password needs the present one, another's the right to manage. Throws also CW_AUTH, CW_TOO_MANY_TRIES. */
  async setPassword({name, password}: ParsedPassword, caller: Caller): Promise<Done> {
    requireGoodPassword(password, name)
    const hash = await this.hashed(() => this.hasher.hash(password))
    const place = this.directory.user(name)?.jurisdiction
    const note: AuditNote = {...byWhom(caller, 'user.password'), on: `user/${name}`, ...placed(place)}
    const done = await this.#change({type: 'password', name, password: hash}, caller, note)
    this.tries.unlock(name)
    return done
  }

  async changeUser({name, change}: UserChange, caller: Caller): Promise<Done> {
    const user = this.directory.user(name)
    const note: AuditNote = {...byWhom(caller, `user.${change}`), on: `user/${name}`, ...placed(user?.jurisdiction)}
    if (change !== 'unlock') return this.#change({type: change, name}, caller, note)
    if (user === undefined || !isWithin(user.jurisdiction, caller.principal.scope)) throw noSuchUser(name)
    await this.options.store.by({scope: '', note, at: this.options.clock.now()}).audit()
    this.tries.unlock(name)
    return DONE
  }

  tokens({after, limit}: NamePage, {principal}: Caller): TokenPage {
    const seen = this.directory.tokens().filter(({jurisdiction}) => isWithin(jurisdiction, principal.scope))
    return pageOf(seen, after, limit, tokenView)
  }

  /** The token itself is in this reply and nowhere else. Throws CW_BAD_VALUE, CW_CONFLICT. */
  async addToken({name, role, jurisdiction, expiresAt}: NewToken, caller: Caller): Promise<MadeToken> {
    const at = this.options.clock.now()
    if (expiresAt !== undefined && expiresAt <= at) {
      const value = new Date(Math.min(expiresAt, 8.64e15)).toISOString()
      throw new CitywatchError('CW_BAD_VALUE', {field: 'expiresAt', value, expected: 'a time to come'})
    }
    const token = newToken()
    const record: TokenRecord = {
      kind: 'token',
      ...{name, role, jurisdiction, digest: digestOf(token.reveal())},
      ...{createdAt: at, createdBy: whoIs(caller.principal)},
      ...(expiresAt === undefined ? {} : {expiresAt}),
    }
    await this.#change({type: 'add', record}, caller, noteOf(caller, 'token.create', record))
    return {...tokenView(record), token: token.reveal()}
  }

  async revokeToken({name}: {readonly name: string}, caller: Caller): Promise<Done> {
    const place = this.directory.token(name)?.jurisdiction
    const note: AuditNote = {...byWhom(caller, 'token.revoke'), on: `token/${name}`, ...placed(place)}
    return this.#change({type: 'revoke', name}, caller, note)
  }

  /** A hash in its turn; CW_TOO_MANY_REQUESTS when too many wait for one. */
  async hashed<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof HasherBusy)) throw error
      throw new CitywatchError('CW_TOO_MANY_REQUESTS', {target: 'platform', waitS: BUSY_S}, {cause: error})
    }
  }

  async #change(change: AccessChange, caller: Caller, note: AuditNote): Promise<Done> {
    const {store, clock, hasMaster} = this.options
    const write = {at: clock.now(), change, hasMaster}
    if ('name' in change) this.#lent = this.#lent.filter(({user}) => user !== change.name)
    await store.by({scope: caller.principal.scope, note, at: write.at}).changeAccess(write)
    await this.load()
    return DONE
  }

  #userView(user: UserRecord, now: number): UserView {
    const {name, role, jurisdiction, createdAt, createdBy, passwordAt, loginAt} = user
    const lockedUntil = this.tries.lockedUntil(name, now)
    return {
      ...{name, role, jurisdiction, disabled: user.disabledAt !== undefined},
      ...{createdAt, createdBy, passwordAt, failures: this.tries.failures(name)},
      ...(loginAt === undefined ? {} : {loginAt}),
      ...(lockedUntil === undefined ? {} : {lockedUntil}),
    }
  }
}

/** Number of a session: names it where its token must not be shown. */
export function sessionName(): string {
  return randomHex(8)
}

export function byWhom({principal, from}: Caller, what: string): AuditNote {
  return {who: whoIs(principal), role: principal.role, from, what}
}

export function placed(place: string | undefined): {readonly place?: string} {
  return place === undefined || place === '' ? {} : {place}
}

function noteOf(caller: Caller, what: string, {kind, name, role, jurisdiction}: UserRecord | TokenRecord): AuditNote {
  const detail = `role ${role}, ${jurisdiction === '' ? 'all jurisdictions' : jurisdiction}`
  return {...byWhom(caller, what), on: `${kind}/${name}`, ...placed(jurisdiction), detail}
}

function tokenView({name, role, jurisdiction, createdAt, createdBy, expiresAt, usedAt}: TokenRecord): TokenView {
  return {
    ...{name, role, jurisdiction, createdAt, createdBy},
    ...(expiresAt === undefined ? {} : {expiresAt}),
    ...(usedAt === undefined ? {} : {usedAt}),
  }
}

function pageOf<R extends AccessRecord, V>(
  records: readonly R[],
  after: string,
  limit: number,
  view: (record: R) => V,
) {
  const rest = records.filter(({name}) => name > after)
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  return {items: items.map(view), ...(rest.length > limit && last ? {next: last.name} : {})}
}

function noSuchUser(value: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field: 'user', value, expected: 'the name of a user'})
}
