/** What an audit says of one rule on one device. */
import type {SafeText} from '../../lib/safe-text.ts'
import type {RuleId, Severity} from './baseline.ts'

/** `untested` is never "fine": `seen` says why nothing could be said. */
export type AuditStatus = 'finding' | 'passed' | 'untested'

/** `certain`: the device showed it; `likely`: what was seen has hardly another reason. */
export type Sureness = 'certain' | 'likely'

export interface AuditResult {
  /** Inventory key, or the address as given. */
  readonly camera: string
  readonly name?: SafeText
  readonly xaddr?: string
  /** `reach`: the device could not be looked at, or its ports only. */
  readonly rule: RuleId | 'reach'
  readonly provision?: number
  readonly severity: Severity
  readonly status: AuditStatus
  /** What was seen; never a secret. */
  readonly seen: SafeText
  readonly right: SafeText
  readonly sure?: Sureness
  /** Where the rule comes from, and how much that is worth. */
  readonly source: SafeText
  /** The baseline: `etsi 1`. */
  readonly baseline: string
  readonly at: number
}
