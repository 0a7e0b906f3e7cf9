/** One line a panel: how it went, in the counts that its report will have, and how it is known again. */
import type {AccountKey} from '../../protocol/dc09/key.ts'
import type {Transport} from '../attempt.ts'
import type {Outcome, Tally} from '../handover/model.ts'
import {receiverText} from '../receiver-address.ts'

export interface FleetRow {
  readonly account: string
  readonly name: string
  readonly receiver: string
  readonly transport: Transport
  /** Fingerprint of its key; null: in clear. */
  readonly key: string | null
  readonly outcome: Outcome
  readonly tally: Tally
  /** The first check that did not pass; '' when all did. */
  readonly worst: string
  /** Absent for a row that was read from the record. */
  readonly durationMs?: number
  /** Read from the record of an earlier run. */
  readonly isResumed: boolean
}

interface Known {
  readonly account: string
  readonly host: string
  readonly port: number
  readonly transport: Transport
  readonly key?: AccountKey | undefined
}

/** The same for the same account at the same receiver, over the same transport, with the same key. */
export function idOf(target: Known): string {
  return idOfRow({...target, receiver: receiverText(target), key: target.key?.fingerprint ?? null})
}

export function idOfRow(row: Pick<FleetRow, 'account' | 'receiver' | 'transport' | 'key'>): string {
  return [row.account, row.receiver, row.transport, row.key ?? 'clear'].join(' ')
}
