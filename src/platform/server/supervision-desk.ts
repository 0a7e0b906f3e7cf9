/** Hears signs of life, looks several times a second who is missing, and tells the log of nothing else. */
import {randomInt} from 'node:crypto'
import {setImmediate as turn} from 'node:timers/promises'
import type {Clock} from '../../lib/clock.ts'
import type {Device} from '../../model/device.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {SupervisionDefaults, WatchedKind} from '../../model/supervision.ts'
import type {HeartbeatsTaken, SupervisionPage, SupervisionSummary} from '../contract.ts'
import type {HeartbeatIds} from '../parse/supervision.ts'
import type {MissingPageRequest, Store, SupervisionItem} from '../store/port.ts'
import {Grouping} from '../supervision/grouping.ts'
import {loadInventory} from '../supervision/load.ts'
import {PanelAccounts} from '../supervision/panel-accounts.ts'
import {Watch} from '../supervision/watch.ts'

const SWEEP_MS = 250
/** Devices in one write: so many small rows hold other writes up for a few hundredths of a second. */
const MAX_ITEMS = 5_000
/** While more wait than one write takes, the log is told of shared alarms this often, ms. */
const ANNOUNCE_MS = 500
/** A full disk is tried again so often, ms. Nothing is forgotten meanwhile. */
const RETRY_MS = 5_000

export interface SupervisionDeskOptions {
  readonly store: Store
  readonly clock: Clock
  /** Ms of a clock that is never set. */
  readonly monotonic: () => number
  /** For devices of which the inventory does not say. */
  readonly defaults: SupervisionDefaults | null
}

export class SupervisionDesk {
  readonly #options: SupervisionDeskOptions
  readonly #watch: Watch
  readonly #accounts: PanelAccounts
  readonly #grouping = new Grouping()
  #complete = false
  /** What was changed while the inventory was being read. */
  readonly #fresh = new Set<string>()
  #testsOver = false
  #announcedAt = Number.NEGATIVE_INFINITY
  #retryAt = Number.NEGATIVE_INFINITY

  constructor(options: SupervisionDeskOptions) {
    const seed = randomInt(2 ** 31)
    this.#options = options
    this.#watch = new Watch(options.monotonic(), seed)
    this.#accounts = new PanelAccounts(seed)
  }

  /** Any valid message of it is a sign of life. */
  heard(kind: WatchedKind, id: string): void {
    this.#watch.heard(kind, id, this.#options.monotonic())
  }

  heartbeats({panels, cameras}: HeartbeatIds): HeartbeatsTaken {
    const now = this.#options.monotonic()
    const counts = {alive: 0, restored: 0, unsupervised: 0, unknown: 0}
    for (const id of panels) counts[this.#watch.heard('panel', id, now)]++
    for (const id of cameras) counts[this.#watch.heard('camera', id, now)]++
    const {alive, ...rest} = counts
    return {taken: alive + rest.restored, ...rest}
  }

  /** Devices as the inventory has them now. */
  changed(devices: readonly Device[]): void {
    // A page that was read before must not take this back.
    if (!this.#complete) for (const {kind, key} of devices) this.#fresh.add(`${kind} ${key}`)
    this.#put(devices)
  }

  #put(devices: readonly Device[]): void {
    const now = this.#options.monotonic()
    for (const account of this.#accounts.put(devices)) this.#watch.remove('panel', account)
    for (const device of devices) {
      if (device.kind !== 'panel' && device.kind !== 'camera') continue
      const {kind, jurisdiction} = device
      const {defaults} = this.#options
      const intervalMs =
        defaults === null ? null : device.supervisionMs === undefined ? defaults[kind] : device.supervisionMs
      const id = device.kind === 'panel' ? device.account : device.key
      this.#watch.put({kind, id, jurisdiction, intervalMs}, now)
    }
  }

  summary(within: Jurisdiction = '', kind?: WatchedKind): SupervisionSummary {
    return {...this.#watch.summary(within, kind), complete: this.#complete}
  }

  async page(request: MissingPageRequest): Promise<SupervisionPage> {
    const {store, clock} = this.#options
    const {rows, next} = await store.missing(request)
    const summary = this.summary(request.within, request.kind)
    return {...summary, items: rows, now: clock.now(), ...(next === undefined ? {} : {next})}
  }

  /** Reads the inventory and watches, until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const {store} = this.#options
    const stop = store.follow((rows) => {
      if (rows.some(({type}) => type === 'ontest.ended' || type === 'ontest.expired')) this.#testsOver = true
    })
    await this.#untilDone(signal, () => this.#loadMissing())
    await Promise.all([this.#untilDone(signal, () => this.#loadDevices(signal)), this.#sweeps(signal)])
    stop()
  }

  /** Whoever the log has as missing stays so. What was to be told when the platform stopped is told now. */
  async #loadMissing(): Promise<void> {
    const {store} = this.#options
    let after: string | undefined = ''
    while (after !== undefined) {
      const page = await store.missing({within: '', after, limit: 2_000})
      for (const {kind, key, account = key, jurisdiction} of page.rows) {
        this.#watch.putMissing(kind, account, jurisdiction)
        this.#testsOver = true
      }
      after = page.next
      await turn()
    }
    if (this.#testsOver) await this.#write([], true)
  }

  async #loadDevices(signal: AbortSignal): Promise<void> {
    const {store} = this.#options
    const {devices} = await store.counts()
    this.#watch.reserve(devices.panel + devices.camera)
    for await (const page of loadInventory(store)) {
      if (signal.aborted) return
      this.#put(page.filter(({kind, key}) => !this.#fresh.has(`${kind} ${key}`)))
    }
    this.#watch.settle()
    this.#complete = true
    this.#fresh.clear()
  }

  async #sweeps(signal: AbortSignal): Promise<void> {
    const {clock, monotonic} = this.#options
    while (!signal.aborted) {
      await clock.sleep(SWEEP_MS, signal).catch(() => undefined)
      await this.#look()
      if (signal.aborted || monotonic() < this.#retryAt) continue
      await this.#tell().catch(() => {
        this.#retryAt = monotonic() + RETRY_MS
      })
    }
  }

  async #look(): Promise<void> {
    await turn() // what the sockets hold is read first: a busy process must not make its panels missing
    this.#watch.advance(this.#options.monotonic())
  }

  async #tell(): Promise<void> {
    const {store, clock, monotonic} = this.#options
    while (this.#watch.waiting > 0) {
      const changes = this.#watch.take(MAX_ITEMS)
      const isLast = this.#watch.waiting === 0
      const announces = isLast || monotonic() - this.#announcedAt >= ANNOUNCE_MS
      const items = this.#grouping.assign(changes, monotonic())
      try {
        await this.#write(items, announces)
        this.#watch.told(changes)
        this.#grouping.noted(items, monotonic())
      } catch (error) {
        this.#watch.giveBack(changes)
        throw error
      }
      if (!isLast) await this.#look() // time goes on while many are written; not to look would be a standstill
    }
    if (!this.#testsOver) return
    this.#testsOver = false
    await store.endTestsOfMissing(clock.now()).catch((error) => {
      this.#testsOver = true
      throw error
    })
  }

  async #write(items: readonly SupervisionItem[], announces: boolean): Promise<void> {
    const {store, clock, monotonic} = this.#options
    await store.supervise({at: clock.now(), items, announces})
    if (announces) this.#announcedAt = monotonic()
  }

  async #untilDone(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      try {
        return await work()
      } catch {
        await this.#options.clock.sleep(RETRY_MS, signal).catch(() => undefined)
      }
    }
  }
}
