/** Takes requests down to a child: each until it is answered, none twice, and what has waited too long is given back. */
import type {Clock} from '../../lib/clock.ts'
import {type ErrorCode, isCitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import {call, type Endpoint} from '../http-call.ts'
import {type AnswerWrite, type ChildRequest, KEPT_OPEN_REQUEST} from '../store/child.ts'
import type {Store} from '../store/port.ts'

/** A request that nobody could be asked for so long is asked of the person again. */
const EXPIRES_MS = 10 * 60_000
/** How often a child is asked again what has become of a request that it passes down itself. */
const RECHECK_MS = 2_000
const RETRY_MS = 2_000
const MAX_OPEN = 10_000
/** Failures of the line or of the moment: the child has not said no. */
const AGAIN: ReadonlySet<ErrorCode> = new Set([
  'CW_NO_PLATFORM',
  'CW_TIMEOUT',
  'CW_CERTIFICATE',
  'CW_AUTH',
  'CW_PROTOCOL_REMOTE',
  'CW_IO',
  'CW_DISK_FULL',
  'CW_INTERNAL',
])

export interface CourierOptions {
  readonly child: string
  readonly endpoint: Endpoint
  readonly store: Pick<Store, 'kept' | 'answer'>
  readonly clock: Clock
  readonly signal: AbortSignal
}

export class Courier {
  readonly #options: CourierOptions
  #wake = new AbortController()
  /** Requests that are not answered. */
  open = 0

  constructor(options: CourierOptions) {
    this.#options = options
  }

  /** There may be something to take down. */
  wake(): void {
    this.#wake.abort()
  }

  /** Until the signal aborts. Never rejects. */
  async run(): Promise<void> {
    const {clock, signal} = this.#options
    while (!signal.aborted) {
      this.#wake = new AbortController()
      const waitMs = await this.#round().catch(() => RETRY_MS)
      const until = AbortSignal.any([signal, this.#wake.signal])
      await clock.sleep(waitMs, until).catch(() => undefined)
    }
  }

  /** Takes down whatever is open. Resolves with when to look again, ms. */
  async #round(): Promise<number> {
    const {child, store, signal} = this.#options
    const rows = await store.kept(KEPT_OPEN_REQUEST, `${child}/`, MAX_OPEN)
    const own = rows.filter(({key}) => key.startsWith(`${child}/`))
    this.open = own.length
    for (const {text} of own) {
      if (signal.aborted) return 0
      const answer = await this.#ask(JSON.parse(text) as ChildRequest)
      if (answer === 'again') return RETRY_MS
      await store.answer(answer)
      if (answer.state !== 'sent') this.open--
    }
    return this.open === 0 ? IDLE_MS : RECHECK_MS
  }

  async #ask({key, request, at}: ChildRequest): Promise<AnswerWrite | 'again'> {
    const {endpoint, clock, signal} = this.#options
    try {
      const alarm = await call(endpoint, 'POST /v1/alarms/ack', {}, {...request, request: key}, signal)
      return {at: clock.now(), key, state: alarm.pending === undefined ? 'confirmed' : 'sent'}
    } catch (error) {
      if (!isCitywatchError(error)) return 'again'
      const detail = safeText(String(error.params.detail ?? error.params.value ?? error.code), 200)
      const now = clock.now()
      if (error.code === 'CW_CONFLICT') return {at: now, key, state: 'conflict', detail}
      if (!AGAIN.has(error.code)) return {at: now, key, state: 'rejected', detail}
      if (now - at < EXPIRES_MS) return 'again'
      return {at: now, key, state: 'rejected', detail: safeText(`not delivered within 10 min: ${detail}`, 200)}
    }
  }
}

/** Whoever asks wakes the courier; this is for what another node of the platform has taken. */
const IDLE_MS = 5_000
