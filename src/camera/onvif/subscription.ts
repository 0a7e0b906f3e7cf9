/** One pull point of one camera: asked for what happened, kept alive, and given back at the end. */
import {randomUUID} from 'node:crypto'
import type {Clock} from '../../lib/clock.ts'
import type {Element} from '../../protocol/soap/element.ts'
import type {Xml} from '../../protocol/soap/xml.ts'
import {type Notices, noticesOf} from '../../protocol/wsn/notification.ts'
import * as wsn from '../../protocol/wsn/subscription.ts'
import {DeviceFailure} from '../failure.ts'
import type {HandedOut} from './address.ts'
import type {Caller} from './caller.ts'
import type {Operation} from './operations.ts'

/** What a camera grants is taken for at least this long, ms: one that says less is asked to renew all the time. */
const MIN_LIFETIME_MS = 5_000

export interface SubscriptionOptions {
  readonly caller: Caller
  /** Path of the event service on the camera. */
  readonly servicePath: string
  /** Keeps an address on the camera. */
  readonly keep: (text: string) => HandedOut
  readonly clock: Clock
  /** Limit of one answer, ms. */
  readonly timeoutMs: number
  /** How long it is to live without being renewed, ms. */
  readonly lifetimeMs: number
  /** Where the camera is to push to; absent: it is asked. */
  readonly consumer?: string
}

/** Asks for one. Throws DeviceFailure. */
export async function subscribe(options: SubscriptionOptions): Promise<Subscription> {
  const {caller, servicePath, keep, lifetimeMs, timeoutMs, consumer} = options
  caller.allow(timeoutMs)
  const wish =
    consumer === undefined
      ? operation('CreatePullPointSubscription', wsn.createPullPoint(lifetimeMs))
      : operation('Subscribe', wsn.subscribe(consumer, lifetimeMs))
  const answer = await caller.call(wish, servicePath)
  const grant = wsn.grantOf(answer)
  if (!grant) throw new DeviceFailure('malformed-xml', 'names no address for its events')
  const {uri} = keep(grant.address)
  const {pathname, search} = new URL(uri)
  // As the camera wrote it, where that is an address; written anew, so that nothing in it breaks a header.
  const address = URL.parse(grant.address)?.href ?? uri
  return new Subscription(options, `${pathname}${search}`, {...grant, address})
}

/** Every method throws DeviceFailure, `cancelled` when the session was interrupted. */
export class Subscription {
  readonly #options: SubscriptionOptions
  readonly #path: string
  readonly #grant: wsn.Grant
  readonly #grantedAt: number
  #lifetimeMs: number
  #renewAt: number
  /** The camera takes moments instead of lengths of time. */
  #absolute = false

  constructor(options: SubscriptionOptions, path: string, grant: wsn.Grant) {
    this.#options = options
    this.#path = path
    this.#grant = grant
    this.#lifetimeMs = options.lifetimeMs
    this.#renewAt = 0
    this.#grantedAt = options.clock.now()
    this.#lives(grant.lifetimeMs)
  }

  /** Longest that one pull may wait, so that the subscription does not end meanwhile, ms. */
  get longestWaitMs(): number {
    return this.#lifetimeMs / 2
  }

  get mustRenew(): boolean {
    return this.#options.clock.now() >= this.#renewAt
  }

  /** What happened; nothing when it stayed quiet for `waitMs`. */
  async pull(waitMs: number, limit: number): Promise<Notices> {
    const answer = await this.#ask('PullMessages', wsn.pullMessages(waitMs, limit), waitMs)
    return noticesOf(answer)
  }

  /** Asks for the state of everything, as after a gap. A camera that cannot do it is left alone. */
  async synchronize(): Promise<void> {
    await this.#ask('SetSynchronizationPoint', wsn.setSynchronizationPoint()).catch(tolerate)
  }

  /** A camera without Renew keeps what it granted: it is subscribed to anew when that ends. */
  async renew(): Promise<void> {
    const {lifetimeMs} = this.#options
    try {
      this.#lives(wsn.lifetimeOf(await this.#renewOnce(lifetimeMs)).lifetimeMs)
    } catch (error) {
      if (!isFault(error)) throw error
      await this.#renewOtherwise(lifetimeMs)
    }
  }

  /** Gives it back within `timeoutMs`. Never throws: the camera forgets it by itself. */
  async end(timeoutMs: number): Promise<void> {
    await this.#ask('Unsubscribe', wsn.unsubscribe(), timeoutMs - this.#options.timeoutMs).catch((error) => {
      if (!(error instanceof DeviceFailure)) throw error
    })
  }

  async #renewOtherwise(forMs: number): Promise<void> {
    this.#absolute = !this.#absolute
    try {
      this.#lives(wsn.lifetimeOf(await this.#renewOnce(forMs)).lifetimeMs)
    } catch (error) {
      tolerate(error)
      this.#renewAt = Number.POSITIVE_INFINITY
    }
  }

  #renewOnce(forMs: number): Promise<Element> {
    const now = this.#grant.deviceNow ?? this.#options.clock.now()
    const elapsed = this.#options.clock.now() - this.#grantedAt
    return this.#ask('Renew', wsn.renew(this.#absolute ? {at: now + elapsed + forMs} : {forMs}))
  }

  #lives(lifetimeMs: number | undefined): void {
    this.#lifetimeMs = Math.max(MIN_LIFETIME_MS, lifetimeMs ?? this.#options.lifetimeMs)
    this.#renewAt = this.#options.clock.now() + this.#lifetimeMs / 2
  }

  #ask(name: wsn.PullPointRequest, body: Xml, waitMs = 0): Promise<Element> {
    const {caller, timeoutMs} = this.#options
    const header = wsn.addressing(name, this.#grant.address, `urn:uuid:${randomUUID()}`, this.#grant.subscriptionId)
    caller.allow(Math.max(1, timeoutMs + waitMs))
    return caller.call({...operation(name, body), header}, this.#path)
  }
}

function operation(name: wsn.PullPointRequest, body: Xml): Operation {
  // A pull takes its messages away: one whose answer was lost is no question that may be repeated.
  return {service: 'events', name, action: wsn.ACTIONS[name], body, readOnly: false}
}

function isFault(error: unknown): error is DeviceFailure {
  return error instanceof DeviceFailure && (error.why === 'soap-fault' || error.why === 'unsupported-op')
}

function tolerate(error: unknown): void {
  if (!isFault(error)) throw error
}
