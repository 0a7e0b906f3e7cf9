/**
 * Hears signs of life, looks several times a second who is missing, and tells the log of nothing else. Where several nodes share
 * a store each of them knows what all of them hear, so that any of them can go on; the one that leads tells the log.
 */
import {randomInt} from 'node:crypto'
import {setImmediate as turn} from 'node:timers/promises'
import type {Clock} from '../../lib/clock.ts'
import type {Device} from '../../model/device.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {SupervisionDefaults, WatchedKind} from '../../model/supervision.ts'
import type {HeartbeatsTaken, SupervisionPage, SupervisionSummary} from '../contract.ts'
import type {HeartbeatIds} from '../parse/supervision.ts'
import type {PeerNews} from '../store/peers.ts'
import type {LogRow, MissingPageRequest, Store, SupervisionItem} from '../store/port.ts'
import {Grouping} from '../supervision/grouping.ts'
import {loadInventory} from '../supervision/load.ts'
import {PanelAccounts} from '../supervision/panel-accounts.ts'
import {Watch} from '../supervision/watch.ts'

const SWEEP_MS = 250
/** The same while the store takes its time. */
const MEANWHILE_MS = 750
/** Devices in one write: so many small rows hold other writes up for a few hundredths of a second. */
const MAX_ITEMS = 5_000
/** While more wait than one write takes, the log is told of shared alarms this often, ms. */
const ANNOUNCE_MS = 500
/** A full disk is tried again so often, ms. Nothing is forgotten meanwhile. */
const RETRY_MS = 5_000
/** A node that does not lead reads what the log has as missing again so often when that changed, ms. */
const REREAD_MS = 10_000
/** What others heard is not known for so long: then this node does not see everything, and says so, ms. */
const BLIND_MS = 10_000
/** What a node heard in its last instant may be gone: nobody is missing for so long, or for its interval where that is less, ms. */
const RENEWED_MS = 3_600_000
const OF_SUPERVISION = /^\{"seq":\d+,"type":"supervision"/

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
  /** Accounts that panels gave up in a batch of which parts are still to come. */
  #left: string[] = []
  #testsOver = false
  /** The watch knows what the log has as missing, whichever node wrote it. */
  #isLogRead = false
  #readAt = Number.NEGATIVE_INFINITY
  /** The log may not have been told of all sums. */
  #owesSums = false
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
    this.#hear(kind, id, this.#options.monotonic())
  }

  heartbeats({panels, cameras}: HeartbeatIds): HeartbeatsTaken {
    const now = this.#options.monotonic()
    const counts = {alive: 0, restored: 0, unsupervised: 0, unknown: 0}
    for (const id of panels) counts[this.#hear('panel', id, now)]++
    for (const id of cameras) counts[this.#hear('camera', id, now)]++
    const {alive, ...rest} = counts
    return {taken: alive + rest.restored, ...rest}
  }

  /** Other nodes need not know a stranger, unless it may be one that this node has not read of yet. */
  #hear(kind: WatchedKind, id: string, now: number): ReturnType<Watch['heard']> {
    const outcome = this.#watch.heard(kind, id, now)
    if (outcome !== 'unknown' || !this.#complete) this.#options.store.peers?.tell({kind, id})
    return outcome
  }

  /** Devices as the inventory has them now; `last`: the batch is whole. */
  changed(devices: readonly Device[], last = true): void {
    // A page that was read before must not take this back.
    if (!this.#complete) for (const {kind, key} of devices) this.#fresh.add(`${kind} ${key}`)
    this.#left.push(...this.#accounts.put(devices))
    if (last) this.#letGo()
    this.#put(devices)
  }

  #letGo(): void {
    for (const account of this.#left) if (this.#accounts.isFree(account)) this.#watch.remove('panel', account)
    this.#left = []
  }

  #put(devices: readonly Device[]): void {
    const now = this.#options.monotonic()
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
    return {...this.#watch.summary(within, kind), complete: this.#complete && this.#lagMs() < BLIND_MS}
  }

  #lagMs(): number {
    return this.#options.store.peers?.lagMs() ?? 0
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
    const stops = [
      store.follow((rows) => this.#noticed(rows)),
      store.followLead(() => {
        this.#isLogRead = false // another one may have written until now
      }),
      store.peers?.follow(this.#news()),
    ]
    await this.#untilDone(signal, () => this.#readLog())
    await Promise.all([this.#untilDone(signal, () => this.#loadDevices(signal)), this.#sweeps(signal)])
    for (const stop of stops) stop?.()
  }

  #noticed(rows: readonly LogRow[]): void {
    if (rows.some(({type}) => type === 'ontest.ended' || type === 'ontest.expired')) this.#testsOver = true
    if (!this.#options.store.leads() && rows.some(({entry}) => OF_SUPERVISION.test(entry))) this.#isLogRead = false
  }

  #news(): PeerNews {
    const {monotonic} = this.#options
    return {
      heard: (signs) => {
        const now = monotonic()
        for (const {kind, id, agoMs} of signs) this.#watch.heardElsewhere(kind, id, now, agoMs)
      },
      changed: (devices, last) => this.changed(devices, last),
      lost: (what) => this.#watch.renew(monotonic(), what === 'instant' ? RENEWED_MS : undefined),
    }
  }

  /** Whoever the log has as missing stays so. What was to be told when a platform stopped, or ceased to lead, is told later. */
  async #readLog(): Promise<void> {
    const {store, monotonic} = this.#options
    this.#isLogRead = true // before it is read: what comes meanwhile makes it so no longer
    this.#readAt = monotonic()
    this.#watch.beginLog()
    let after: string | undefined = ''
    try {
      while (after !== undefined) {
        const page = await store.missing({within: '', after, limit: 2_000})
        for (const {kind, key, account = key, jurisdiction} of page.rows) {
          this.#watch.putMissing(kind, account, jurisdiction, monotonic())
          this.#testsOver = true
          this.#owesSums = true
        }
        after = page.next
        await turn()
      }
    } catch (error) {
      this.#isLogRead = false
      throw error
    }
    this.#watch.endLog()
    if (this.#complete) this.#watch.settle()
  }

  async #loadDevices(signal: AbortSignal): Promise<void> {
    const {store} = this.#options
    const {devices} = await store.counts()
    this.#watch.reserve(devices.panel + devices.camera)
    for await (const page of loadInventory(store)) {
      if (signal.aborted) return
      const devices = page.filter(({kind, key}) => !this.#fresh.has(`${kind} ${key}`))
      this.#accounts.put(devices)
      this.#put(devices)
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
      const settling = this.#settle().catch(() => {
        this.#retryAt = monotonic() + RETRY_MS
      })
      await this.#lookUntil(settling)
    }
  }

  /** A store that waits for its server must not pass for a standstill: time goes on meanwhile. */
  async #lookUntil(work: Promise<void>): Promise<void> {
    const {clock} = this.#options
    const done = new AbortController()
    const looking = async () => {
      while (!done.signal.aborted) {
        await clock.sleep(MEANWHILE_MS, done.signal).catch(() => undefined)
        if (!done.signal.aborted) await this.#look()
      }
    }
    await Promise.all([looking(), work.finally(() => done.abort())])
  }

  async #settle(): Promise<void> {
    const {store, monotonic} = this.#options
    const isDue = store.leads() || monotonic() - this.#readAt >= REREAD_MS
    if (!this.#isLogRead && isDue) await this.#readLog()
    if (this.#isLogRead && store.leads()) await this.#tell()
  }

  async #look(): Promise<void> {
    await turn() // what the sockets hold is read first: a busy process must not make its panels missing
    this.#watch.advance(this.#options.monotonic(), this.#lagMs())
  }

  async #tell(): Promise<void> {
    const {store, clock, monotonic} = this.#options
    if (this.#owesSums) await this.#write([], true)
    this.#owesSums = false
    while (this.#watch.waiting > 0 && this.#isLogRead) {
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
    if (!this.#testsOver || !this.#isLogRead) return
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
