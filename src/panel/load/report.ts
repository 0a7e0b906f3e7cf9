/** What a load run found, and the line of the record that says so. */

import type {Transport} from '../attempt.ts'
import type {LineHead} from '../record/lines.ts'
import type {Reconciled} from './reconcile.ts'
import type {Shape} from './shape.ts'
import type {Books} from './tally.ts'

export interface LoadReport extends Shape, Books {
  readonly receiver: string
  readonly transport: Transport
  readonly accounts: number
  /** Accounts that sent encrypted. */
  readonly encrypted: number
  readonly connections: number
  readonly seed: number
  readonly mix: string
  /** Messages of the whole shape; fewer are sent when it is interrupted, or when somebody does not keep up. */
  readonly planned: number
  readonly notSent: number
  /** From the first message to the last answer. */
  readonly seconds: number
  /** Messages a second that were sent over the hold. */
  readonly heldRate: number
  readonly interrupted: boolean
  /** Absent without a capture. */
  readonly capture?: Reconciled
}

/** A line of the record; `account`: the first of the run's accounts. */
export interface LoadLine extends LineHead {
  readonly type: 'load'
  readonly report: LoadReport
}

/** True when everything planned was sent and acknowledged, and the receiver has each of it once. */
export function isComplete({planned, acked, capture}: LoadReport): boolean {
  return acked === planned && (capture?.missing ?? 0) === 0 && (capture?.doubled ?? 0) === 0
}

/** True when not one answer came. */
export function isSilent({sent, lost}: LoadReport): boolean {
  return sent > 0 && lost === sent
}
