/** Listens to one camera for as long as it is wanted: subscribes, pulls, renews, and begins anew after every failure and reboot. */
import type {Clock} from '../lib/clock.ts'
import type {Limiter} from '../lib/limiter.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Credential} from '../lib/secret.ts'
import type {Cause} from '../model/cause.ts'
import type {Notice} from '../protocol/wsn/notification.ts'
import {DeviceFailure} from './failure.ts'
import {type LoginGate, throughGate} from './login-gate.ts'
import type {LoginLedger} from './login-ledger.ts'
import {type OnvifSession, openOnvif} from './onvif/session.ts'
import type {Subscription} from './onvif/subscription.ts'

export interface PullPointTarget {
  /** ONVIF device service URL. */
  readonly xaddr: string
  readonly credential?: Credential
}

export interface PullPointOptions {
  readonly clock: Clock
  readonly ledger: LoginLedger
  /** Asked for each new subscription: what closed it once may be mended later. */
  readonly gate: () => LoginGate
  /** Ends it; the camera is told. */
  readonly signal: AbortSignal
  /** Takes turns with other cameras while connecting. */
  readonly turn: Limiter
  /** Numbers in [0, 1), so that a city does not come back all at once. */
  readonly random: () => number
  /** Limit of one answer, ms. */
  readonly timeoutMs: number
  /** Longest that a pull waits for something to happen, ms; absent: half a minute. */
  readonly waitMs?: number
}

export type PullPointNews =
  /** The camera tells what happens from now on, and how things stand. */
  | {readonly kind: 'subscribed'}
  | {readonly kind: 'notices'; readonly notices: readonly Notice[]; readonly passedOver: number}
  /** Nothing is heard from the camera until it is tried again. */
  | {readonly kind: 'lost'; readonly cause: Cause; readonly detail: SafeText; readonly retryMs: number}

const WAIT_MS = 30_000
/** How long the first pull waits for how things stand, ms. */
const FIRST_WAIT_MS = 1_000
const LIFETIME_MS = 120_000
/** Messages in one answer: a camera has few, a recorder some hundreds at the start. */
const LIMIT = 256
/** A camera that answers a pull at once without anything, or with much, is not asked more often than this, ms. */
const EMPTY_PAUSE_MS = 1_000
const FULL_PAUSE_MS = 250
/** A subscription that lived this long was a good one: the next failure is a first one, ms. */
const SETTLED_MS = 60_000
/** How long the camera has to take an Unsubscribe, ms. */
const FAREWELL_MS = 2_000

/**
 * News until `signal` aborts; then the camera is unsubscribed from. Never throws for what a camera does. No camera gets a
 * second login that may fail: the ledger decides, and a refused one is not tried again for half an hour.
 */
export function pullPoint(target: PullPointTarget, options: PullPointOptions): AsyncGenerator<PullPointNews> {
  return lives(() => new Life(target, options), options)
}

/** One subscription after the other, each begun when the one before has failed. */
export async function* lives(
  begin: () => {news(): AsyncGenerator<PullPointNews>; end(): Promise<void>},
  {clock, signal, random}: Pick<PullPointOptions, 'clock' | 'signal' | 'random'>,
): AsyncGenerator<PullPointNews> {
  let failures = 0
  while (!signal.aborted) {
    const life = begin()
    const startedAt = clock.now()
    try {
      yield* life.news()
    } catch (error) {
      if (!(error instanceof DeviceFailure)) throw error
      if (signal.aborted) return
      if (clock.now() - startedAt >= SETTLED_MS) failures = 0
      const retryMs = retryAfter(error.why, failures++, random())
      yield {kind: 'lost', cause: error.why, detail: error.detail, retryMs}
      await clock.sleep(retryMs, signal).catch(() => undefined)
    } finally {
      await life.end()
    }
  }
}

/** A constant: an error with a stack for each subscription would be made for nobody. */
const OVER = 'the subscription is over'

/** One subscription from its beginning to its end. */
class Life {
  readonly #options: PullPointOptions
  readonly #session: OnvifSession
  readonly #credential: Credential | undefined
  #subscription: Subscription | undefined
  #isBroken = false

  constructor({xaddr, credential}: PullPointTarget, options: PullPointOptions) {
    this.#options = options
    this.#credential = credential
    const {clock, ledger, timeoutMs} = options
    this.#session = openOnvif({xaddr, timeoutMs, clock, ledger, ...(credential ? {credential} : {})})
  }

  async *news(): AsyncGenerator<PullPointNews> {
    const {signal, turn, gate} = this.#options
    const over = new AbortController()
    signal.addEventListener('abort', () => this.#interrupt(over.signal), {once: true, signal: over.signal})
    try {
      const subscription = await turn(async () => {
        if (signal.aborted) throw new DeviceFailure('cancelled', 'the run was stopped')
        return throughGate(gate(), this.#credential, () => this.#session.subscribe(LIFETIME_MS))
      })
      this.#subscription = subscription
      yield {kind: 'subscribed'}
      if (!signal.aborted) yield* this.#first(subscription)
      while (!signal.aborted) yield* this.#pulled(subscription)
    } catch (error) {
      this.#isBroken = !signal.aborted
      throw this.#subscription ? forgotten(error) : error
    } finally {
      over.abort(OVER)
    }
  }

  /** A subscription that is being asked for is waited for a little: cut off, it would stay behind unknown to us. */
  #interrupt(over: AbortSignal): void {
    const cut = () => this.#session.interrupt()
    if (this.#subscription) cut()
    else this.#options.clock.sleep(FAREWELL_MS, over).then(cut, () => undefined)
  }

  /** Gives the subscription back where the camera may still have it. */
  async end(): Promise<void> {
    this.#session.resume()
    if (!this.#isBroken) await this.#subscription?.end(FAREWELL_MS)
    await this.#session.close()
  }

  async *#pulled(subscription: Subscription): AsyncGenerator<PullPointNews> {
    const {clock, signal, waitMs = WAIT_MS} = this.#options
    const startedAt = clock.now()
    const {notices, passedOver} = await this.#pullOrResume(subscription, Math.min(waitMs, subscription.longestWaitMs))
    if (notices.length + passedOver > 0) yield {kind: 'notices', notices, passedOver}
    if (!signal.aborted && subscription.mustRenew) await subscription.renew()
    const pauseMs = notices.length > 0 ? FULL_PAUSE_MS : EMPTY_PAUSE_MS
    const left = startedAt + pauseMs - clock.now()
    if (left > 0) await clock.sleep(left, signal).catch(() => undefined)
  }

  /** How things stand: most cameras say it to whoever subscribes, the others when they are asked. */
  async *#first(subscription: Subscription): AsyncGenerator<PullPointNews> {
    const {notices, passedOver} = await this.#pullOrResume(subscription, FIRST_WAIT_MS)
    if (notices.length + passedOver > 0) yield {kind: 'notices', notices, passedOver}
    else await subscription.synchronize()
  }

  /** A connection that was cut does not end a subscription: it goes on once, with the state of everything asked for again. */
  async #pullOrResume(subscription: Subscription, waitMs: number) {
    try {
      return await subscription.pull(waitMs, LIMIT)
    } catch (error) {
      if (!(error instanceof DeviceFailure) || error.why !== 'reset' || this.#options.signal.aborted) throw error
      await subscription.synchronize()
      return await subscription.pull(waitMs, LIMIT)
    }
  }
}

/**
 * What a camera says of a subscription that it no longer knows, as after a reboot: some call the address unknown, some the
 * caller unauthorised. It says nothing of the next subscription.
 */
export function forgotten(error: unknown): unknown {
  if (!(error instanceof DeviceFailure)) return error
  const isOnlyThis = error.why === 'unsupported-op' || error.why === 'not-permitted'
  return isOnlyThis ? new DeviceFailure('soap-fault', error.detail, {cause: error}) : error
}

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 2 * 60_000
/** Longer than the ledger remembers a failed login. */
const LOGIN_RETRY_MS = 31 * 60_000
const UNABLE_RETRY_MS = 30 * 60_000
const LOGIN: readonly Cause[] = ['auth', 'locked-out', 'login-withheld', 'no-credential', 'not-permitted']

/** Ms until the next try after `failures` in a row: longer each time, spread by half, much longer where a login failed. */
export function retryAfter(cause: Cause, failures: number, random: number): number {
  if (LOGIN.includes(cause)) return Math.round(LOGIN_RETRY_MS * (1 + random / 2))
  if (cause === 'unsupported-op') return Math.round(UNABLE_RETRY_MS * (1 + random / 2))
  return Math.round(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 16)) * (0.5 + random))
}
