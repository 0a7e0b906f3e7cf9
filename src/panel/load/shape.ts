/** How many messages are due at a moment of a load run: a ramp up, a hold, and nothing more. */

export interface Shape {
  /** Messages a second of all accounts together, reached at the end of the ramp. */
  readonly rate: number
  readonly rampMs: number
  readonly holdMs: number
}

/** Messages that are due `ms` after the start; whole. */
export function dueAt({rate, rampMs, holdMs}: Shape, ms: number): number {
  const ramped = Math.min(Math.max(0, ms), rampMs)
  const held = Math.min(Math.max(0, ms - rampMs), holdMs)
  const ramp = rampMs === 0 ? 0 : (rate * ramped * ramped) / (2_000 * rampMs)
  return Math.floor(ramp + (rate * held) / 1_000)
}

/** All of them. */
export function planned(shape: Shape): number {
  return dueAt(shape, shape.rampMs + shape.holdMs)
}
