/** The embeddable platform: `citywatch platform serve`, the demo and the tests all start this one. */
import type {Server} from 'node:http'
import type {Socket} from 'node:net'
import {promisify} from 'node:util'
import manifest from '../../../package.json' with {type: 'json'}
import {MAX_ON_TEST_MS} from '../../alarm/on-test.ts'
import {DEFAULT_POLICY, type Policy} from '../../alarm/policy.ts'
import type {Clock} from '../../lib/clock.ts'
import type {Secret} from '../../lib/secret.ts'
import type {Signal} from '../../model/signal.ts'
import {listening} from '../../net/listen.ts'
import {type Receiver, serveReceiver} from '../../panel/receiver.ts'
import {messageKey} from '../../panel/reception.ts'
import {reasonOf} from '../../panel/refusal.ts'
import type {AccountKey} from '../../protocol/dc09/key.ts'
import {HEARTBEAT_MS, type Status} from '../contract.ts'
import type {Store} from '../store/port.ts'
import type {PostgresTarget} from '../store/postgres/target.ts'
import {AlarmDesk} from './alarm-desk.ts'
import {requireSafeListening} from './guard.ts'
import {handlers} from './handlers.ts'
import {httpServer} from './http-server.ts'
import {Ingest, senderOf} from './ingest.ts'
import {metricsText, type Numbers} from './metrics.ts'
import {OnTestDesk} from './on-test-desk.ts'
import {openChosenStore} from './open-store.ts'
import {readiness} from './readiness.ts'
import {StreamHub} from './stream-hub.ts'
import {serveStream} from './stream-route.ts'
import {Timekeeper} from './timekeeper.ts'
import {type Certificate, certificateOf, type TlsChoice} from './tls.ts'

/** How long running requests may go on after close(), ms. */
const CLOSE_GRACE_MS = 2_000

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
  /** Needed when `host` is not loopback. */
  readonly token?: Secret
  readonly clock: Clock
  /** Store signals of accounts that no panel has, as unrouted; else their frames are refused. */
  readonly acceptUnknown?: boolean
  /** Keys by account in upper case: these must come encrypted, and are answered so. Absent: all come in clear. */
  readonly keys?: ReadonlyMap<string, AccountKey>
  readonly heartbeatMs?: number
  /** Longest time that an account may be on test before somebody extends it, ms; absent: a day. */
  readonly maxOnTestMs?: number
  /** What the site has decided about its alarms, and when 110 is to be told; absent: DEFAULT_POLICY. */
  readonly policy?: Policy
  /** Largest database in pages of 4 KiB; absent: as large as the disk lets it be. */
  readonly maxPages?: number
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
  requireSafeListening(options)
  const {clock, keys, policy = DEFAULT_POLICY} = options
  const store = await openChosenStore({...options, policy})
  const ingest = new Ingest({store, clock, acceptUnknown: options.acceptUnknown ?? false})
  let receiver: Receiver | undefined
  try {
    const place = {folder: options.dataFolder, host: options.host, now: clock.now()}
    const certificate = options.tls && certificateOf(options.tls, place)
    receiver = await serveReceiver({
      host: options.host,
      port: options.dc09Port,
      clock,
      ...(keys ? {keys: (account: string) => keys.get(account)} : {}),
      accept: (signal, frame) => ingest.accept(signal, messageKey(frame)),
      refused: (refusal) => ingest.refused(senderOf(refusal), reasonOf(refusal)),
    })
    return await serveHttp(options, store, ingest, receiver, certificate)
  } catch (error) {
    await receiver?.close()
    await store.close()
    throw error
  }
}

async function serveHttp(
  options: PlatformOptions,
  store: Store,
  ingest: Ingest,
  receiver: Receiver,
  certificate: Certificate | undefined,
): Promise<Platform> {
  const {host, clock, token, heartbeatMs = HEARTBEAT_MS} = options
  const startedAt = clock.now()
  const closing = new AbortController()
  const hub = new StreamHub(store)
  const status = () => statusOf(store, ingest, startedAt, receiver.port)
  const {maxOnTestMs: maxMs = MAX_ON_TEST_MS, acceptUnknown = false} = options
  const onTest = new OnTestDesk({store, clock, maxMs, acceptUnknown})
  const alarms = new AlarmDesk(store, clock)
  const keepers = [onTest.duty, alarms.duty].map((duty) => new Timekeeper({store, clock, duty}))
  for (const keeper of keepers) await keeper.settle()
  const server = httpServer({
    ...(certificate ? {tls: certificate} : {}),
    access: {host, ...(token ? {token} : {})},
    handlers: handlers({store, ingest, clock, status, onTest, alarms, closing: closing.signal}),
    closing: closing.signal,
    ready: readiness({clock, tryWrite: () => store.tryWrite(), receiver, closing: closing.signal}),
    metrics: async (http) => metricsText(await numbersOf(http, store, hub, ingest, await status())),
    stream: (request, query, response) => serveStream({store, hub, heartbeatMs}, request, query, response),
  })
  const sockets = openSockets(server)
  const port = await listening(server, host, options.httpPort)
  void beat(hub, clock, heartbeatMs, closing.signal)
  for (const keeper of keepers) void keeper.run(closing.signal)
  const shutDown = async () => {
    closing.abort()
    await receiver.close()
    hub.close()
    await closeServer(server, sockets)
    await store.close()
  }
  let closed: Promise<void> | undefined
  return {
    url: `${certificate ? 'https' : 'http'}://${host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host}:${port}`,
    ...(certificate ? {certificate: {fingerprint: certificate.fingerprint, validTo: certificate.validTo}} : {}),
    dc09Port: receiver.port,
    status,
    accept: (signal) => ingest.accept(signal),
    cut: () => cutAll(server, sockets),
    close() {
      closed ??= shutDown()
      return closed
    },
  }
}

async function statusOf(store: Store, ingest: Ingest, startedAt: number, dc09Port: number): Promise<Status> {
  const {alarms, masks, handoffs, devices, onTest, refused} = await store.counts()
  return {
    version: manifest.version,
    epoch: store.epoch,
    head: store.head(),
    startedAt,
    dc09Port,
    alarms,
    masks,
    handoffs,
    devices,
    onTest,
    refused: refused + ingest.pendingRefusals,
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

async function beat(hub: StreamHub, clock: Clock, heartbeatMs: number, closing: AbortSignal): Promise<void> {
  while (!closing.aborted) {
    await clock.sleep(heartbeatMs, closing).catch(() => undefined)
    if (!closing.aborted) hub.beat()
  }
}

/** Answers what is being asked; what takes longer than the grace is cut. */
async function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const late = setTimeout(() => cutAll(server, sockets), CLOSE_GRACE_MS)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(late)
}

/** Connections as the system sees them: the HTTP server does not know those that are still shaking hands. */
function openSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

function cutAll(server: Server, sockets: ReadonlySet<Socket>): void {
  server.closeAllConnections()
  for (const socket of sockets) socket.destroy()
}
