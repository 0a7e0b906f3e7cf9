/** Tells the centre of lost and restored panels, as a receiver does: Contact ID 350 or SIA YC, in the panel's name. */
import type {Clock} from '../../lib/clock.ts'
import type {AccountKey} from '../../protocol/dc09/key.ts'
import {type PanelEvent, parseEvent} from '../event.ts'
import {type Delivery, sendEvents} from '../send.ts'
import type {Sequence} from '../sequence.ts'
import type {PathEvent, PathName} from './event.ts'

export type RaiseAs = 'contact-id' | 'sia'

export interface RaiseOptions {
  readonly host: string
  readonly port: number
  readonly as: RaiseAs
  /** Message numbers of an account. */
  readonly sequenceOf: (account: string) => Sequence
  /** Accounts that the centre wants encrypted. */
  readonly keys?: ReadonlyMap<string, AccountKey> | undefined
  /** How long each attempt waits, ms. */
  readonly waitMs: number
}

/** What became of an event that was to be raised. */
export interface RaisedEvent {
  readonly kind: 'raised'
  readonly at: number
  readonly account: string
  readonly path: PathName
  /** `E350`, `R350`, `YC`, `YK` … */
  readonly code: string
  readonly verdict: Delivery['verdict'] | 'not sent'
  /** How often it was tried, each time with the repetitions of a panel. */
  readonly tries: number
  /** From the event to the centre's answer, ms. */
  readonly afterMs: number
}

export interface RaiseCounts {
  acknowledged: number
  /** Refused, or nobody answered in all tries. */
  failed: number
}

/** The event as it is sent. Two paths are told apart: 351 and 352, or the number behind YC. */
export function raisedCode({kind, path}: Pick<PathEvent, 'kind' | 'path'>, as: RaiseAs, paths: number): string {
  const restored = kind === 'restored'
  const number = path === 'primary' ? 1 : 2
  if (as === 'contact-id') return `${restored ? 'R' : 'E'}35${paths > 1 ? number : 0}`
  return `${restored ? 'YK' : 'YC'}${paths > 1 ? ` zone ${number}` : ''}`
}

/** Only losses and their end are raised; who is merely late is not. */
export function isRaised(event: PathEvent): boolean {
  return event.kind === 'missing' || (event.kind === 'restored' && event.was === 'missing')
}

/** Accounts are sent for side by side, the events of one account in their order. */
const LANES = 16
const TRIES = 5
const RETRY_MS = 5_000
/** Events that wait; later ones are counted as failed. */
const MAX_WAITING = 200_000

export class Raiser {
  readonly counts: RaiseCounts = {acknowledged: 0, failed: 0}
  readonly #options: RaiseOptions
  readonly #paths: number
  readonly #clock: Clock
  readonly #told: (raised: RaisedEvent) => void
  readonly #lanes: Promise<void>[] = Array.from({length: LANES}, () => Promise.resolve())
  readonly #closing = new AbortController()
  #waiting = 0

  constructor(options: RaiseOptions, paths: number, clock: Clock, told: (raised: RaisedEvent) => void) {
    this.#options = options
    this.#paths = paths
    this.#clock = clock
    this.#told = told
  }

  raise(event: PathEvent): void {
    const code = raisedCode(event, this.#options.as, this.#paths)
    if (this.#waiting >= MAX_WAITING) {
      this.#done(event, code, 'not sent', 0)
      return
    }
    this.#waiting += 1
    const lane = laneOf(event.account)
    this.#lanes[lane] = (this.#lanes[lane] ?? Promise.resolve()).then(() => this.#send(event, code))
  }

  /** What waits is tried once more, not repeated; resolves when everything is said. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#lanes)
  }

  async #send(event: PathEvent, code: string): Promise<void> {
    const parsed = parseEvent(code)
    for (let tries = 1; ; tries++) {
      const verdict = await this.#once(event.account, parsed)
      const again = verdict === 'unreachable' || verdict === 'no-reply' || verdict === 'closed'
      if (!again || tries >= TRIES || this.#closing.signal.aborted) {
        this.#waiting -= 1
        this.#done(event, code, verdict, tries)
        return
      }
      await this.#clock.sleep(RETRY_MS, this.#closing.signal).catch(() => {})
    }
  }

  /** A number that cannot be kept is a message that was not sent, not the end of the supervision. */
  async #once(account: string, event: PanelEvent): Promise<RaisedEvent['verdict']> {
    const {host, port, keys, sequenceOf, waitMs} = this.#options
    const key = keys?.get(account)
    const sequence = sequenceOf(account)
    const sending = {
      host,
      port,
      transport: 'tcp',
      account,
      sequence,
      iKnow: false,
      waitMs,
      ...(key ? {key} : {}),
    } as const
    try {
      for await (const {verdict} of sendEvents([event], sending, this.#clock)) return verdict
      return 'not sent'
    } catch {
      return 'not sent'
    }
  }

  #done({account, path, at}: PathEvent, code: string, verdict: RaisedEvent['verdict'], tries: number): void {
    this.counts[verdict === 'acked' ? 'acknowledged' : 'failed'] += 1
    const now = this.#clock.now()
    this.#told({kind: 'raised', at: now, account, path, code, verdict, tries, afterMs: now - at})
  }
}

function laneOf(account: string): number {
  let sum = 0
  for (let index = 0; index < account.length; index++) sum = (sum * 31 + account.charCodeAt(index)) >>> 0
  return sum % LANES
}
