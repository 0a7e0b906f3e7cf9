/** Whether a panel's clock is right: only then does its time stamp say how long a signal was on its way. */

/** What the stamps of a walk say so far. */
export interface ClockProof {
  readonly stamped: number
  /** Least time between a stamp and the arrival, ms; Infinity without stamps. */
  readonly fastestMs: number
}

export const NO_STAMPS: ClockProof = {stamped: 0, fastestMs: Number.POSITIVE_INFINITY}

/** Stamps are whole seconds: the fastest of a right clock comes within one, and a line may take another. */
const MIN_STAMPS = 3
const EARLIEST_MS = -500
const LATEST_MS = 2_000

export function withStamp(proof: ClockProof, occurredAt: number | undefined, at: number): ClockProof {
  if (occurredAt === undefined) return proof
  return {stamped: proof.stamped + 1, fastestMs: Math.min(proof.fastestMs, at - occurredAt)}
}

/** True when at least three signals were stamped and the fastest of them came at once by its stamp. */
export function isClockRight({stamped, fastestMs}: ClockProof): boolean {
  return stamped >= MIN_STAMPS && fastestMs >= EARLIEST_MS && fastestMs <= LATEST_MS
}
