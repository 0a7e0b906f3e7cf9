/** Supervision (心跳监测): which devices must be heard from, and what the log says when one is silent for too long. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Jurisdiction} from './jurisdiction.ts'

/** Kinds that can be supervised: a panel is heard by its account, a camera by its key. */
export type WatchedKind = 'camera' | 'panel'
export const WATCHED_KINDS: readonly WatchedKind[] = ['camera', 'panel']

/** How signs of life name a device: a panel by its account, a camera by its key. */
export interface WatchedId {
  readonly kind: WatchedKind
  readonly id: string
}

/** Shortest and longest silence that can be asked for, ms. */
export const MIN_INTERVAL_MS = 5_000
export const MAX_INTERVAL_MS = 90 * 24 * 3_600_000

/** Silence after which a device of a kind is missing when the inventory does not say, ms; null: not supervised. */
export type SupervisionDefaults = Readonly<Record<WatchedKind, number | null>>

/** A panel's daily test report and an hour (SP2 and DP1 of EN 50136-1); nobody but a program tells of a camera. */
export const SUPERVISION_DEFAULTS: SupervisionDefaults = {panel: 25 * 3_600_000, camera: null}

/** Missing: silent for its time. Restored: heard again. Released: nobody asks any more whether it is heard. */
export type SupervisionChange = 'missing' | 'restored' | 'released'

/** One device, or a number of them in one place, fell silent or came back. */
export interface SupervisionNews {
  readonly change: SupervisionChange
  /** How many this tells of: 1, or those of a group. */
  readonly devices: number
  /** How many of the group are missing then; of one device 1 or 0. */
  readonly left: number
  /** Where: of the device, or the place that the group shares. */
  readonly jurisdiction: Jurisdiction
  /** Absent: a group. */
  readonly device?: WatchedName
  /** How long it had been silent, ms; of one never heard: for how long it was listened for. Absent for a group. */
  readonly silentMs?: number
  /** False: not once since the platform started. Absent for a group. */
  readonly everHeard?: boolean
}

export interface WatchedName {
  readonly kind: WatchedKind
  readonly key: string
  readonly name: SafeText
  /** Of a panel. */
  readonly account?: string
  readonly site: string
}

/** A device that is missing now. */
export interface MissingDevice extends WatchedName {
  readonly jurisdiction: Jurisdiction
  /** When it was noticed, ms since the epoch, UTC, by the platform's clock. */
  readonly since: number
  /** Absent: it was not heard since the platform had started. */
  readonly heardAt?: number
  /** The place whose grouped alarm it belongs to; absent: it has one of its own. */
  readonly group?: Jurisdiction
  /** The on-test window because of which there is no alarm. */
  readonly onTest?: number
}
