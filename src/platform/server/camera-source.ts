/** Listens to every camera of the inventory that has an address, and follows the inventory as it changes. */
import {type LoginGate, loginGate} from '../../camera/login-gate.ts'
import type {Clock} from '../../lib/clock.ts'
import {type Limiter, limiter} from '../../lib/limiter.ts'
import type {Camera} from '../../model/device.ts'
import type {DeviceRows, Store} from '../store/port.ts'
import {type CameraChoice, CameraListener, type Listened, type MessageCounts, tolerate} from './camera-listener.ts'

export interface CameraSourceOptions extends CameraChoice {
  readonly store: Pick<Store, 'devices' | 'camera'>
  readonly clock: Clock
}

export interface CameraNumbers {
  /** Cameras by what is heard of them; `waiting`: not yet asked. */
  readonly cameras: {readonly live: number; readonly lost: number; readonly waiting: number}
  /** Messages since the start: those that changed something, those that did not, and those that were passed over. */
  readonly messages: Readonly<MessageCounts>
}

interface Entry {
  /** What it was started with: another address or login makes another listener. */
  readonly target: string
  readonly stop: AbortController
  link: keyof CameraNumbers['cameras']
}

/** How often the inventory is looked at that others may change, ms. */
const LOOK_MS = 2_000
const PAGE = 1_000
/** A password that was refused too often may have been mended by now: as long as the ledger remembers, ms. */
const GATE_LIFE_MS = 30 * 60_000

export class CameraSource {
  readonly #options: CameraSourceOptions
  readonly #turn: Limiter
  readonly #entries = new Map<string, Entry>()
  readonly #running = new Set<Promise<void>>()
  readonly #messages: MessageCounts = {changed: 0, unchanged: 0, passedOver: 0}
  #gate: {readonly gate: LoginGate; readonly until: number} | undefined
  #revision = -1
  #wake = new AbortController()

  constructor(options: CameraSourceOptions) {
    this.#options = options
    this.#turn = limiter(options.concurrency)
  }

  get numbers(): CameraNumbers {
    const cameras = {live: 0, lost: 0, waiting: 0}
    for (const {link} of this.#entries.values()) cameras[link] += 1
    return {cameras, messages: this.#messages}
  }

  /** Until `closing` aborts; resolves when every camera has been unsubscribed from. */
  async run(closing: AbortSignal): Promise<void> {
    const {clock} = this.#options
    while (!closing.aborted) {
      await this.#follow().catch(tolerate)
      this.#wake = new AbortController()
      await clock.sleep(LOOK_MS, AbortSignal.any([closing, this.#wake.signal])).catch(() => undefined)
    }
    for (const {stop} of this.#entries.values()) stop.abort()
    await Promise.all(this.#running)
  }

  /** The inventory has changed here: it is looked at now. */
  look(): void {
    this.#wake.abort()
  }

  async #follow(): Promise<void> {
    const {revision} = await this.#options.store.devices({kind: 'camera', after: '', limit: 1})
    if (revision === this.#revision) return
    const cameras = await this.#cameras()
    for (const [key, {target, stop}] of this.#entries) {
      const camera = cameras.get(key)
      if (camera && targetOf(camera) === target) continue
      stop.abort()
      this.#entries.delete(key)
    }
    for (const camera of cameras.values()) if (!this.#entries.has(camera.key)) this.#start(camera)
    this.#revision = revision
  }

  async #cameras(): Promise<Map<string, Listened>> {
    const cameras = new Map<string, Listened>()
    for (let after: string | undefined = ''; after !== undefined; ) {
      const page: DeviceRows = await this.#options.store.devices({kind: 'camera', after, limit: PAGE})
      for (const row of page.rows) {
        const camera = JSON.parse(row) as Camera
        if (camera.xaddr) cameras.set(camera.key, {...camera, xaddr: camera.xaddr})
      }
      after = page.next
    }
    return cameras
  }

  #start(camera: Listened): void {
    const stop = new AbortController()
    const entry: Entry = {target: targetOf(camera), stop, link: 'waiting'}
    this.#entries.set(camera.key, entry)
    const listener = new CameraListener(camera, {
      ...this.#options,
      turn: this.#turn,
      gate: () => this.#loginGate(),
      signal: stop.signal,
      link: (link) => {
        entry.link = link
      },
      count: (what, messages) => {
        this.#messages[what] += messages
      },
    })
    const run = listener.run().finally(() => this.#running.delete(run))
    this.#running.add(run)
  }

  #loginGate(): LoginGate {
    const {clock} = this.#options
    const now = clock.now()
    if (!this.#gate || now >= this.#gate.until) this.#gate = {gate: loginGate(clock), until: now + GATE_LIFE_MS}
    return this.#gate.gate
  }
}

function targetOf({xaddr, credential}: Camera): string {
  return `${xaddr}\n${credential ?? ''}`
}
