/** The ONVIF login of a simulated camera: strict about time and repeats, counts failures, and locks. */
import {randomHex} from '../../../lib/secret.ts'
import {type DigestAnswer, formatChallenge, parseAuthorization, verify} from '../../../protocol/http-auth/digest.ts'
import type {Element} from '../../../protocol/soap/element.ts'
import {readUsernameToken, tokenIsFrom, type UsernameToken} from '../../../protocol/soap/username-token.ts'
import type {SimCamera} from '../camera.ts'
import {LOCKS_AFTER} from '../rtsp/login.ts'

/** How long a lock holds, ms. */
export const LOCK_MS = 60_000
/** How far a token's `Created` may be from the camera's own clock, ms. */
export const CREATED_WINDOW_MS = 5 * 60_000
const REALM = 'citywatch-sim'
const MAX_NONCES = 64
/** Strongest first; the first names no algorithm to old clients, which then take the second. */
const ALGORITHMS = ['SHA-256', 'MD5'] as const

/** Which logins a camera takes: real ones differ, and a client has to learn it from the challenge. */
export type LoginKind = 'token' | 'digest' | 'both'

/** `refusal`: why not, and the headers of the 401 where Digest is spoken. */
export type Judgement =
  | {readonly ok: true}
  | {readonly ok: false; readonly reason: string; readonly challenges: readonly string[]}

/** The same key gives the same kind: half of a city takes tokens only, a quarter Digest only, a quarter both. */
export function loginKindOf(key: string): LoginKind {
  let hash = 0
  for (const char of key) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) >>> 0
  return (['token', 'digest', 'both', 'token'] as const)[(hash ^ (hash >>> 16)) & 3] ?? 'token'
}

export class CameraLogin {
  readonly camera: SimCamera
  readonly kind: LoginKind
  /** Digest nonces given out, oldest first, each with the highest count (nc) that it was used with. */
  readonly #nonces = new Map<string, number>()
  readonly #tokenNonces = new Set<string>()
  #lockedAt: number | undefined

  constructor(camera: SimCamera) {
    this.camera = camera
    this.kind = loginKindOf(camera.spec.key)
  }

  judge(authorization: string | undefined, method: string, header: Element | undefined): Judgement {
    // A GET has no envelope to carry a token: every camera takes a Digest for it.
    const byDigest = this.kind !== 'token' || method === 'GET'
    const digest = byDigest ? parseAuthorization(authorization ?? '') : null
    const token = this.kind === 'digest' ? undefined : readUsernameToken(header)
    const refuse = (reason: string, stale = false) => this.#refuse(reason, byDigest, stale)
    if (!digest && !token) return refuse('Sender not authorized')
    if (this.#isLocked()) return refuse('Account locked, 0 attempts left')
    if (token && !this.#isInTime(token)) return refuse('Sender not authorized: token expired or used before')
    const isTrue = digest ? this.#isFromUser(digest, method) : token !== undefined && this.#isToken(token)
    if (!isTrue) return refuse(this.#count())
    if (digest && !this.#isFresh(digest)) return refuse('Nonce too old', true)
    this.camera.failedLogins = 0
    return {ok: true}
  }

  /** A lock holds for a minute of the camera's clock; one that was planted, for ever. */
  #isLocked(): boolean {
    if (this.camera.has('locked-out')) return true
    if (this.camera.failedLogins < LOCKS_AFTER) return false
    this.#lockedAt ??= this.camera.clock.now()
    if (this.camera.clock.now() - this.#lockedAt < LOCK_MS) return true
    this.#lockedAt = undefined
    this.camera.failedLogins = 0
    return false
  }

  /** What it says of a wrong password. */
  #count(): string {
    this.camera.failedLogins += 1
    const left = Math.max(0, LOCKS_AFTER - this.camera.failedLogins)
    if (left === 0) this.#lockedAt = this.camera.clock.now()
    return `Sender not authorized, ${left} attempts left`
  }

  #isInTime({created, nonce}: UsernameToken): boolean {
    const at = Date.parse(created)
    const key = `${created} ${Buffer.from(nonce).toString('base64')}`
    if (!(Math.abs(at - this.camera.now()) <= CREATED_WINDOW_MS) || this.#tokenNonces.has(key)) return false
    this.#tokenNonces.add(key)
    const [oldest] = this.#tokenNonces
    if (this.#tokenNonces.size > MAX_NONCES && oldest !== undefined) this.#tokenNonces.delete(oldest)
    return true
  }

  #isToken(token: UsernameToken): boolean {
    const {user, password} = this.camera.spec.credential
    return !this.camera.has('wrong-password') && token.user === user && tokenIsFrom(token, password.reveal())
  }

  #isFromUser(answer: DigestAnswer, method: string): boolean {
    const {user, password} = this.camera.spec.credential
    const known = answer.user === user || Buffer.from(answer.user, 'latin1').toString('utf8') === user
    if (this.camera.has('wrong-password') || !known || answer.realm !== REALM) return false
    return verify({...answer, user}, {password: password.reveal(), method})
  }

  #isFresh({nonce, nc}: DigestAnswer): boolean {
    const used = this.#nonces.get(nonce)
    const count = Number.parseInt(nc ?? '', 16)
    if (used === undefined || !(count > used)) return false
    this.#nonces.set(nonce, count)
    return true
  }

  #refuse(reason: string, byDigest: boolean, stale: boolean): Judgement {
    if (!byDigest) return {ok: false, reason, challenges: []}
    const nonce = randomHex(16)
    this.#nonces.set(nonce, 0)
    const [oldest] = this.#nonces.keys()
    if (this.#nonces.size > MAX_NONCES && oldest !== undefined) this.#nonces.delete(oldest)
    const algorithms = this.camera.isWeak('md5-only') ? (['MD5'] as const) : ALGORITHMS
    const challenges = algorithms.map((algorithm) =>
      formatChallenge({realm: REALM, nonce, algorithm, qop: ['auth', 'auth-int'], stale}),
    )
    return {ok: false, reason, challenges}
  }
}
