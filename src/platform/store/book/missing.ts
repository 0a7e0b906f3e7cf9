/** What a store keeps of devices that are missing: a row each, and a sum for each place where many share an alarm. */
import type {Jurisdiction} from '../../../model/jurisdiction.ts'
import type {WatchedId} from '../../../model/supervision.ts'

export interface MissingRow extends WatchedId {
  readonly jurisdiction: Jurisdiction
  /** When it was noticed, ms since the epoch, UTC. */
  readonly since: number
  /** Absent: it was not heard since the platform had started. */
  readonly heardAt?: number
  /** The place whose outage it is part of. */
  readonly group?: Jurisdiction
  /** The window because of which it has no alarm. */
  readonly onTest?: number
}

/** The devices of a place that share an alarm. `told` are the numbers that the log has. */
export interface Outage {
  readonly place: Jurisdiction
  /** Missing now. */
  readonly devices: number
  /** Missing at some time since the first of them was. */
  readonly total: number
  readonly toldDevices: number
  readonly toldTotal: number
}
