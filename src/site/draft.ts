/** What one row of an inventory states about a device. What it does not state stays as the platform has it. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Position} from '../model/device.ts'
import type {Jurisdiction} from '../model/jurisdiction.ts'

/** Unmapped columns that a camera keeps, and characters in them: a batch of a thousand devices has to fit one request. */
export const MAX_EXTRA_COLUMNS = 64
export const MAX_EXTRA_CHARS = 8 * 1024

export interface Draft {
  readonly kind: 'camera' | 'panel'
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
  /** Panels only, and always there for them. Upper case. */
  readonly account?: string
  readonly extra?: Readonly<Record<string, SafeText>>
}
