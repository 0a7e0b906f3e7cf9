/** Percentiles by nearest rank, with how many there were beside them. */

export interface Latency {
  readonly n: number
  readonly p50?: number
  readonly p95?: number
  readonly p99?: number
  readonly max?: number
}

/** Of those that are known; only `n` when none is. */
export function latencyOf(values: readonly (number | undefined)[]): Latency {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b)
  const n = known.length
  const max = known.at(-1)
  if (max === undefined) return {n}
  const rank = (percent: number) => known[Math.max(0, Math.ceil((percent / 100) * n) - 1)] ?? max
  return {n, p50: rank(50), p95: rank(95), p99: rank(99), max}
}
