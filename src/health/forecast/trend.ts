/** A line through noisy points that a few wild ones cannot turn: Theil–Sen, and Mann–Kendall for whether there is a trend at all. */

export interface Point {
  /** Ms since the epoch. */
  readonly at: number
  readonly value: number
}

export interface Trend {
  /** Change a millisecond. */
  readonly slope: number
  /** The line's value at the last point. */
  readonly now: number
  /** Mann–Kendall: standard deviations away from "no trend"; its sign is the direction. */
  readonly z: number
}

/** Points in the order of their time; undefined for fewer than three. */
export function trendOf(points: readonly Point[]): Trend | undefined {
  const last = points.at(-1)
  if (!last || points.length < 3) return undefined
  const slopes: number[] = []
  let sum = 0
  for (const [index, one] of points.entries()) {
    for (let next = index + 1; next < points.length; next += 1) {
      const other = points[next]
      if (!other || other.at === one.at) continue
      slopes.push((other.value - one.value) / (other.at - one.at))
      sum += Math.sign(other.value - one.value)
    }
  }
  const slope = median(slopes)
  const now = median(points.map(({at, value}) => value + slope * (last.at - at)))
  return {slope, now, z: zOf(sum, points)}
}

/** True when one jump from one level to another tells the points at least as well as the line: a setting was changed, nothing drifts. */
export function isStep(points: readonly Point[], {slope, now}: Trend): boolean {
  const last = points.at(-1)?.at ?? 0
  const line = sumOf(points.map(({at, value}) => Math.abs(value - now - slope * (at - last))))
  const values = points.map(({value}) => value)
  return values.some((_, cut) => cut > 0 && spreadOf(values.slice(0, cut)) + spreadOf(values.slice(cut)) <= line)
}

/** Sum of the distances from the median. */
function spreadOf(values: readonly number[]): number {
  const level = median(values)
  return sumOf(values.map((value) => Math.abs(value - level)))
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** With the correction for equal values: counts of days are often equal. */
function zOf(sum: number, points: readonly Point[]): number {
  const ties = [...Map.groupBy(points, ({value}) => value).values()].map(({length}) => length)
  const spread = (n: number) => n * (n - 1) * (2 * n + 5)
  const variance = (spread(points.length) - ties.reduce((total, n) => total + spread(n), 0)) / 18
  return variance <= 0 ? 0 : (sum - Math.sign(sum)) / Math.sqrt(variance)
}

/** NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
