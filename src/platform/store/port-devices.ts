/** Inventory and supervision: what is asked of a store and what comes of it. */
import type {Device, DeviceKind} from '../../model/device.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {MissingDevice, SupervisionChange, WatchedId, WatchedKind} from '../../model/supervision.ts'
import type {DeviceBatch, DeviceBatchResult} from '../contract.ts'
import type {Json} from '../json.ts'

export interface Inventory {
  /** All or nothing. Rejects with CW_CONFLICT (changed since `base`, or one account on two panels), CW_DISK_FULL, CW_IO. */
  putDevices(batch: DeviceBatch): Promise<DeviceBatchResult>
  /** What putDevices would do now; nothing is written. Rejects with CW_CONFLICT, CW_IO. */
  planDevices(batch: DeviceBatch): Promise<DeviceBatchResult>
}

/** Which devices are missing follows from what is told here; the alarms change in the same transaction. */
export interface SupervisionBook {
  /** What the log knows already is not written again. Resolves when durable. Rejects with CW_DISK_FULL, CW_IO. */
  supervise(write: SupervisionWrite): Promise<void>
  /** Alarms for those that are missing, had none because they were on test, and are not on test at `at`. */
  endTestsOfMissing(at: number): Promise<void>
}

export interface SupervisionWrite {
  readonly at: number
  readonly items: readonly SupervisionItem[]
  /** Tells the log of places where many are missing; without it their sums are only kept. */
  readonly announces: boolean
}

export interface SupervisionItem extends WatchedId {
  readonly jurisdiction: Jurisdiction
  readonly change: SupervisionChange
  readonly silentMs: number
  readonly everHeard: boolean
  /** The place whose alarm it shares; absent: it has one of its own. */
  readonly group?: Jurisdiction
}

export interface MissingPageRequest {
  /** Only this part of the hierarchy; '' for all. */
  readonly within: Jurisdiction
  readonly kind?: WatchedKind
  /** Cursor of the page before; '' for the first. */
  readonly after: string
  readonly limit: number
}

export interface MissingRows {
  readonly rows: readonly MissingDevice[]
  readonly next?: string
}

export interface DevicePageRequest {
  readonly kind: DeviceKind
  /** Only what this account has. */
  readonly account?: string
  /** Only those of this subtree, by jurisdiction and in an order that stays; absent or '': all, by key. */
  readonly jurisdiction?: Jurisdiction
  /** Key after which the page begins; '' for the first. */
  readonly after: string
  readonly limit: number
}

export interface DeviceRows {
  readonly revision: number
  readonly rows: readonly Json<Device>[]
  readonly next?: string
}
