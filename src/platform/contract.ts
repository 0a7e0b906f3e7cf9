/** The platform's HTTP surface, once. Server routes and client calls are both typed from this table. */
import type {LogEntry} from '../model/log-entry.ts'
import type {AccessContract} from './contract-access.ts'
import type {AlarmContract} from './contract-alarms.ts'
import type {DeviceContract} from './contract-devices.ts'
import type {JobContract} from './contract-jobs.ts'
import type {FederationStatus, Status} from './contract-status.ts'
import type {SkippedRange} from './filter.ts'

export type * from './contract-access.ts'
export type * from './contract-alarms.ts'
export type * from './contract-devices.ts'
export type * from './contract-status.ts'

/** Request → reply of each route. Query parameters and path parameters are members of `query` and `path`. */
export interface Contract extends AlarmContract, AccessContract, DeviceContract, JobContract {
  'GET /v1/status': {query: Record<never, never>; body: null; reply: Status}
  /** The platforms below this one, and how far what they told has come. */
  'GET /v1/federation': {query: Record<never, never>; body: null; reply: FederationStatus}
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
export const LATER_STATUS: Partial<Record<Route, number>> = {'POST /v1/alarms/ack': 202, 'POST /v1/alarms/act': 202}
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
