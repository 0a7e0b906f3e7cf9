/** The times between a panel's signs of life: all of them counted, the last ones kept for the percentiles. */
import {nearestRank} from '../../lib/percentile.ts'

/** Intervals that are kept of each path. */
const KEPT = 256
const FIRST_ROOM = 8

export interface IntervalSummary {
  readonly n: number
  readonly minMs: number
  /** Of the last 256 intervals, as p99 is. */
  readonly medianMs: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Mean difference between an interval and the one before. */
  readonly jitterMs: number
}

export class Intervals {
  /** Grows with what comes, up to KEPT: most accounts of a short run have few. */
  #kept = new Uint32Array(FIRST_ROOM)
  #n = 0
  #minMs = Number.POSITIVE_INFINITY
  #maxMs = 0
  #lastMs = 0
  #differences = 0

  add(ms: number): void {
    if (this.#n >= this.#kept.length && this.#kept.length < KEPT) this.#grow()
    this.#kept[this.#n % this.#kept.length] = ms
    if (this.#n > 0) this.#differences += Math.abs(ms - this.#lastMs)
    this.#n += 1
    this.#lastMs = ms
    this.#minMs = Math.min(this.#minMs, ms)
    this.#maxMs = Math.max(this.#maxMs, ms)
  }

  /** Those that are kept, in no order. */
  kept(): Uint32Array {
    return this.#kept.subarray(0, Math.min(this.#n, this.#kept.length))
  }

  /** Undefined while there is none. */
  summary(): IntervalSummary | undefined {
    if (this.#n === 0) return undefined
    const sorted = this.kept().toSorted()
    return {
      n: this.#n,
      minMs: this.#minMs,
      medianMs: nearestRank(sorted, 0.5),
      p99Ms: nearestRank(sorted, 0.99),
      maxMs: this.#maxMs,
      jitterMs: this.#n < 2 ? 0 : Math.round(this.#differences / (this.#n - 1)),
    }
  }

  #grow(): void {
    const wider = new Uint32Array(this.#kept.length * 2)
    wider.set(this.#kept)
    this.#kept = wider
  }
}
