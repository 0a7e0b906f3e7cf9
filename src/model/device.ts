/** The inventory's nouns: sites and the cameras and panels that stand in them. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Jurisdiction} from './jurisdiction.ts'

/** Degrees, WGS-84. */
export interface Position {
  readonly latitude: number
  readonly longitude: number
}

/** A place that devices stand in: a building, a crossing, a post. */
export interface Site {
  readonly kind: 'site'
  /** Stable key, unique over all sites. */
  readonly key: string
  readonly name: SafeText
  readonly jurisdiction: Jurisdiction
}

/** One camera as the inventory knows it. */
export interface Camera {
  readonly kind: 'camera'
  /** Stable key chosen by the owner (20-digit code or the contractor's id), unique over all cameras. */
  readonly key: string
  readonly name: SafeText
  /** Key of its site. */
  readonly site: string
  readonly jurisdiction: Jurisdiction
  /** ONVIF device service address, http(s) URL without userinfo. Absent while the camera has no address. */
  readonly xaddr?: string
  readonly position?: Position
  readonly owner?: SafeText
  /** Where its login is kept, never the login itself: `file:PATH` or `env:NAME`. Absent: the command's own. */
  readonly credential?: string
  /** Silence after which it is missing, ms; null: it is not supervised. Absent: as the platform says for cameras. */
  readonly supervisionMs?: number | null
  /** Columns of the source that have no field here, verbatim but safe. */
  readonly extra?: Readonly<Record<string, SafeText>>
}

/** One alarm panel as the inventory knows it. */
export interface Panel {
  readonly kind: 'panel'
  readonly key: string
  readonly name: SafeText
  readonly site: string
  readonly jurisdiction: Jurisdiction
  /** Account that the panel reports under, 3–16 hex digits in upper case (SIA DC-09). */
  readonly account: string
  readonly maker?: SafeText
  readonly model?: SafeText
  /** As the panel or its papers spell it: `1.10` stays `1.10`. */
  readonly firmware?: SafeText
  /** Silence after which it is missing, ms; null: it is not supervised. Absent: as the platform says for panels. */
  readonly supervisionMs?: number | null
}

/** One zone of a panel (防区): a detector or a group of them, and a line of the walk test. */
export interface Zone {
  readonly kind: 'zone'
  /** `ACCOUNT/PARTITION/ZONE` unless the owner chose another; unique over all zones. */
  readonly key: string
  readonly name: SafeText
  readonly site: string
  readonly jurisdiction: Jurisdiction
  /** Account of its panel, 3–16 hex digits in upper case. */
  readonly account: string
  /** As the panel reports it, without leading zeros; absent: the panel has none. */
  readonly partition?: string
  /** As the panel reports it, without leading zeros. */
  readonly zone: string
  /** Code that its alarm must have, as the inventory writes it (`BA`, `130`); absent: any code that raises an alarm. */
  readonly code?: string
}

export type Device = Site | Camera | Panel | Zone
export type DeviceKind = Device['kind']

export const DEVICE_KINDS: readonly DeviceKind[] = ['site', 'camera', 'panel', 'zone']
