/** Percentiles by nearest rank: always a value that was really seen. */

/** The value at `share` (0 … 1) of a sorted list; NaN for an empty one. */
export function nearestRank(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
