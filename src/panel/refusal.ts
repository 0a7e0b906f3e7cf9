/** A frame that a receiver did not accept: who sent it, at which check it failed, what was expected. */
import {type SafeText, safeText} from '../lib/safe-text.ts'
import type {CheckStep, Fault} from '../protocol/dc09/fault.ts'

export interface Refusal {
  /** `host:port` of the sender. */
  readonly peer: string
  /** Absent when the header was not readable. */
  readonly account?: SafeText
  readonly step: CheckStep
  readonly rule: string
  readonly expected: string
  readonly got: SafeText
  /** What fits the mistake: `CRC includes the CR (Eldes panels)`. */
  readonly likely?: string
}

const MAX_GOT = 80

export function refusalOf(fault: Fault, peer: string, account?: string): Refusal {
  return {
    peer,
    ...(account ? {account: safeText(account, 16)} : {}),
    ...fault,
    got: safeText(fault.got, MAX_GOT),
  }
}

/** One line for logs: `length: expected 0039, got 0057 (length written as decimal)`. */
export function reasonOf({step, rule, expected, got, likely}: Refusal): string {
  const what = step === rule ? step : `${step} ${rule}`
  return `${what}: expected ${expected}, got ${got}${likely ? ` (${likely})` : ''}`
}
