/** Listens to one camera that pushes: it is given an address of ours (WS-BaseNotification Subscribe), kept alive, and let go at the end. */
import type {Notices} from '../../protocol/wsn/notification.ts'
import {DeviceFailure} from '../failure.ts'
import {throughGate} from '../login-gate.ts'
import {type OnvifSession, openOnvif} from '../onvif/session.ts'
import type {Subscription} from '../onvif/subscription.ts'
import {forgotten, lives, type PullPointNews, type PullPointOptions, type PullPointTarget} from '../pull-point.ts'
import type {Consumer, Mailbox} from './consumer.ts'

export interface PushOptions extends Omit<PullPointOptions, 'waitMs'> {
  /** The one that listens on this address of ours. */
  readonly consumerOn: (address: string) => Promise<Consumer>
  /** Host by which cameras reach it, when that is another. */
  readonly told?: string
}

const LIFETIME_MS = 120_000
/** How long the camera has to take an Unsubscribe, ms. */
const FAREWELL_MS = 2_000

/** News until `signal` aborts; then the camera is unsubscribed from. Never throws for what a camera does. */
export function pushed(target: PullPointTarget, options: PushOptions): AsyncGenerator<PullPointNews> {
  return lives(() => new PushLife(target, options), options)
}

/** One subscription from its beginning to its end. */
class PushLife {
  readonly #options: PushOptions
  readonly #target: PullPointTarget
  readonly #session: OnvifSession
  #subscription: Subscription | undefined
  #mailbox: Mailbox | undefined
  #isBroken = false

  constructor(target: PullPointTarget, options: PushOptions) {
    this.#options = options
    this.#target = target
    const {clock, ledger, timeoutMs} = options
    const {xaddr, credential} = target
    this.#session = openOnvif({xaddr, timeoutMs, clock, ledger, ...(credential ? {credential} : {})})
  }

  async *news(): AsyncGenerator<PullPointNews> {
    const {signal, turn, clock} = this.#options
    const over = new AbortController()
    // A subscription that is being asked for is waited for a little: cut off, it would stay behind unknown to us.
    const cut = () => this.#session.interrupt()
    const interrupt = () => void clock.sleep(FAREWELL_MS, over.signal).then(cut, () => undefined)
    signal.addEventListener('abort', interrupt, {once: true, signal: over.signal})
    try {
      const {subscription, mailbox} = await turn(() => this.#subscribe())
      yield {kind: 'subscribed'}
      await subscription.synchronize()
      while (!signal.aborted) {
        const notices = await this.#nextOrRenew(subscription, mailbox)
        if (notices) yield {kind: 'notices', ...notices}
      }
    } catch (error) {
      this.#isBroken = !signal.aborted
      throw this.#subscription ? forgotten(error) : error
    } finally {
      over.abort(WAITED)
    }
  }

  async end(): Promise<void> {
    this.#mailbox?.close()
    this.#session.resume()
    if (!this.#isBroken) await this.#subscription?.end(FAREWELL_MS)
    await this.#session.close()
  }

  async #subscribe(): Promise<{subscription: Subscription; mailbox: Mailbox}> {
    const {signal, gate, consumerOn, told} = this.#options
    if (signal.aborted) throw new DeviceFailure('cancelled', 'the run was stopped')
    // Reaching it says by which address of ours, and what address it has.
    await this.#session.clock()
    const {local, remote} = this.#session.addresses
    const consumer = await consumerOn(local)
    const mailbox = consumer.open(remote, told)
    this.#mailbox = mailbox
    const subscription = await throughGate(gate(), this.#target.credential, () =>
      this.#session.subscribe(LIFETIME_MS, mailbox.url),
    )
    this.#subscription = subscription
    return {subscription, mailbox}
  }

  /** Whatever comes first; a renewal that fails is how a camera is known to have forgotten us. */
  async #nextOrRenew(subscription: Subscription, mailbox: Mailbox): Promise<Notices | undefined> {
    const {clock, signal} = this.#options
    if (subscription.mustRenew) await subscription.renew()
    const stop = new AbortController()
    const late = clock.sleep(subscription.longestWaitMs, stop.signal).then(
      () => stop.abort(WAITED),
      () => {},
    )
    const notices = await mailbox.next(AbortSignal.any([signal, stop.signal]))
    stop.abort(WAITED)
    await late
    return notices
  }
}

/** A constant: an error with a stack for each wait would be made for nobody. */
const WAITED = 'the wait is over'
