/** The platform's HTTP surface, once. Server routes and client calls are both typed from this table. */
import type {Deed, Said} from '../alarm/act.ts'
import type {HandoffStep, HandoverRecord} from '../alarm/handoff.ts'
import type {MaskStart} from '../alarm/mask.ts'
import type {OnTestExtension, OnTestStart} from '../alarm/on-test.ts'
import type {ScreenState} from '../alarm/screen-state.ts'
import type {Tally} from '../alarm/tally.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Alarm, Hidden} from '../model/alarm.ts'
import type {Device, DeviceKind} from '../model/device.ts'
import type {Handoff} from '../model/handoff.ts'
import type {Jurisdiction} from '../model/jurisdiction.ts'
import type {LogEntry, Position} from '../model/log-entry.ts'
import type {Mask} from '../model/mask.ts'
import type {OnTestWindow} from '../model/on-test.ts'
import type {Priority} from '../model/signal.ts'
import type {SkippedRange} from './filter.ts'

/** Request → reply of each route. Query parameters and path parameters are members of `query` and `path`. */
export interface Contract {
  'GET /v1/status': {query: Record<never, never>; body: null; reply: Status}
  /** Open alarms (handling not `closed`) by id, with the log position that the page is true for. */
  'GET /v1/alarms': {
    query: {
      after?: number
      limit?: number
      /** Closed ones too. */
      all?: boolean
      /** Only those in this state, as the screen names it. */
      state?: ScreenState
      visibility?: Visibility
      priority?: Priority
      /** Only those that no jurisdiction has yet. */
      unrouted?: boolean
    }
    body: null
    reply: AlarmPage
  }
  'POST /v1/alarms/ack': {query: Record<never, never>; body: AckRequest; reply: Alarm}
  /**
   * Whatever a person does to an alarm, by its verb; the alarm as it is then. Refused (409) when the alarm has changed since
   * the version named; the same asked again by the same person is no conflict.
   */
  'POST /v1/alarms/act': {query: Record<never, never>; body: AlarmActRequest; reply: Alarm}
  /** The changes of one alarm, newest first, each with the alarm as it was after it. */
  'GET /v1/alarms/log': {
    query: {
      id: number
      /** Sequence of a change: only those before it. */
      before?: number
      limit?: number
    }
    body: null
    reply: AlarmLogPage
  }
  /** Masks that hold, by id; with `all` the ended ones too; with `account` only its own. */
  'GET /v1/masks': {
    query: {account?: string; all?: boolean; after?: number; limit?: number}
    body: null
    reply: MaskPage
  }
  /** Shelves, suppresses or takes out of service whatever a device, zones or an account raise. Panic is never hidden. */
  'POST /v1/masks': {query: Record<never, never>; body: MaskRequest; reply: Mask}
  /** The mask as it is then; one that is over already stays as it is. */
  'POST /v1/masks/end': {query: Record<never, never>; body: MaskEnd; reply: Mask}
  /** Hand-overs to 110 that wait for somebody, by id; with `all` the others too; with `account` only its own. */
  'GET /v1/handoffs': {
    query: {account?: string; all?: boolean; after?: number; limit?: number}
    body: null
    reply: HandoffPage
  }
  /** Records that 110 was told of an alarm. Refused (409) when it was told of the incident before. */
  'POST /v1/handoffs': {query: Record<never, never>; body: HandoverRecord; reply: Handoff}
  /** Records what 110 answered. */
  'POST /v1/handoffs/answer': {query: Record<never, never>; body: HandoffAnswer; reply: Handoff}
  /** Records that 110 need not know. Refused (409) when it was told. */
  'POST /v1/handoffs/drop': {query: Record<never, never>; body: HandoffDrop; reply: Handoff}
  /** Devices of a kind in key order; with `account` only its panel, or its zones. */
  'GET /v1/devices': {
    query: {kind: DeviceKind; account?: string; after?: string; limit?: number}
    body: null
    reply: DevicePage
  }
  /** Creates or replaces by kind and key, all or nothing. */
  'POST /v1/devices': {query: Record<never, never>; body: DeviceBatch; reply: DeviceBatchResult}
  /** What the same batch would do if it were sent to be applied now. Writes nothing; `revision` is the one to apply it on. */
  'POST /v1/devices/plan': {query: Record<never, never>; body: DeviceBatch; reply: DeviceBatchResult}
  /** Open on-test windows by id, with `all` the ended ones too; with `account` only its own. */
  'GET /v1/ontest': {
    query: {account?: string; all?: boolean; after?: number; limit?: number}
    body: null
    reply: OnTestPage
  }
  /** Puts an account on test. Refused (409) where a part of the scope is on test already. */
  'POST /v1/ontest': {query: Record<never, never>; body: OnTestStart; reply: OnTestWindow}
  /** Moves the end of an open window on. Refused (409) when it is over. */
  'POST /v1/ontest/extend': {query: Record<never, never>; body: OnTestExtension; reply: OnTestWindow}
  /** The window as it is then; one that is over already stays as it is. */
  'POST /v1/ontest/end': {query: Record<never, never>; body: OnTestEnd; reply: OnTestWindow}
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
  readonly startedAt: number
  readonly dc09Port: number
  /** Open alarms: `new`, `acked` and `dispatched` are all of them; the others count some of those again. */
  readonly alarms: Readonly<Record<Tally, number>>
  /** Masks that hold. */
  readonly masks: number
  /** Incidents that 110 should know of and does not, and those that it knows of without having answered. */
  readonly handoffs: {readonly open: number; readonly unanswered: number}
  readonly devices: Readonly<Record<DeviceKind, number>>
  /** On-test windows that are open. */
  readonly onTest: number
  /** Frames refused since the log began. */
  readonly refused: number
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
  /** A person says that the condition is over, besides acknowledging: the same as the verb `reset`. */
  readonly reset?: true
}

/** `normal`: in the operators' list; `hidden`: any of the others. */
export type Visibility = 'normal' | 'hidden' | Hidden['as']

export type HideVerb = 'shelve' | 'suppress' | 'outofservice'

export type AlarmActRequest = Said & {
  /** Number of the alarm. */
  readonly id: number
} & (
    | Exclude<Deed, {readonly verb: 'route'}>
    | {
        readonly verb: 'route'
        /** Absent: the site's. */
        readonly jurisdiction?: Jurisdiction
        /** Key of a site of the inventory. */
        readonly site?: string
      }
    | ({readonly verb: HideVerb} & Omit<MaskStart, 'as' | 'by'>)
    | {readonly verb: 'unhide'}
  )

export interface AlarmLogPage {
  readonly items: readonly LogEntry[]
  /** Pass as `before` for the older ones; absent on the last page. */
  readonly next?: number
  /** False on the last page when older changes are no longer in the log, or were written before changes were linked. */
  readonly complete: boolean
}

export interface MaskPage {
  readonly items: readonly Mask[]
  /** The platform's clock: masks end by it. */
  readonly now: number
  readonly next?: number
}

/** A panel or zone by its key, or an account, a partition of it, some zones. */
export type MaskPlaceRequest =
  | {readonly device: string}
  | {readonly account: string; readonly partition?: string; readonly zones?: readonly string[]}

export interface MaskRequest extends MaskStart {
  readonly place: MaskPlaceRequest
}

export interface MaskEnd {
  readonly id: number
  readonly by: SafeText
}

export interface HandoffPage {
  readonly items: readonly Handoff[]
  readonly next?: number
}

export interface HandoffAnswer extends HandoffStep {
  readonly text: SafeText
}

export interface HandoffDrop extends HandoffStep {
  readonly reason: SafeText
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
