/** The platform's HTTP surface, once. Server routes and client calls are both typed from this table. */
import type {OnTestExtension, OnTestStart} from '../alarm/on-test.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Alarm, OpenAlarms} from '../model/alarm.ts'
import type {Device, DeviceKind} from '../model/device.ts'
import type {LogEntry, Position} from '../model/log-entry.ts'
import type {OnTestWindow} from '../model/on-test.ts'
import type {Role} from '../model/role.ts'
import type {MissingDevice, WatchedKind} from '../model/supervision.ts'
import type {SkippedRange} from './filter.ts'

/** Request → reply of each route. Query parameters and path parameters are members of `query` and `path`. */
export interface Contract {
  'GET /v1/status': {query: Record<never, never>; body: null; reply: Status}
  /**
   * Open alarms (handling not `closed`) by id, with the log position that the page is true for; with `jurisdiction` only those
   * in its subtree. A page may be shorter than asked for and still have a next one.
   */
  'GET /v1/alarms': {
    query: {after?: number; limit?: number; all?: boolean; jurisdiction?: string}
    body: null
    reply: AlarmPage
  }
  /** Open alarms that pass, counted at one position of the log: for whoever has to have as many. */
  'GET /v1/alarms/count': {query: {jurisdiction?: string; priority?: number}; body: null; reply: AlarmCount}
  /**
   * The alarm as it is then. 202 when it is a child's: the alarm says `pending`, the platform below is asked, and the log tells
   * what it answered; nothing is acknowledged before.
   */
  'POST /v1/alarms/ack': {query: Record<never, never>; body: AckRequest; reply: Alarm}
  /** The platforms below this one, and how far what they told has come. */
  'GET /v1/federation': {query: Record<never, never>; body: null; reply: FederationStatus}
  /**
   * Devices of a kind in key order; with `account` only its panel, or its zones. With `jurisdiction` only those in its subtree,
   * by jurisdiction, within one in an order that stays.
   */
  'GET /v1/devices': {
    query: {kind: DeviceKind; account?: string; jurisdiction?: string; after?: string; limit?: number}
    body: null
    reply: DevicePage
  }
  /** Creates or replaces by kind and key, all or nothing. */
  'POST /v1/devices': {query: Record<never, never>; body: DeviceBatch; reply: DeviceBatchResult}
  /** What the same batch would do if it were sent to be applied now. Writes nothing; `revision` is the one to apply it on. */
  'POST /v1/devices/plan': {query: Record<never, never>; body: DeviceBatch; reply: DeviceBatchResult}
  /** Open on-test windows by id, with `all` the ended ones too; with `account` only its own. */
  'GET /v1/ontest': {
    query: {account?: string; all?: boolean; jurisdiction?: string; after?: number; limit?: number}
    body: null
    reply: OnTestPage
  }
  /** Puts an account on test. Refused (409) where a part of the scope is on test already. */
  'POST /v1/ontest': {query: Record<never, never>; body: OnTestStart; reply: OnTestWindow}
  /** Moves the end of an open window on. Refused (409) when it is over. */
  'POST /v1/ontest/extend': {query: Record<never, never>; body: OnTestExtension; reply: OnTestWindow}
  /** The window as it is then; one that is over already stays as it is. */
  'POST /v1/ontest/end': {query: Record<never, never>; body: OnTestEnd; reply: OnTestWindow}
  /** How many devices are heard, and those that are missing, by kind and jurisdiction. */
  'GET /v1/supervision': {
    query: {jurisdiction?: string; kind?: WatchedKind; after?: string; limit?: number}
    body: null
    reply: SupervisionPage
  }
  /** Signs of life of at most 50,000 devices. They are kept in memory: an answer says that they count, not that they are on the disk. */
  'POST /v1/heartbeats': {query: Record<never, never>; body: Heartbeats; reply: HeartbeatsTaken}
  /**
   * Entries after a position, oldest first; waits up to `wait` seconds when there are none. With `jurisdiction` (a path of
   * codes, or `@unrouted`), `types` (`alarm.raised` or `alarm.*`, up to 16 joined by commas) and `priority` (alarms from 1
   * down to it) only what passes all of them; what belongs to no jurisdiction, such as an event of another system, passes
   * no jurisdiction. `skips` then say what was left out.
   */
  'GET /v1/events': {query: {after: string; limit?: number; wait?: number} & FilterQuery; body: null; reply: EventPage}
  /**
   * Takes a CloudEvent or a batch of them, all or nothing. Answered with 202 once all are on the disk; an event that is
   * there already (same source and id, see docs/decisions/0006-platform-contract.md for how far back) is not stored again.
   */
  'POST /v1/events': {query: Record<never, never>; body: CloudEvent | readonly CloudEvent[]; reply: EventsAccepted}
  /** Name and password of a user for a token that runs out. 401 for what is wrong, 429 when it was tried too often. */
  'POST /v1/login': {query: Record<never, never>; body: LoginRequest; reply: Session}
  /** Ends the session that asks. */
  'POST /v1/logout': {query: Record<never, never>; body: Record<never, never>; reply: Done}
  /** Who the platform takes the asker for. */
  'GET /v1/whoami': {query: Record<never, never>; body: null; reply: Whoami}
  /** Users by name: those of the asker's jurisdiction. */
  'GET /v1/users': {query: {after?: string; limit?: number}; body: null; reply: UserPage}
  /** Adds a user. The first user or token must be an admin of all jurisdictions (400): from then on everybody must say who he is. */
  'POST /v1/users': {query: Record<never, never>; body: NewUser; reply: Done}
  /** Sets a password and ends the user's sessions. One's own needs the present one, another's an admin. */
  'POST /v1/users/password': {query: Record<never, never>; body: PasswordChange; reply: Done}
  /** Shuts a user out, lets one in again, takes one away, or ends a lock-out. Refused (403) when no admin would be left. */
  'POST /v1/users/change': {query: Record<never, never>; body: UserChange; reply: Done}
  /** Tokens by name: those of the asker's jurisdiction. What opens with them is not among it. */
  'GET /v1/tokens': {query: {after?: string; limit?: number}; body: null; reply: TokenPage}
  /** Makes a token. This reply is the only place where it is ever shown. */
  'POST /v1/tokens': {query: Record<never, never>; body: NewToken; reply: MadeToken}
  /** Takes a token away. Refused (403) when no admin would be left. */
  'POST /v1/tokens/revoke': {query: Record<never, never>; body: TokenEnd; reply: Done}
  /** Lines of the audit log by number; who is cut to a jurisdiction gets those that lie in it. */
  'GET /v1/audit': {
    query: {after?: number; limit?: number; who?: string; what?: string; since?: number; until?: number}
    body: null
    reply: AuditPage
  }
}

/** What a reader of the log may ask for; absent members leave nothing out. */
interface FilterQuery {
  jurisdiction?: string
  types?: string
  priority?: number
}

export type Route = keyof Contract

/** Status of a good reply; every other route's is 200. */
export const REPLY_STATUS: Partial<Record<Route, number>> = {'POST /v1/events': 202}
/** Status of a reply that something is under way and not done yet. */
export const LATER_STATUS: Partial<Record<Route, number>> = {'POST /v1/alarms/ack': 202}
/** Media types that a body may have besides application/json: one event, and a batch (CloudEvents HTTP binding §3). */
export const EVENT_MEDIA_TYPE = 'application/cloudevents+json'
export const EVENT_BATCH_MEDIA_TYPE = 'application/cloudevents-batch+json'

/**
 * Server-sent events: `id: <epoch>-<seq>`, `event:` the CloudEvents type, `data:` a CloudEvents 1.0 object whose `data` is
 * the LogEntry. First everything after `?after=` (or Last-Event-ID; from now on when there is neither), then live, without
 * a gap. A comment `: hb <head>` comes at once and then every HEARTBEAT_MS, or as the reply's HEARTBEAT_HEADER says.
 * `?jurisdiction=`, `?types=` and `?priority=` as for GET /v1/events: what does not pass is left out, and `event: skip` with
 * `{from, to}` as data says which sequences that were, before the next entry and at the latest with the next heartbeat. So
 * entries and skips together have every sequence, and the reader can prove that it has all; a skip may begin before what
 * the reader knows already, never behind it.
 * `event: reset` with a Position as data when the one asked for belongs to another epoch, is gone, or is ahead of the
 * log: take a new snapshot; the stream goes on from the new position.
 */
export const STREAM_PATH = '/v1/stream'
export const RESET_EVENT = 'reset'
export const SKIP_EVENT = 'skip'
/** Reply header of the stream: ms between two heartbeats. */
export const HEARTBEAT_HEADER = 'citywatch-heartbeat-ms'
/** Answers `{"ok":true}` without authentication while the process serves: for supervisors and balancers. */
export const HEALTH_PATH = '/healthz'
/**
 * Answers 200 when the disk takes a write and the receiver a connection, else 503; `{"ready","store","receiver"}` say `ok` or
 * what is in the way. Without authentication, for balancers; one trial a second, however many ask.
 */
export const READY_PATH = '/readyz'
/** Numbers for Prometheus, text format. Needs the token where the API does. */
export const METRICS_PATH = '/metrics'
/** This contract as an OpenAPI 3.1 document. */
export const OPENAPI_PATH = '/v1/openapi.json'
export const HEARTBEAT_MS = 5_000
export const DEFAULT_PLATFORM_URL = 'http://127.0.0.1:8030'
export const DEFAULT_HTTP_PORT = 8030
export const DEFAULT_DC09_PORT = 8031
/** Largest request body, bytes; largest page, items. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024
export const MAX_PAGE = 2_000

export interface Status {
  readonly version: string
  readonly epoch: string
  /** Sequence of the last entry in the log. */
  readonly head: number
  /** Absent where the log is not kept in segments of its own. */
  readonly log?: LogStorage
  readonly startedAt: number
  readonly dc09Port: number
  readonly alarms: {readonly new: number; readonly acked: number}
  readonly devices: Readonly<Record<DeviceKind, number>>
  /** On-test windows that are open. */
  readonly onTest: number
  /** Frames refused since the log began. */
  readonly refused: number
  readonly supervision: SupervisionSummary
  /** What the process itself is like; only for who sees all jurisdictions. Absent on a platform of before. */
  readonly node?: NodeStatus
}

export interface NodeStatus {
  /** The platform's clock, ms UTC. */
  readonly now: number
  readonly store: {
    readonly type: string
    /** Room that is left on its disk; absent where the platform cannot tell. */
    readonly freeBytes?: number
    readonly commits: number
    readonly writes: number
    readonly failed: number
    /** Weight of the writes that wait for the disk. */
    readonly waiting: number
  }
  readonly watchers: number
  readonly connections: number
  /** Absent: HTTP in clear. */
  readonly certificate?: {readonly fingerprint: string; readonly validTo: number}
  /** Who is asked who he is: nobody, or everybody by a token of a file, by users and tokens, or both. */
  readonly access: 'open' | 'token-file' | 'accounts' | 'accounts+token-file'
}

export interface LoginRequest {
  readonly user: string
  readonly password: string
}

export interface Session {
  /** For the Authorization header: `Bearer <token>`. */
  readonly token: string
  readonly user: string
  readonly role: Role
  /** Subtree that the user is cut to; '' for everything. */
  readonly jurisdiction: string
  /** Ms UTC. */
  readonly expiresAt: number
}

export interface Whoami {
  /** `open`: the platform asks nobody. `master`: the holder of its token file. */
  readonly kind: 'open' | 'master' | 'user' | 'token'
  readonly name: string
  readonly role: Role
  readonly jurisdiction: string
}

export interface NewUser {
  /** 1 to 64 letters, digits and `. _ @ -`, beginning with a letter or digit. */
  readonly name: string
  readonly role: Role
  readonly jurisdiction: string
  /** At least 12 characters. */
  readonly password: string
}

export interface PasswordChange {
  readonly name: string
  readonly password: string
  /** The present one, for who changes his own. */
  readonly current?: string
}

export interface UserChange {
  readonly name: string
  readonly change: 'disable' | 'enable' | 'remove' | 'unlock'
}

export interface UserView {
  readonly name: string
  readonly role: Role
  readonly jurisdiction: string
  readonly disabled: boolean
  readonly createdAt: number
  readonly createdBy: string
  readonly passwordAt: number
  readonly loginAt?: number
  /** Log-ins that failed since the last good one. */
  readonly failures: number
  /** Until when the user is locked out, ms UTC. */
  readonly lockedUntil?: number
}

export interface UserPage {
  readonly items: readonly UserView[]
  readonly next?: string
}

export interface NewToken {
  readonly name: string
  readonly role: Role
  readonly jurisdiction: string
  /** Ms UTC; absent: never. */
  readonly expiresAt?: number
}

export interface TokenView {
  readonly name: string
  readonly role: Role
  readonly jurisdiction: string
  readonly createdAt: number
  readonly createdBy: string
  readonly expiresAt?: number
  /** To the hour; absent: never. */
  readonly usedAt?: number
}

export interface TokenPage {
  readonly items: readonly TokenView[]
  readonly next?: string
}

export interface MadeToken extends TokenView {
  readonly token: string
}

export interface TokenEnd {
  readonly name: string
}

export interface Done {
  readonly done: true
}

export interface AuditPage {
  readonly items: readonly AuditItem[]
  readonly next?: number
}

/** hash = SHA-256(hash of the line before, in hex ‖ LF ‖ line), in hex; 64 zeros stand before the first. */
export interface AuditItem {
  readonly n: number
  /** JSON: n, at, who, role, from, what, on, place, detail. */
  readonly line: string
  readonly hash: string
}

/** What the log takes on the disk, and how far back it goes. */
export interface LogStorage {
  /** Sequence before the oldest entry that is kept. */
  readonly floor: number
  /** Entries that retention has taken since the log began. */
  readonly dropped: number
  /** Entries that are not in a sealed segment yet. */
  readonly open: number
  readonly segments: number
  readonly segmentBytes: number
  /** Of everything else: open entries, alarms, inventory. */
  readonly databaseBytes: number
  /** Sealings and drops that failed since the start. */
  readonly failures: number
  /** Error code of the last failure, while it has not been made good. */
  readonly trouble?: string
}

export interface AlarmPage {
  readonly position: Position
  readonly items: readonly Alarm[]
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: number
}

export interface AckRequest {
  readonly id: number
  /** The version that the operator saw. A newer one on the platform is a conflict (409): it fired again meanwhile. */
  readonly version: number
  readonly by: SafeText
  /** A person resets: the alarm closes, restored or not. The only way out for a latching one. */
  readonly reset?: true
  /** Names this request, for an alarm of a platform below: given again it is the same one. Made up when absent. */
  readonly request?: string
}

interface AlarmCount {
  readonly position: Position
  readonly new: number
  /** Open ones that somebody has seen. */
  readonly acked: number
}

export interface FederationStatus {
  readonly children: readonly ChildStatus[]
}

export interface ChildStatus {
  readonly name: string
  readonly url: string
  /** `refused`: it must not be followed; the detail says why. */
  readonly link: 'connecting' | 'live' | 'lost' | 'refused'
  /** What is in the way; '' while nothing is. */
  readonly detail: SafeText
  /** When it answered last, ms; absent: not since this platform started. */
  readonly answeredAt?: number
  /** Up to where its log is in this one; absent before the first time. */
  readonly cursor?: Position
  readonly head: number
  /** Entries that are not here yet, and how old the latest that came was when it came, ms (by both clocks). */
  readonly behind: number
  readonly lagMs?: number
  /** Open alarms of it here. */
  readonly here: OpenAlarms
  /** Open here, while it no longer has them. */
  readonly lost: number
  /** What was open there and here at one position. `isEven` false: something is missing or too much. */
  readonly check?: {
    readonly at: number
    readonly position: Position
    readonly there: OpenAlarms
    readonly here: OpenAlarms
    readonly isEven: boolean
  }
  /** Requests that it has not answered. */
  readonly requests: number
}

export interface OnTestPage {
  readonly items: readonly OnTestWindow[]
  /** The platform's clock: windows end by it. */
  readonly now: number
  readonly next?: number
}

export interface OnTestEnd {
  readonly id: number
  readonly by: SafeText
}

export interface SupervisionPage extends SupervisionSummary {
  readonly items: readonly MissingDevice[]
  /** The platform's clock. */
  readonly now: number
  readonly next?: string
}

/** Devices by what is known of them: these are all cameras and panels. */
export interface SupervisionSummary {
  /** Heard within their time. */
  readonly alive: number
  /** Not heard since the platform started; their time is not over yet. */
  readonly unheard: number
  readonly missing: number
  /** Nobody waits for them. */
  readonly unsupervised: number
  /** False while the inventory is being read after a start: the numbers are too small. */
  readonly complete: boolean
}

export interface Heartbeats {
  /** Accounts of panels. */
  readonly panels?: readonly string[]
  /** Keys of cameras. */
  readonly cameras?: readonly string[]
}

export interface HeartbeatsTaken {
  /** Those that are supervised, and of them those that were missing until now. */
  readonly taken: number
  readonly restored: number
  /** In the inventory, but nobody waits for them. */
  readonly unsupervised: number
  /** Not in the inventory. */
  readonly unknown: number
}

export interface DevicePage {
  readonly items: readonly Device[]
  /** Grows with every change of the inventory. */
  readonly revision: number
  readonly next?: string
}

export interface DeviceBatch {
  readonly devices: readonly Device[]
  /** When given and the inventory has changed since, the batch is refused (409). */
  readonly base?: number
}

export interface DeviceBatchResult {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly revision: number
}

export interface EventPage {
  readonly epoch: string
  readonly head: number
  /** The page is true up to here: go on after it. Behind the last item when what follows it was left out. */
  readonly upTo: number
  readonly items: readonly LogEntry[]
  /** What was left out between `after` and `upTo`: with the items every sequence once. Absent when nothing was. */
  readonly skips?: readonly SkippedRange[]
}

/** A CloudEvent 1.0 in JSON format; members beyond these are extensions: text, whole numbers, true or false. */
export interface CloudEvent {
  readonly specversion: '1.0'
  readonly source: string
  readonly id: string
  readonly type: string
  readonly subject?: string
  /** RFC 3339. */
  readonly time?: string
  readonly datacontenttype?: string
  readonly dataschema?: string
  readonly data?: unknown
  readonly data_base64?: string
  readonly [extension: string]: unknown
}

export interface EventsAccepted {
  readonly epoch: string
  /** The log holds all of the request's events up to here. */
  readonly seq: number
  readonly stored: number
  /** Events that were in the log already. */
  readonly repeated: number
}

/** What an error reply carries: the same codes as everywhere, never a sentence. */
export interface ErrorReply {
  readonly error: {readonly code: string; readonly params: Readonly<Record<string, string | number>>}
}
