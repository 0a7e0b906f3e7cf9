/** What a platform has from the platforms below it: whose it is, and what is on its way down. */
import type {SafeText} from '../lib/safe-text.ts'

/** An alarm of a child: it changes only by what the child tells. */
export interface AlarmOrigin {
  /** Name that this platform has for the child. */
  readonly child: string
  /** Number and version of the alarm there. */
  readonly id: number
  readonly version: number
  /** Names from that child down to the platform that raised it, each as the one above calls it. */
  readonly path: readonly string[]
  /** The child no longer has it (its log was replaced by an older one): nobody below answers for it, it is handled here. */
  readonly lost?: true
}

/** An entry of a child's log: the same three are the same entry, wherever it goes. */
export interface EntryOrigin {
  readonly child: string
  readonly epoch: string
  readonly seq: number
  /** By the child's clock, ms since the epoch, UTC. */
  readonly at: number
  /** Where the child has it from; absent when it is its own. */
  readonly origin?: EntryOrigin
}

/** What a person here asked of the child and the child has not answered yet: nothing is done before it has. */
export interface PendingRequest {
  /** Names the request on its whole way down: given again, it is the same one. */
  readonly key: string
  readonly by: SafeText
  /** The version here that the person saw. */
  readonly version: number
  readonly at: number
  readonly action: RequestedAction
}

export type RequestedAction = 'ack' | 'reset'

/** Levels of platforms above one another. */
export const MAX_TIERS = 8
