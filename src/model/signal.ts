/** What one message of an alarm panel means, whichever code table it used. */
import type {SafeText} from '../lib/safe-text.ts'

/** 1 highest … 4 lowest, after GB/T 28181 AlarmPriority. */
export type Priority = 1 | 2 | 3 | 4

export interface Signal {
  /** Account in upper case; as the header has it when the data block has none. */
  readonly account: string
  readonly scheme: 'sia' | 'contact-id'
  /** `BA` (SIA DC-03) or `130` (Contact ID). Unknown codes are kept as they came. */
  readonly code: string
  /** `new` starts or reports a condition, `restore` ends it, `status` says that it still holds. */
  readonly qualifier: 'new' | 'restore' | 'status'
  /** Partition (area); absent when the panel named none. */
  readonly partition?: string
  /** Zone, or user for openings and closings; absent when the panel named none. */
  readonly zone?: string
  /** Free text that the panel sent along. */
  readonly text?: SafeText
  /** Data block as received, made safe, for the log. */
  readonly raw: SafeText
  /** The panel's own time stamp, ms since the epoch, UTC; absent when it sent none. */
  readonly occurredAt?: number
}

/** What the code tables say of a signal's code. */
export interface CodeMeaning {
  /** English name; the raw code where no table knows it. */
  readonly name: string
  readonly category: string
  readonly priority: Priority
  /** Who would be sent out: the default hint of the table. */
  readonly dispatch: 'police' | 'fire' | 'medical' | 'technician' | 'none'
  readonly known: boolean
  /** Panic and hold-up stay until a person resets them. */
  readonly latching: boolean
  /** The condition's own name in both schemes, so that an alarm finds its restore: BA and BR, 130 and 3130 are one. */
  readonly condition: string
}
