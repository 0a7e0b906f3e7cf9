/** Log-ins that failed: each makes the next one wait longer, by user and by address, until a lock-out. Forgotten at a restart. */

interface Limits {
  /** Failures that cost nothing. */
  readonly free: number
  /** Failures from which on it is called a lock-out. */
  readonly lockAt: number
  /** Longest wait, ms. */
  readonly maxMs: number
}

const USER: Limits = {free: 3, lockAt: 10, maxMs: 15 * 60_000}
const ADDRESS: Limits = {free: 10, lockAt: 40, maxMs: 15 * 60_000}
/** The last admin at the machine itself is slowed, never kept out. */
const SAFE: Limits = {free: 3, lockAt: Number.POSITIVE_INFINITY, maxMs: 2_000}
const FIRST_WAIT_MS = 1_000
/** Without a failure for so long, what was before is forgotten, ms. */
const FORGET_MS = 60 * 60_000
/** Names and addresses that are remembered. Those with the fewest failures make room. */
const MAX_KNOWN = 8_192

interface Record {
  failures: number
  lastAt: number
}

export interface Try {
  readonly user: string
  readonly address: string
  /** The last admin, from this machine. */
  readonly isSafe: boolean
}

export type Verdict =
  | {readonly type: 'go'}
  /** `isNew`: this try is the one that made it a lock-out. */
  | {readonly type: 'wait'; readonly ms: number; readonly isLocked: boolean}

export class Tries {
  readonly #users = new Map<string, Record>()
  readonly #addresses = new Map<string, Record>()

  /**
   * Counts the try as failed until `succeeded` says otherwise, so that many at once are many failures. One that has to
   * wait is not counted and its password must not be looked at.
   */
  begin({user, address, isSafe}: Try, now: number): Verdict {
    const userKey = keyOf(user, isSafe)
    const ofUser = waitOf(this.#users.get(userKey), isSafe ? SAFE : USER, now)
    const ofAddress = isSafe ? NO_WAIT : waitOf(this.#addresses.get(address), ADDRESS, now)
    const worst = ofUser.ms >= ofAddress.ms ? ofUser : ofAddress
    if (worst.ms > 0) return {type: 'wait', ...worst}
    note(this.#users, userKey, now)
    if (!isSafe) note(this.#addresses, address, now)
    return {type: 'go'}
  }

  /** The right password: the user starts afresh, the address gets its one try back. */
  succeeded({user, address, isSafe}: Try): void {
    this.#users.delete(keyOf(user, isSafe))
    const record = this.#addresses.get(address)
    if (record && !isSafe) record.failures = Math.max(0, record.failures - 1)
  }

  /** Takes back what `begin` counted: the password was not looked at. */
  notTried({user, address, isSafe}: Try): void {
    for (const record of [this.#users.get(keyOf(user, isSafe)), isSafe ? undefined : this.#addresses.get(address)]) {
      if (record) record.failures = Math.max(0, record.failures - 1)
    }
  }

  /** Whether the failures of a user have come to a lock-out that holds now; until when, ms. */
  lockedUntil(user: string, now: number): number | undefined {
    const {ms, isLocked} = waitOf(this.#users.get(keyOf(user, false)), USER, now)
    return isLocked && ms > 0 ? now + ms : undefined
  }

  /** Failures of a user since the last success. */
  failures(user: string): number {
    return this.#users.get(keyOf(user, false))?.failures ?? 0
  }

  unlock(user: string): void {
    this.#users.delete(keyOf(user, false))
    this.#users.delete(keyOf(user, true))
  }
}

const NO_WAIT = {ms: 0, isLocked: false}

/** 1 s after the first failure that counts, then twice as long each time. */
function waitOf(record: Record | undefined, {free, lockAt, maxMs}: Limits, now: number) {
  if (record === undefined || record.failures <= free) return NO_WAIT
  const since = now - record.lastAt
  if (since >= FORGET_MS) return NO_WAIT
  const isLocked = record.failures >= lockAt
  const ms = isLocked ? maxMs : Math.min(maxMs, FIRST_WAIT_MS * 2 ** Math.min(30, record.failures - free - 1))
  // A clock that was set back must not wait for longer than the wait itself.
  return {ms: Math.max(0, ms - Math.max(0, since)), isLocked}
}

function note(known: Map<string, Record>, key: string, now: number): void {
  const before = known.get(key)
  if (before && now - before.lastAt < FORGET_MS) {
    before.failures++
    before.lastAt = now
    return
  }
  if (known.size >= MAX_KNOWN && !before) known.delete(leastOf(known))
  known.set(key, {failures: 1, lastAt: now})
}

function leastOf(known: ReadonlyMap<string, Record>): string {
  let least = ''
  let failures = Number.POSITIVE_INFINITY
  for (const [key, record] of known) {
    if (record.failures >= failures) continue
    least = key
    ;({failures} = record)
    if (failures <= 1) break
  }
  return least
}

function keyOf(user: string, isSafe: boolean): string {
  return isSafe ? `safe ${user}` : `user ${user}`
}
