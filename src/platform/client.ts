import {CitywatchError} from '../lib/errors.ts'
import type {Secret} from '../lib/secret.ts'
import type {Alarm} from '../model/alarm.ts'
import {DEVICE_KINDS, type Device, type DeviceKind} from '../model/device.ts'
import type {Handoff} from '../model/handoff.ts'
import type {Position} from '../model/log-entry.ts'
import type {OnTestWindow} from '../model/on-test.ts'
import type {MissingDevice, WatchedKind} from '../model/supervision.ts'
import {AccessClient} from './access-client.ts'
import {AlarmClient} from './client-alarms.ts'
import {JobClient} from './client-jobs.ts'
import {advancing} from './client-pages.ts'
import {
  type AuditItem,
  type AuditPage,
  type CloudEvent,
  type DeviceBatch,
  type DeviceBatchResult,
  type Done,
  type EventsAccepted,
  type FederationStatus,
  type Heartbeats,
  type HeartbeatsTaken,
  MAX_PAGE,
  type Session,
  type Status,
  type SupervisionPage,
  type SupervisionSummary,
  type Whoami,
} from './contract.ts'
import {call, type Query} from './http-call.ts'
import {pinnedAgent} from './pinned.ts'
import {type WatchMessage, type WatchOptions, watch} from './watch.ts'

const DEFAULT_TIMEOUT_MS = 10_000
/** How often a list is read again that changes while it is being read. */
const MAX_TRIES = 5

export interface Snapshot {
  /** Watch from here: what changed while the pages were read comes again, told apart by each alarm's version. */
  readonly position: Position
  /** All open alarms by id. */
  readonly alarms: Alarm[]
  /** Open on-test windows: as of the position, or later. */
  readonly onTest: readonly OnTestWindow[]
  /** Hand-overs that wait for somebody: as of the position, or later. */
  readonly handoffs: readonly Handoff[]
}

/** Absent members leave nothing out. */
export interface AuditFilter {
  readonly after?: number
  readonly who?: string
  /** A word, or the beginning of some: `login` for all of `login.failed`, `login.locked`. */
  readonly what?: string
  /** Ms UTC, both included. */
  readonly since?: number
  readonly until?: number
}

/** What `platform supervision` says. */
export interface SupervisionReport {
  readonly summary: SupervisionSummary
  readonly missing: readonly MissingDevice[]
}

export interface ClientOptions {
  readonly url: string
  readonly token?: Secret
  readonly timeoutMs?: number
  /** SHA-256 of the platform's certificate, as parseFingerprint gives it; absent: the system's authorities decide. */
  readonly fingerprint?: string
}

/** Every method throws CW_NO_PLATFORM, CW_CERTIFICATE, CW_TIMEOUT, CW_AUTH and CW_PROTOCOL_REMOTE besides what it names. */
export class PlatformClient extends AlarmClient {
  constructor({fingerprint, ...options}: ClientOptions) {
    const pinned = fingerprint === undefined ? {} : {dispatcher: pinnedAgent(fingerprint)}
    super({timeoutMs: DEFAULT_TIMEOUT_MS, ...options, ...pinned})
  }

  /** Address of the platform. */
  get url(): string {
    return this.endpoint.url
  }

  /** Host name of the platform, without brackets: its DC-09 receiver listens there too. */
  get host(): string {
    return new URL(this.endpoint.url).hostname.replace(/^\[|\]$/g, '')
  }

  status(): Promise<Status> {
    return call(this.endpoint, 'GET /v1/status', {}, null)
  }

  async snapshot(): Promise<Snapshot> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const snapshot = await this.#trySnapshot()
      if (snapshot) return snapshot
    }
    throw new CitywatchError('CW_CONFLICT', {what: 'log', detail: 'it was replaced while its alarms were read'})
  }

  /** The platforms below it, and how far what they told has come. */
  federation(): Promise<FederationStatus> {
    return call(this.endpoint, 'GET /v1/federation', {}, null)
  }

  /** One page of missing devices, with the numbers of all; `after`: the `next` of the page before. */
  supervision(
    options: {
      readonly jurisdiction?: string
      readonly kind?: WatchedKind
      readonly after?: string
      readonly limit?: number
    } = {},
  ): Promise<SupervisionPage> {
    const query: Query = {...options}
    return call(this.endpoint, 'GET /v1/supervision', query, null)
  }

  /** The numbers, and every missing device page by page. */
  async missing(options: {readonly jurisdiction?: string; readonly kind?: WatchedKind} = {}): Promise<{
    readonly summary: SupervisionSummary
    readonly missing: AsyncIterable<MissingDevice>
  }> {
    const first = await this.supervision({...options, limit: MAX_PAGE})
    const {alive, unheard, missing, unsupervised, complete} = first
    return {summary: {alive, unheard, missing, unsupervised, complete}, missing: this.#missingFrom(first, options)}
  }

  async *#missingFrom(first: SupervisionPage, options: {readonly jurisdiction?: string; readonly kind?: WatchedKind}) {
    let page = first
    yield* page.items
    for (let after = page.next; after !== undefined; after = advancing(after, page.next)) {
      page = await this.supervision({...options, after, limit: MAX_PAGE})
      yield* page.items
    }
  }

  /** Signs of life of devices that do not report themselves. */
  heartbeats(heartbeats: Heartbeats): Promise<HeartbeatsTaken> {
    return call(this.endpoint, 'POST /v1/heartbeats', {}, heartbeats)
  }

  /** Devices of a kind by key, read page by page; with `account` only its panel, or its zones. */
  async *devices<K extends DeviceKind>(kind: K, account?: string): AsyncGenerator<Extract<Device, {kind: K}>> {
    for await (const page of this.#devicePages(kind, account)) {
      for (const device of page.items) if (isKind(device, kind)) yield device
    }
  }

  /** Every device (of a jurisdiction, where the platform can tell), at one revision of the inventory. Throws CW_CONFLICT when it never stays the same long enough. */
  async inventory(jurisdiction?: string): Promise<{readonly devices: Device[]; readonly revision: number}> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const inventory = await this.#tryInventory(jurisdiction)
      if (inventory) return inventory
    }
    throw new CitywatchError('CW_CONFLICT', {what: 'inventory', detail: 'it changed each time it was read'})
  }

  /** All or nothing. Throws CW_CONFLICT when the inventory has changed since `base`, CW_BAD_VALUE for what is no device. */
  putDevices(batch: DeviceBatch): Promise<DeviceBatchResult> {
    return call(this.endpoint, 'POST /v1/devices', {}, batch)
  }

  /** What putDevices would do now. Writes nothing. Throws CW_CONFLICT as it would. */
  async planDevices(batch: DeviceBatch): Promise<DeviceBatchResult> {
    return call(this.endpoint, 'POST /v1/devices/plan', {}, batch)
  }

  /**
   * Resolves once all are on the disk; sending them again is harmless. Throws CW_BAD_VALUE for what is no event or a signal
   * of an unknown account, CW_IO when the platform is too busy, CW_DISK_FULL: none of them is stored then.
   */
  sendEvents(events: CloudEvent | readonly CloudEvent[]): Promise<EventsAccepted> {
    return call(this.endpoint, 'POST /v1/events', {}, events)
  }

  /** A token that opens until it runs out. Throws CW_AUTH, CW_TOO_MANY_TRIES. */
  login(user: string, password: Secret): Promise<Session> {
    return call(this.endpoint, 'POST /v1/login', {}, {user, password: password.reveal()})
  }

  /** Ends the session whose token this client has. */
  logout(): Promise<Done> {
    return call(this.endpoint, 'POST /v1/logout', {}, {})
  }

  /** Who the platform takes this client for. A platform of before does not know the question: CW_BAD_VALUE. */
  whoami(): Promise<Whoami> {
    return call(this.endpoint, 'GET /v1/whoami', {}, null)
  }

  /** Users and tokens, for who may manage them: every method throws CW_FORBIDDEN otherwise. */
  get access(): AccessClient {
    return new AccessClient(this.endpoint)
  }

  /** The work queue. */
  get jobs(): JobClient {
    return new JobClient(this.endpoint)
  }

  /** Lines of the audit log by number. */
  async *auditLines(filter: AuditFilter = {}): AsyncGenerator<AuditItem> {
    let after: number | undefined = filter.after ?? 0
    while (after !== undefined) {
      const page: AuditPage = await call(this.endpoint, 'GET /v1/audit', {...filter, after, limit: MAX_PAGE}, null)
      yield* page.items
      after = advancing(after, page.next)
    }
  }

  /** Everything after a position, then live, until `signal` aborts. Never throws for what the network does. */
  watch(after: Position, options: WatchOptions): AsyncGenerator<WatchMessage> {
    return watch(this.endpoint, after, options)
  }

  async #trySnapshot(): Promise<Snapshot | undefined> {
    let position: Position | undefined
    let after: number | undefined = 0
    const alarms: Alarm[] = []
    while (after !== undefined) {
      const query: {after: number; limit: number} = {after, limit: MAX_PAGE}
      const page = await call(this.endpoint, 'GET /v1/alarms', query, null)
      position ??= page.position
      if (page.position.epoch !== position.epoch) return undefined
      alarms.push(...page.items)
      after = advancing(after, page.next)
    }
    return position && {position, alarms, onTest: (await this.onTest()).windows, handoffs: await this.handoffs()}
  }

  async #tryInventory(jurisdiction?: string) {
    const devices: Device[] = []
    let revision: number | undefined
    for (const kind of DEVICE_KINDS) {
      for await (const page of this.#devicePages(kind, undefined, jurisdiction)) {
        revision ??= page.revision
        if (page.revision !== revision) return undefined
        devices.push(...page.items)
      }
    }
    return {devices, revision: revision ?? 0}
  }

  async *#devicePages(kind: DeviceKind, account?: string, jurisdiction?: string) {
    let after: string | undefined
    do {
      const query: Query = {kind, account, jurisdiction: jurisdiction || undefined, after, limit: MAX_PAGE}
      const page = await call(this.endpoint, 'GET /v1/devices', query, null)
      yield page
      after = advancing(after, page.next)
    } while (after !== undefined)
  }
}

function isKind<K extends DeviceKind>(device: Device, kind: K): device is Extract<Device, {kind: K}> {
  return device.kind === kind
}
