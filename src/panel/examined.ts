/** A field of an examined frame: its bytes, what they say, the verdict, and what was expected instead. */
import type {Fault} from '../protocol/dc09/fault.ts'
import type {AccountKey} from '../protocol/dc09/key.ts'
import {findingOf} from './findings.ts'
import type {Oddity} from './reception.ts'

/** `odd`: accepted, though not as the protocol wants it. `unknown`: cannot be told without a key. */
type FieldVerdict = 'ok' | 'odd' | 'wrong' | 'unknown'

export interface ExaminedField {
  readonly field: string
  /** As in the frame, LF and CR by name; '' for what is missing. */
  readonly bytes: string
  readonly meaning: string
  readonly verdict: FieldVerdict
  /** What the field should have been; absent when it is that. */
  readonly expected?: string
  readonly likely?: string
}

export interface ExamineOptions {
  readonly key?: AccountKey | undefined
  /** The same text read in the other form: tried when `key` does not open the frame. */
  readonly otherKey?: AccountKey | undefined
  /** When the frame came, ms since the epoch: its time is then judged as a receiver would. Absent: only its form is. */
  readonly receivedAt?: number | undefined
}

export function ok(field: string, bytes: string, meaning: string): ExaminedField {
  return {field, bytes, meaning, verdict: 'ok'}
}

export function wrong(field: string, bytes: string, meaning: string, expected: string, likely?: string): ExaminedField {
  return {field, bytes, meaning, verdict: 'wrong', expected, ...(likely === undefined ? {} : {likely})}
}

export function lint(field: string, bytes: string, kind: Oddity): ExaminedField {
  return {field, bytes, meaning: findingOf(kind), verdict: 'odd'}
}

export function faultField({rule, expected, got, likely}: Fault, bytes: string): ExaminedField {
  return wrong(rule, bytes.slice(0, 80), `cannot be read: ${got}`, expected, likely)
}
