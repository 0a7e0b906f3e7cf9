/** The embeddable platform: `citywatch platform serve`, the demo and the tests all start this one. */
import {existsSync} from 'node:fs'
import type {Server} from 'node:http'
import {promisify} from 'node:util'
import {DEFAULT_POLICY, type Policy} from '../../alarm/policy.ts'
import type {Clock} from '../../lib/clock.ts'
import {type Log, SILENT} from '../../lib/log.ts'
import type {Secret} from '../../lib/secret.ts'
import type {Signal} from '../../model/signal.ts'
import {SUPERVISION_DEFAULTS, type SupervisionDefaults} from '../../model/supervision.ts'
import {listening} from '../../net/listen.ts'
import {accountOf} from '../../panel/admission.ts'
import {type Receiver, serveReceiver} from '../../panel/receiver.ts'
import {messageKey} from '../../panel/reception.ts'
import {reasonOf} from '../../panel/refusal.ts'
import type {AccountKey} from '../../protocol/dc09/key.ts'
import type {Hasher} from '../access/password.ts'
import type {Principal} from '../access/principal.ts'
import {HEARTBEAT_MS, type NodeStatus, type Status} from '../contract.ts'
import {type ChildOptions, requireNames} from '../federation/child.ts'
import {Federation} from '../federation/federation.ts'
import type {Store} from '../store/port.ts'
import type {PostgresTarget} from '../store/postgres/target.ts'
import {type Access, openAccess} from './access.ts'
import {Bodies} from './body.ts'
import type {CameraChoice} from './camera-listener.ts'
import {CameraSource} from './camera-source.ts'
import {Connections, MAX_CONNECTIONS_EACH} from './connections.ts'
import {telling, timedDesks} from './desks.ts'
import {requireSafeListening} from './guard.ts'
import {handlers} from './handlers.ts'
import {httpServer} from './http-server.ts'
import {Ingest, senderOf} from './ingest.ts'
import {StoreWatch, started, stopped} from './life.ts'
import {metricsText, type Numbers} from './metrics.ts'
import {openChosenStore} from './open-store.ts'
import {readiness} from './readiness.ts'
import {statusOf, storeStatus} from './status.ts'
import {StreamHub} from './stream-hub.ts'
import {serveStream} from './stream-route.ts'
import {SupervisionDesk} from './supervision-desk.ts'
import {type Certificate, certificateOf, type TlsChoice} from './tls.ts'

const FAULT_AFTER = 2

export interface PlatformOptions {
  readonly host: string
  /** 0 lets the system choose; `url` and `dc09Port` then tell. */
  readonly httpPort: number
  readonly dc09Port: number
  /** Made when it is not there; one platform at a time has it. */
  readonly dataFolder: string
  /** Absent: the data are in the data folder. Else any number of platforms may share them. */
  readonly postgres?: PostgresTarget
  /** Also a PostgreSQL that does not write through to the disk: for tests of everything but durability. */
  readonly allowNoFsync?: boolean
  /** Absent: HTTP in clear. */
  readonly tls?: TlsChoice
  /** Opens everything. Needed when `host` is not loopback and the store has neither users nor tokens. */
  readonly token?: Secret
  /** Requests a second of one token, user or address; 0: no limit. */
  readonly maxRequests?: number
  /** Open connections of one address that is not this machine. */
  readonly maxConnections?: number
  /** How long a log-in opens, ms; absent: twelve hours. */
  readonly sessionMs?: number
  /** Makes and checks hashes of passwords; absent: as docs/decisions/0010-access.md says. */
  readonly hasher?: Hasher
  /** Where the platform says what happens to it. */
  readonly log?: Log
  readonly clock: Clock
  /** Store signals of accounts that no panel has, as unrouted; else their frames are refused. */
  readonly acceptUnknown?: boolean
  /** Keys by account in upper case: these must come encrypted, and are answered so. Absent: all come in clear. */
  readonly keys?: ReadonlyMap<string, AccountKey>
  /** Probes in a row that it takes before a camera counts as faulty, and as well again; absent: 2. */
  readonly faultAfter?: number
  /** Absent: cameras are not listened to. */
  readonly cameras?: CameraChoice
  readonly heartbeatMs?: number
  /** Platforms below this one: what they log of alarms enters this log too. */
  readonly children?: readonly ChildOptions[]
  /** Longest time that an account may be on test before somebody extends it, ms; absent: a day. */
  readonly maxOnTestMs?: number
  /** Silence after which devices are missing of which the inventory does not say; absent: SUPERVISION_DEFAULTS; null: nobody is watched. */
  readonly supervision?: SupervisionDefaults | null
  /** Ms of a clock that is never set; absent: the system's. */
  readonly monotonic?: () => number
  /** What the site has decided about its alarms, and when 110 is to be told; absent: DEFAULT_POLICY. */
  readonly policy?: Policy
  /** Largest database in pages of 4 KiB; absent: as large as the disk lets it be. */
  readonly maxPages?: number
  /** How long the log is kept, at least: ms, and bytes of log and inventory together; absent: for ever. */
  readonly retention?: {readonly keepMs?: number; readonly keepBytes?: number}
  /** Entries of one segment of the log in the data folder; absent: 200,000. */
  readonly segmentRows?: number
  /** What a panel hears whose signal the disk does not take; absent: `nak`. */
  readonly onDiskFull?: 'nak' | 'silence'
}

export interface Platform {
  /** Address of the HTTP API. */
  readonly url: string
  /** Port of the DC-09 receiver, TCP and UDP. */
  readonly dc09Port: number
  /** Absent: HTTP in clear. */
  readonly certificate?: {readonly fingerprint: string; readonly validTo: number}
  status(): Promise<Status>
  /** Takes a signal as the receiver would. Resolves once it is on the disk. */
  accept(signal: Signal): Promise<'stored' | 'unknown-account'>
  /** Drops every HTTP connection, as a fault of the network would. */
  cut(): void
  /** Takes no more, writes what is queued, ends streams, releases ports and folder. */
  close(): Promise<void>
}

/** Throws CW_NOT_LOOPBACK, CW_LOCKED, CW_PORT_IN_USE, CW_IO, CW_DISK_FULL, CW_AUTH, and what certificateOf throws; nothing is left behind then. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  // A folder or a database that is there may have users in it; that is seen once it is open.
  requireSafeListening(options, options.postgres !== undefined || existsSync(options.dataFolder))
  requireNames(options.children ?? [])
  const {clock, log = SILENT, policy = DEFAULT_POLICY} = options
  const store = await openChosenStore({...options, policy})
  const {supervision: defaults = SUPERVISION_DEFAULTS, monotonic = () => performance.now()} = options
  const supervision = new SupervisionDesk({store, clock, monotonic, defaults})
  const heard = (account: string) => supervision.heard('panel', account)
  const {acceptUnknown = false, faultAfter = FAULT_AFTER} = options
  const ingest = new Ingest({store, clock, acceptUnknown, faultAfter, heard})
  let receiver: Receiver | undefined
  try {
    const access = await openAccess({...options, store, log})
    requireSafeListening(options, !access.desk.directory.isEmpty)
    const place = {folder: options.dataFolder, host: options.host, now: clock.now()}
    const certificate = options.tls && certificateOf(options.tls, place)
    receiver = await startReceiver(options, ingest, heard)
    const parts = {store, ingest, supervision, receiver, access, log}
    return await serveHttp(options, {...parts, ...(certificate ? {certificate} : {})})
  } catch (error) {
    await receiver?.close()
    await store.close()
    throw error
  }
}

function startReceiver(options: PlatformOptions, ingest: Ingest, heard: (account: string) => void): Promise<Receiver> {
  const {clock, keys} = options
  return serveReceiver({
    host: options.host,
    port: options.dc09Port,
    clock,
    ...(keys ? {keys: (account: string) => keys.get(account)} : {}),
    accept: (signal, frame) => ingest.accept(signal, messageKey(frame)),
    onDiskFull: options.onDiskFull ?? 'nak',
    heartbeat: heard,
    repeated: (frame) => heard(accountOf(frame)),
    refused: (refusal) => ingest.refused(senderOf(refusal), reasonOf(refusal)),
  })
}

interface Parts {
  readonly store: Store
  readonly ingest: Ingest
  readonly supervision: SupervisionDesk
  readonly receiver: Receiver
  readonly access: Access
  readonly log: Log
  readonly certificate?: Certificate
}

async function serveHttp(options: PlatformOptions, parts: Parts): Promise<Platform> {
  const {store, ingest, supervision, receiver, access, log, certificate} = parts
  const {host, clock, heartbeatMs = HEARTBEAT_MS, maxConnections: max = MAX_CONNECTIONS_EACH} = options
  const startedAt = clock.now()
  const closing = new AbortController()
  const hub = new StreamHub(store)
  const {onTest, alarms, schedules, keepers, turns} = timedDesks(options, store)
  for (const keeper of keepers) await keeper.settle()
  const told = certificate && {fingerprint: certificate.fingerprint, validTo: certificate.validTo}
  const kind = options.postgres ? 'postgres' : 'sqlite'
  const node = async (): Promise<NodeStatus> => ({
    ...{now: clock.now(), watchers: hub.size, connections: connections.size, access: access.kind()},
    ...{store: await storeStatus(store, kind, options.dataFolder), ...(told ? {certificate: told} : {})},
  })
  const status = (principal?: Principal) =>
    statusOf({store, ingest, supervision, startedAt, dc09Port: receiver.port, node}, principal)
  const {desk, logins, gate} = access
  const federation = new Federation({store, clock, children: options.children ?? []})
  const cameras = options.cameras && new CameraSource({...options.cameras, store, clock})
  const server = httpServer({
    ...(certificate ? {tls: certificate} : {}),
    gate,
    bodies: new Bodies(),
    handlers: handlers({
      store: cameras ? telling(store, () => cameras.look()) : store,
      ...{federation, ingest, clock, status, onTest, alarms, schedules, supervision},
      faultAfter: options.faultAfter ?? FAULT_AFTER,
      ...{access: desk, logins, closing: closing.signal},
    }),
    closing: closing.signal,
    ready: readiness({clock, tryWrite: () => store.tryWrite(), receiver, closing: closing.signal}),
    metrics: async (http) => {
      const numbers = await numbersOf(http, store, hub, ingest, await status())
      return metricsText({...numbers, ...(cameras ? {cameras: cameras.numbers} : {})})
    },
    stream: (request, query, response, principal) =>
      serveStream({store, hub, heartbeatMs}, request, query, response, principal),
  })
  const connections = new Connections(server, {max, log, now: () => clock.now()})
  const port = await listening(server, host, options.httpPort)
  const url = urlOf(host, port, certificate !== undefined)
  started(access, log, {url, dc09Port: receiver.port})
  void beat(hub, access, new StoreWatch(store, log), clock, heartbeatMs, closing.signal)
  for (const keeper of [...keepers, turns]) void keeper.run(closing.signal)
  await federation.start()
  const watching = supervision.run(closing.signal)
  const hearing = cameras?.run(closing.signal)
  const shutDown = async () => {
    closing.abort()
    await federation.close()
    await receiver.close()
    hub.close()
    await connections.close()
    await Promise.all([watching, hearing])
    await stopped(access, log)
    await store.close()
  }
  let closed: Promise<void> | undefined
  return {
    ...{url, dc09Port: receiver.port, status, ...(told ? {certificate: told} : {})},
    accept: (signal) => ingest.accept(signal),
    cut: () => connections.cut(),
    close() {
      closed ??= shutDown()
      return closed
    },
  }
}

async function numbersOf(
  server: Server,
  store: Store,
  hub: StreamHub,
  ingest: Ingest,
  status: Status,
): Promise<Numbers> {
  const {user, system} = process.cpuUsage()
  return {
    status,
    commits: store.commits(),
    events: ingest.events,
    httpConnections: await promisify(server.getConnections.bind(server))(),
    streamClients: hub.size,
    memory: process.memoryUsage(),
    cpuS: (user + system) / 1e6,
  }
}

async function beat(
  hub: StreamHub,
  {gate, desk}: Access,
  watch: StoreWatch,
  clock: Clock,
  heartbeatMs: number,
  closing: AbortSignal,
): Promise<void> {
  while (!closing.aborted) {
    await clock.sleep(heartbeatMs, closing).catch(() => undefined)
    if (closing.aborted) return
    hub.beat()
    gate.sweep() // sessions and tokens run out by themselves
    watch.look()
    void desk.keepUses()
    void desk.refresh()
  }
}

function urlOf(host: string, port: number, secure: boolean): string {
  const name = host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host
  return `${secure ? 'https' : 'http'}://${name}:${port}`
}
