/** The worst outcome of a tester is a police car: what may send one out leaves this machine only under a test, or when told. */
import {isIP} from 'node:net'
import type {Clock} from '../lib/clock.ts'
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import {meaningOf} from '../model/codes/meaning.ts'
import {coversSignal, isOnTest, type OnTestWindow} from '../model/on-test.ts'
import type {Signal} from '../model/signal.ts'
import type {PanelEvent} from './event.ts'

/** What the guard asks about on-test windows; a platform answers. */
export interface TestCover {
  /** The account's open windows, and the time that they end by. Rejects with a CitywatchError when nobody can say. */
  onTest(account: string): Promise<{readonly windows: readonly OnTestWindow[]; readonly now: number}>
}

export interface GuardOptions {
  /** Host of the receiver. */
  readonly host: string
  /** Account that messages go out under, in upper case. */
  readonly account: string
  /** Let everything out: whoever says so has told the centre. */
  readonly iKnow: boolean
  /** Absent: nothing counts as on test. */
  readonly cover?: TestCover | undefined
}

/** What the guard stands on. */
export type GuardState =
  | {readonly type: 'loopback'}
  | {readonly type: 'override'}
  | {readonly type: 'on-test'; readonly window: OnTestWindow; readonly leftMs: number}
  /** `error`: why nobody could say. */
  | {readonly type: 'not-on-test'; readonly error?: CitywatchError}

/** Why an event may go: nobody is sent out for it, it stays here, it was ordered, or a test covers it. */
export type Permit =
  | {readonly by: 'harmless' | 'loopback' | 'override'}
  | {readonly by: 'on-test'; readonly window: number}

/** How long an answer about windows is believed, ms. Their end is kept to the moment by the answer's own clock. */
const BELIEVED_MS = 2_000
const DISPATCHED: ReadonlySet<string> = new Set(['police', 'fire', 'medical'])

interface Known {
  readonly at: number
  /** How far the platform's clock is ahead of ours, ms. */
  readonly aheadMs: number
  readonly windows: readonly OnTestWindow[]
  readonly error?: CitywatchError
}

export class DispatchGuard {
  readonly #options: GuardOptions
  readonly #clock: Clock
  readonly #known = new Map<string, Promise<Known>>()

  constructor(options: GuardOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
  }

  async state(): Promise<GuardState> {
    const {host, iKnow, account} = this.#options
    if (staysHere(host)) return {type: 'loopback'}
    if (iKnow) return {type: 'override'}
    const {windows, aheadMs, error} = await this.#ask(account)
    const now = this.#clock.now() + aheadMs
    const window = windows.find((one) => isOnTest(one, now))
    if (window) return {type: 'on-test', window, leftMs: window.endsAt - now}
    return {type: 'not-on-test', ...(error ? {error} : {})}
  }

  /** Whether the event may go now; null: it may not. */
  async permit({signals}: PanelEvent): Promise<Permit | null> {
    const grave = signals.filter(mayDispatch)
    if (grave.length === 0) return {by: 'harmless'}
    if (staysHere(this.#options.host)) return {by: 'loopback'}
    if (this.#options.iKnow) return {by: 'override'}
    let window = 0
    for (const signal of grave) {
      const cover = await this.#coverOf(signal)
      if (!cover) return null
      window = cover.id
    }
    return {by: 'on-test', window}
  }

  /** Throws CW_DISPATCH_GUARD for the first event that may not go now. */
  async require(events: Iterable<PanelEvent>): Promise<void> {
    for (const event of events) if ((await this.permit(event)) === null) throw this.refusal(event)
  }

  refusal({signals}: PanelEvent): CitywatchError {
    const code = signals.find(mayDispatch)?.code ?? '?'
    return new CitywatchError('CW_DISPATCH_GUARD', {code, host: this.#options.host})
  }

  /** A data block may name another account than the one that it is sent under: that one must be on test. */
  async #coverOf(signal: Signal): Promise<OnTestWindow | undefined> {
    const account = signal.account || this.#options.account
    const {windows, aheadMs} = await this.#ask(account)
    const now = this.#clock.now() + aheadMs
    return windows.find((window) => isOnTest(window, now) && coversSignal(window, {...signal, account}))
  }

  async #ask(account: string): Promise<Known> {
    const known = await this.#known.get(account)
    const age = known === undefined ? Number.NaN : this.#clock.now() - known.at
    if (known && age >= 0 && age < BELIEVED_MS) return known
    const asked = this.#answer(account)
    this.#known.set(account, asked)
    return asked
  }

  async #answer(account: string): Promise<Known> {
    const at = this.#clock.now()
    try {
      const answer = await this.#options.cover?.onTest(account)
      return {at, aheadMs: answer === undefined ? 0 : answer.now - at, windows: answer?.windows ?? []}
    } catch (error) {
      if (!isCitywatchError(error)) throw error
      return {at, aheadMs: 0, windows: [], error} // nobody can say that it is on test: then it is not
    }
  }
}

/** Unknown codes may: nobody knows what a centre does with them. */
function mayDispatch(signal: Signal): boolean {
  const {dispatch, known} = meaningOf(signal)
  return !known || DISPATCHED.has(dispatch)
}

/** True for this machine, by number or by name. */
export function staysHere(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}
