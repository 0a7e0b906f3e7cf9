/** The lines of a panel test's record: what was seen, step by step, in the order it was seen. */
import type {SafeText} from '../../lib/safe-text.ts'

/** What every line has. Times are ms since the epoch, UTC. */
export interface LineHead {
  readonly at: number
  /** Account in upper case. */
  readonly account: string
}

/** Who tested what: the first line of every run that appends to the record. */
export interface RunLine extends LineHead {
  readonly type: 'run'
  readonly test: 'walk' | 'suite' | 'supervision' | 'load'
  readonly by: SafeText
  /** citywatch's version. */
  readonly tool: string
  /** `host:port` of the receiver, or the platform's address. */
  readonly receiver: string
  readonly transport?: 'tcp' | 'udp'
  /** Fingerprint of the key in use, never the key; null: in clear. */
  readonly key: string | null
}
