/** What supervision has to say: a panel is late, missing, back; or nobody could be watched for a while. */

/** How a message came. A single-path panel has a primary path only. */
export type PathName = 'primary' | 'alternative'

/** What is expected of each path of every account. */
export interface Expectation {
  readonly path: PathName
  /** Silence after which the path counts as failed. */
  readonly reportingMs: number
  /** Time between two signs of life; absent: not known, so that nobody can be late. */
  readonly intervalMs?: number
  /** How much later than the interval a sign of life may come before it is late. */
  readonly graceMs: number
}

interface Head {
  /** Ms since the epoch, UTC, by our clock. */
  readonly at: number
  readonly account: string
  readonly path: PathName
  /** How long nothing had come, without the time in which nobody watched. */
  readonly silentMs: number
}

export type PathEvent =
  | (Head & {readonly kind: 'late' | 'missing'; readonly everHeard: boolean})
  | (Head & {readonly kind: 'restored'; readonly was: 'late' | 'missing'})

/** This machine slept, stood still, or its clock was set: nobody is judged for that time, and every timer begins anew. */
export interface BlindEvent {
  readonly kind: 'blind'
  readonly at: number
  /** How far the clock jumped; negative: back. */
  readonly jumpMs: number
}

export type SupervisionEvent = PathEvent | BlindEvent
