/** Where a walk test's signals come from: the platform's log, or a receiver of its own. */
import type {SafeText} from '../../lib/safe-text.ts'
import type {Position} from '../../model/log-entry.ts'
import type {HeardLine, RefusedLine} from './lines.ts'

type Heard = Omit<HeardLine, 'type' | 'n' | 'account'>

export type Link = 'connecting' | 'live' | 'lost'

/** What a source tells. A promise resolves once the record has it. */
export interface Ears {
  heard(heard: Heard): Promise<void>
  repeated(message: {readonly account: string; readonly seq: number; readonly what: SafeText}): Promise<void>
  refused(refusal: Omit<RefusedLine, 'type' | 'account'>): Promise<void>
  /** Read so far, though nothing was ours. */
  seen(position: Position): Promise<void>
  /** Signals may have been missed. */
  gap(detail: SafeText): Promise<void>
  link(link: Link, detail: string): void
}

export interface SignalSource {
  /** `host:port` of the receiver, or the platform's address. */
  readonly receiver: string
  /** Fingerprint of the key in use, never the key; null: in clear. */
  readonly key: string | null
  /** Tells all that comes after `after` until `signal` aborts. Rejects when it cannot go on, or when an ear rejects. */
  run(ears: Ears, after: Position | undefined, signal: AbortSignal): Promise<void>
  /** Lets go of ports and connections; a signal being stored is waited for. */
  close(): Promise<void>
}
