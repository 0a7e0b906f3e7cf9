/** Everything that can be wrong with a row, by name; an error rejects the row, a warning does not. */
import type {SafeText} from '../lib/safe-text.ts'

export type Severity = 'error' | 'warning'

/** Words for each rule, in both languages, are in cli/i18n/site-rules.ts. */
export const RULES = {
  'row-long': 'error',
  'row-short': 'warning',
  'row-shifted': 'error',
  'header-empty': 'error',
  'key-missing': 'error',
  'key-duplicate': 'error',
  'key-unusable': 'error',
  'name-missing': 'error',
  'name-long': 'warning',
  'spreadsheet-damage': 'error',
  'kind-unknown': 'error',
  'account-missing': 'error',
  'account-form': 'error',
  'account-duplicate': 'error',
  'account-unused': 'warning',
  'account-unknown': 'error',
  'zone-missing': 'error',
  'zone-form': 'error',
  'zone-duplicate': 'error',
  'zone-taken': 'error',
  'partition-form': 'error',
  'code-unknown': 'error',
  'address-form': 'error',
  'address-login': 'warning',
  'address-duplicate': 'warning',
  'port-range': 'error',
  'port-foreign': 'warning',
  'coordinates-number': 'error',
  'coordinates-half': 'error',
  'coordinates-zero': 'error',
  'coordinates-swapped': 'error',
  'coordinates-range': 'error',
  'position-form': 'error',
  'position-axes': 'warning',
  'jurisdiction-empty': 'warning',
  'jurisdiction-form': 'error',
  'supervision-form': 'error',
  'site-differs': 'warning',
  'extra-cut': 'warning',
} as const satisfies Record<string, Severity>

export type RuleId = keyof typeof RULES

export interface Finding {
  /** Physical line of the row in the file, from 1. */
  readonly line: number
  /** Header and letter of the column; absent when the row as a whole is meant. */
  readonly column?: SafeText
  readonly letter?: string
  /** The cell, safe to print and bounded. Absent where it may be a shifted password. */
  readonly value?: SafeText
  readonly rule: RuleId
  readonly severity: Severity
  /** Line of the other row, for duplicates and differences. */
  readonly other?: number
}

/** Characters of a value that a finding keeps. */
export const MAX_VALUE = 80
