/** What one row of an inventory states about a device. What it does not state stays as the platform has it. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Position} from '../model/device.ts'
import type {Jurisdiction} from '../model/jurisdiction.ts'

/** Unmapped columns that a camera keeps, and characters in them: a batch of a thousand devices has to fit one request. */
export const MAX_EXTRA_COLUMNS = 64
export const MAX_EXTRA_CHARS = 8 * 1024

export const DRAFT_KINDS = ['camera', 'panel', 'zone'] as const

export interface Draft {
  readonly kind: (typeof DRAFT_KINDS)[number]
  /** Physical line in the file. */
  readonly line: number
  readonly key: string
  readonly name: SafeText
  /** Key of its site, when the file names one. */
  readonly site?: string
  readonly siteName?: SafeText
  readonly jurisdiction?: Jurisdiction
  readonly xaddr?: string
  readonly position?: Position
  readonly owner?: SafeText
  /** Panels and zones only, and always there for them. Upper case. */
  readonly account?: string
  /** Panels only. */
  readonly maker?: SafeText
  readonly model?: SafeText
  readonly firmware?: SafeText
  /** Cameras and panels: silence after which it is missing, ms; null: it is not supervised. */
  readonly supervisionMs?: number | null
  /** Zones only, without leading zeros; the number of the zone is always there for them. */
  readonly partition?: string
  readonly zone?: string
  /** Zones only: the event code that its alarm must have, a code of one of the tables. */
  readonly code?: string
  readonly extra?: Readonly<Record<string, SafeText>>
}
