/** The gate: who asks, whether he may, and not too often. Everything that is not let in is said in one of four ways. */
import {timingSafeEqual} from 'node:crypto'
import type {IncomingMessage, ServerResponse} from 'node:http'
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import type {Log} from '../../lib/log.ts'
import type {Secret} from '../../lib/secret.ts'
import {Buckets} from '../access/bucket.ts'
import type {AccessDesk} from '../access/desk.ts'
import {addressOf, networkOf} from '../access/peer.ts'
import {grants, type Need, needsEverywhere, type Permission} from '../access/permission.ts'
import {type Caller, MASTER, NOBODY, OPEN, type Principal, whoIs} from '../access/principal.ts'
import {digestOf, isToken} from '../access/token.ts'
import type {AuditPen} from '../audit/pen.ts'
import {requireJsonType, requireLoopbackHost} from './guard.ts'
import {Refusal, refusal} from './refusal.ts'

export interface GateOptions {
  readonly desk: AccessDesk
  readonly clock: Clock
  readonly pen: AuditPen
  readonly log: Log
  /** Of --token-file. */
  readonly token?: Secret
  /** Requests a second that one token, user or address may make over time; 0: as many as it likes. */
  readonly maxRequests: number
}

/** Requests without the right token that one address may make. */
const WRONG = {perSecond: 5, burst: 100}
/** Seconds of the steady rate that may come at once. */
const BURST_S = 4

export interface Admitted extends Caller {
  /** Of the token that let it in; absent: none did. */
  readonly digest?: string
}

export class Gate {
  readonly #options: GateOptions
  readonly #master: string | undefined
  readonly #requests: Buckets | undefined
  readonly #wrong = new Buckets(WRONG)
  readonly #long = new Map<ServerResponse, Admitted>()

  constructor(options: GateOptions) {
    this.#options = options
    this.#master = options.token && digestOf(options.token.reveal())
    const {maxRequests} = options
    if (maxRequests > 0) this.#requests = new Buckets({perSecond: maxRequests, burst: maxRequests * BURST_S})
  }

  /** Whether nobody is asked: no token of a file, and nobody has been added. */
  get isOpen(): boolean {
    return this.#master === undefined && this.#options.desk.directory.isEmpty
  }

  /**
   * Throws a Refusal: 401 without a right token, 403 for what the role does not grant, 429 (CW_TOO_MANY_REQUESTS), 415 for a POST that a
   * web page could send, 403 at an open platform when the Host header names another machine.
   */
  async admit(request: IncomingMessage, pathname: string, need: Need): Promise<Admitted> {
    const from = addressOf(request)
    requireJsonType(request, pathname)
    const caller = await this.#caller(request, from, need)
    const {principal} = caller
    const asker = principal.kind === 'open' || principal.kind === 'nobody' ? networkOf(from) : whoIs(principal)
    const waitMs = this.#requests?.take(asker, this.#options.clock.now()) ?? 0
    if (waitMs > 0) throw this.#tooMany(waitMs, asker, from)
    if (need !== 'anybody' && need !== 'somebody') this.#require(caller, need, `${request.method} ${pathname}`)
    return caller
  }

  /** A stream goes on as long as what let it in does. */
  keep(caller: Admitted, response: ServerResponse): void {
    this.#long.set(response, caller)
    response.once('close', () => this.#long.delete(response))
    this.#check(response, caller)
  }

  /** Ends the streams of those who are no longer let in, or not as they were. */
  sweep(): void {
    for (const [response, caller] of this.#long) this.#check(response, caller)
  }

  #check(response: ServerResponse, {principal, digest}: Admitted): void {
    const now = this.#principalOf(digest)
    const isSame = now?.kind === principal.kind && now.role === principal.role && now.scope === principal.scope
    if (!isSame) response.destroy()
  }

  async #caller(request: IncomingMessage, from: string, need: Need): Promise<Admitted> {
    if (this.isOpen) {
      requireLoopbackHost(request)
      return {principal: OPEN, from}
    }
    if (need === 'anybody') return {principal: NOBODY, from}
    const [, token] = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? '') ?? []
    const digest = token === undefined ? undefined : digestOf(token)
    const principal = this.#known(digest) ?? (await this.#knownElsewhere(token, digest))
    if (principal && digest !== undefined) {
      this.#options.desk.used(principal)
      return {principal, from, digest}
    }
    throw this.#stranger(from, token !== undefined)
  }

  #known(digest: string | undefined): Principal | undefined {
    return digest === undefined ? undefined : this.#principalOf(digest)
  }

  /** Another node may have made it a moment ago. */
  async #knownElsewhere(token: string | undefined, digest: string | undefined): Promise<Principal | undefined> {
    if (token === undefined || !isToken(token)) return undefined
    await this.#options.desk.refresh()
    return this.#known(digest)
  }

  #principalOf(digest: string | undefined): Principal | undefined {
    if (digest === undefined) return this.isOpen ? OPEN : undefined
    // Digests have one length, so that the comparison takes the same time for any guess.
    if (this.#master !== undefined && timingSafeEqual(Buffer.from(digest), Buffer.from(this.#master))) return MASTER
    return this.#options.desk.directory.find(digest, this.#options.clock.now())
  }

  #stranger(from: string, hadToken: boolean): Refusal {
    const {clock, log, pen} = this.#options
    const waitMs = this.#wrong.take(networkOf(from), clock.now())
    if (waitMs > 0) return this.#tooMany(waitMs, networkOf(from), from)
    if (hadToken) {
      log.write('warn', 'token.refused', {from})
      void pen.flood({who: 'nobody', from, what: 'token.refused'})
    }
    return new Refusal(401, new CitywatchError('CW_AUTH', {target: 'platform'}))
  }

  #require({principal, from}: Admitted, permission: Permission, route: string): void {
    const everywhere = principal.scope === '' || !needsEverywhere(permission)
    if (grants(principal.role, permission) && everywhere) return
    const {log, pen} = this.#options
    const who = whoIs(principal)
    log.write('warn', 'access.refused', {who, from, route})
    void pen.flood({who, role: principal.role, from, what: 'access.refused', detail: route})
    const detail = everywhere ? `${who} is ${principal.role}` : `${who} is cut to ${principal.scope}`
    throw new Refusal(403, new CitywatchError('CW_FORBIDDEN', {what: route, detail}))
  }

  #tooMany(waitMs: number, who: string, from: string): Refusal {
    const waitS = Math.ceil(waitMs / 1_000)
    if (this.#told.take(who, this.#options.clock.now()) === 0) {
      this.#options.log.write('warn', 'request.limited', {who, from, waitS})
    }
    return new Refusal(429, new CitywatchError('CW_TOO_MANY_REQUESTS', {target: 'platform', waitS}))
  }

  /** A flood is told of once in a while. */
  readonly #told = new Buckets({perSecond: 0.1, burst: 1})
}

/** What must not be in an address: it would stay in logs and histories of whatever it passes. */
const SECRET_NAMES: readonly string[] = ['token', 'access_token', 'password', 'authorization']

/** Throws a Refusal. */
export function requireNoSecret(query: URLSearchParams): void {
  if (SECRET_NAMES.some((name) => query.has(name))) {
    throw refusal(400, 'query', '[not shown]', 'the token in the Authorization header, never in the address')
  }
}
