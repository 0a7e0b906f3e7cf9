/** Listens to one camera of the inventory and puts what changes into the store. */
import type {LoginGate} from '../../camera/login-gate.ts'
import type {LoginLedger} from '../../camera/login-ledger.ts'
import {type CameraState, stateOf} from '../../camera/onvif/event-topics.ts'
import {pullPoint} from '../../camera/pull-point.ts'
import type {Clock} from '../../lib/clock.ts'
import {isCitywatchError} from '../../lib/errors.ts'
import type {Limiter} from '../../lib/limiter.ts'
import type {Credential} from '../../lib/secret.ts'
import type {CameraEvent} from '../../model/camera-event.ts'
import type {Camera} from '../../model/device.ts'
import type {Notice} from '../../protocol/wsn/notification.ts'
import type {Store} from '../store/port.ts'

/** How cameras are listened to. */
export interface CameraChoice {
  readonly ledger: LoginLedger
  /** The login behind a camera's reference, or the common one; undefined: none. Rejects for a reference that cannot be read. */
  readonly credentialOf: (reference: string | undefined) => Promise<Credential | undefined>
  /** A city has too much motion for alarms: `off` forgets it, `log` keeps it, `alarm` raises it with the lowest priority. */
  readonly motion: 'off' | 'log' | 'alarm'
  /** Cameras that are being subscribed to at a time. */
  readonly concurrency: number
}

export interface ListenerOptions extends CameraChoice {
  readonly store: Pick<Store, 'camera'>
  readonly clock: Clock
  readonly turn: Limiter
  readonly gate: () => LoginGate
  /** Ends it. */
  readonly signal: AbortSignal
  /** Told whenever the camera is heard again, or no longer. */
  readonly link: (link: 'live' | 'lost') => void
  /** Told of every message: whether it changed something. */
  readonly count: (what: keyof MessageCounts, messages: number) => void
}

export interface MessageCounts {
  changed: number
  unchanged: number
  passedOver: number
}

/** A camera that can be listened to. */
export type Listened = Camera & {readonly xaddr: string}

/** Limit of one answer of a camera, ms. */
const TIMEOUT_MS = 10_000
/** Parts of one camera that are followed; more are passed over. */
const MAX_PARTS = 64
/** What could not be done is tried again after this, ms: listening at all, and writing to the store. */
const AGAIN_MS = 60_000
const STORE_AGAIN_MS = 1_000

export class CameraListener {
  readonly #camera: Listened
  readonly #options: ListenerOptions
  /** What is known of each part that has told something. */
  readonly #parts = new Map<string, boolean>()

  constructor(camera: Listened, options: ListenerOptions) {
    this.#camera = camera
    this.#options = options
  }

  /** Until the signal aborts; the camera has been unsubscribed from then. Whatever goes wrong with one camera is tried again. */
  async run(): Promise<void> {
    const {signal, clock, link} = this.#options
    while (!signal.aborted) {
      try {
        await this.#listen()
      } catch {
        link('lost') // a login that cannot be read, or a camera that says what nobody has foreseen
        await clock.sleep(AGAIN_MS, signal).catch(() => undefined)
      }
    }
  }

  async #listen(): Promise<void> {
    const {clock, ledger, signal, turn, gate, credentialOf, link, count} = this.#options
    const {xaddr, credential: reference} = this.#camera
    const credential = await credentialOf(reference)
    const target = {xaddr, ...(credential ? {credential} : {})}
    const options = {clock, ledger, signal, turn, gate, random: Math.random, timeoutMs: TIMEOUT_MS}
    for await (const news of pullPoint(target, options)) {
      if (news.kind === 'subscribed') link('live')
      else if (news.kind === 'lost') link('lost')
      else {
        count('passedOver', news.passedOver)
        for (const notice of news.notices) count(await this.#take(notice), 1)
      }
    }
  }

  /** What is known already does not reach the store. */
  async #take(notice: Notice): Promise<keyof MessageCounts> {
    const {motion} = this.#options
    const state = stateOf(notice)
    if (state === undefined || (state.condition === 'motion' && motion === 'off')) return 'passedOver'
    const part = `${state.topic}\n${state.source ?? ''}`
    if (this.#parts.get(part) === state.active) return 'unchanged'
    if (!this.#parts.has(part) && this.#parts.size >= MAX_PARTS) return 'passedOver'
    const outcome = await this.#write(state, state.condition !== 'motion' || motion === 'alarm')
    if (outcome !== undefined) this.#parts.set(part, state.active)
    return outcome === undefined || outcome === 'unchanged' ? 'unchanged' : 'changed'
  }

  /** What the store cannot write now is tried until it can; undefined when the end comes first. */
  async #write({condition, active, source, topic, at}: CameraState, raises: boolean) {
    const {store, clock, signal} = this.#options
    const event: CameraEvent = {
      camera: this.#camera.key,
      condition,
      active,
      ...(source === undefined ? {} : {source}),
      topic,
      ...(at === undefined ? {} : {occurredAt: at}),
    }
    while (!signal.aborted) {
      try {
        return await store.camera({at: clock.now(), event, raises})
      } catch (error) {
        tolerate(error)
        await clock.sleep(STORE_AGAIN_MS, signal).catch(() => undefined)
      }
    }
    return undefined
  }
}

/** A disk that is full or slow will not be so for ever. Throws anything else. */
export function tolerate(error: unknown): void {
  if (!isCitywatchError(error, 'CW_DISK_FULL') && !isCitywatchError(error, 'CW_IO')) throw error
}
