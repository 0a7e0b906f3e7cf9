/** Who opens what, held in memory: asked at every request. */
import type {Principal} from './principal.ts'
import {type AccessRecord, isActive, isChief, type SessionRecord, type TokenRecord, type UserRecord} from './records.ts'

export class Directory {
  #users: ReadonlyMap<string, UserRecord> = new Map()
  #tokens: ReadonlyMap<string, TokenRecord> = new Map()
  #byDigest: ReadonlyMap<string, TokenRecord | SessionRecord> = new Map()

  /** Takes the place of what was known before. */
  load(records: readonly AccessRecord[]): void {
    const users = new Map<string, UserRecord>()
    const tokens = new Map<string, TokenRecord>()
    const byDigest = new Map<string, TokenRecord | SessionRecord>()
    for (const record of records) {
      if (record.kind === 'user') users.set(record.name, record)
      else byDigest.set(record.digest, record)
      if (record.kind === 'token') tokens.set(record.name, record)
    }
    this.#users = users
    this.#tokens = tokens
    this.#byDigest = byDigest
  }

  /** Adds a session that is not kept; the next `load` forgets it unless it is given again. */
  lend(session: SessionRecord): void {
    this.#byDigest = new Map([...this.#byDigest, [session.digest, session]])
  }

  /** Nobody has been added yet. */
  get isEmpty(): boolean {
    return this.#users.size + this.#tokens.size === 0
  }

  users(): UserRecord[] {
    return [...this.#users.values()].sort(byName)
  }

  tokens(): TokenRecord[] {
    return [...this.#tokens.values()].sort(byName)
  }

  user(name: string): UserRecord | undefined {
    return this.#users.get(name)
  }

  token(name: string): TokenRecord | undefined {
    return this.#tokens.get(name)
  }

  /** Whose token it is, if it opens anything now. A digest cannot be guessed towards, so a plain look-up tells nothing. */
  find(digest: string, now: number): Principal | undefined {
    const record = this.#byDigest.get(digest)
    return record && this.principalOf(record, now)
  }

  principalOf(record: TokenRecord | SessionRecord, now: number): Principal | undefined {
    if (record.kind === 'token') {
      const {name, role, jurisdiction: scope} = record
      return isActive(record, now) ? {kind: 'token', name, role, scope} : undefined
    }
    const user = this.#users.get(record.user)
    if (user === undefined || now >= record.expiresAt || !isActive(user, now)) return undefined
    return {kind: 'user', name: user.name, role: user.role, scope: user.jurisdiction, session: record.name}
  }

  /** Whether nobody but this user may do everything everywhere. */
  isLastChief(name: string, now: number): boolean {
    const chiefs = [...this.#users.values(), ...this.#tokens.values()].filter((record) => isChief(record, now))
    return chiefs.length === 1 && chiefs[0]?.kind === 'user' && chiefs[0].name === name
  }
}

function byName(one: {readonly name: string}, other: {readonly name: string}): number {
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0
}
