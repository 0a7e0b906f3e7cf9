/** What a watch is told of devices, and what it tells of them. */
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {WatchedKind} from '../../model/supervision.ts'

export interface WatchedDevice {
  readonly kind: WatchedKind
  /** Account of a panel, key of a camera; at most MAX_KEY_CHARS. */
  readonly id: string
  readonly jurisdiction: Jurisdiction
  /** Silence after which it is missing, ms; null: it is not supervised. */
  readonly intervalMs: number | null
}

/** What the log does not know yet. */
export interface Change {
  readonly number: number
  readonly kind: WatchedKind
  readonly id: string
  readonly jurisdiction: Jurisdiction
  /** Released: it is not supervised any more, or not yet missing by its new interval. */
  readonly change: 'missing' | 'restored' | 'released'
  /** How long it has been silent, ms; of one never heard: for how long it was listened for. */
  readonly silentMs: number
  readonly everHeard: boolean
}

export interface WatchSummary {
  readonly unsupervised: number
  readonly unheard: number
  readonly alive: number
  readonly missing: number
}
