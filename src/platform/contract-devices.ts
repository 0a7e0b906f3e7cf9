/** Inventory, on-test windows and supervision: their part of the HTTP surface. */
import type {OnTestExtension, OnTestStart} from '../alarm/on-test.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Device, DeviceKind} from '../model/device.ts'
import type {OnTestWindow} from '../model/on-test.ts'
import type {MissingDevice, WatchedKind} from '../model/supervision.ts'

/** What stands where, what is being tested, and who is still alive. */
export interface DeviceContract {
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
