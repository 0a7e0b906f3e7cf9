/** Where the points went: each lost part of a point has its indicator, its reason and its cameras. */
import type {CameraBook} from './book.ts'
import type {Reason} from './samples.ts'
import type {IndicatorScore, Score} from './score.ts'
import {order} from './tally.ts'
import type {Code} from './tree.ts'

interface CameraLoss {
  readonly camera: string
  /** Of the indicator's own unit: seconds, checks, packets, device-days. */
  readonly lost: number
}

export interface ReasonLoss {
  readonly reason: Reason
  readonly lost: number
  /** Parts of a point; those of an indicator's reasons add up to what it lost. */
  readonly points: number
  /** Worst first. */
  readonly cameras: readonly CameraLoss[]
}

export interface IndicatorLoss {
  readonly code: Code
  readonly lost: number
  readonly all: number
  readonly points: number
  /** Worst first. */
  readonly reasons: readonly ReasonLoss[]
}

/** Indicators that lost something, in the order of the tree, those beside it last. */
export function explain(books: readonly CameraBook[], score: Score): readonly IndicatorLoss[] {
  const indicators = score.levels.flatMap(({objects}) => objects).flatMap((object) => object.indicators)
  const beside = Object.entries(score.beside).map(([code, rate]) => ({
    ...rate,
    code: code as Code,
    earned: 0,
    judged: 0,
  }))
  return [...indicators, ...beside].filter(({good, all}) => good < all).map((indicator) => lossOf(indicator, books))
}

type Lossy = Pick<IndicatorScore, 'good' | 'all' | 'earned' | 'judged'> & {readonly code: Code}

function lossOf({code, good, all, earned, judged}: Lossy, books: readonly CameraBook[]): IndicatorLoss {
  const byReason = new Map<Reason, CameraLoss[]>()
  for (const {camera, losses} of books) {
    for (const [reason, lost] of losses.get(code) ?? []) {
      const cameras = byReason.get(reason) ?? []
      byReason.set(reason, cameras)
      cameras.push({camera, lost})
    }
  }
  const reasons = [...byReason]
    .map(([reason, cameras]) => ({
      reason,
      lost: cameras.reduce((sum, {lost}) => sum + lost, 0),
      cameras: cameras.sort((one, other) => other.lost - one.lost || order(one.camera, other.camera)),
    }))
    .sort((one, other) => other.lost - one.lost || order(one.reason, other.reason))
  const points = judged - earned
  const shares = apportion(
    points,
    reasons.map(({lost}) => lost),
  )
  return {
    code,
    lost: all - good,
    all,
    points,
    reasons: reasons.map((one, index) => ({...one, points: shares[index] ?? 0})),
  }
}

/** Whole numbers in proportion to the parts that add up to the total exactly: the largest remainders get what is left over. */
export function apportion(total: number, parts: readonly number[]): readonly number[] {
  const sum = parts.reduce((one, other) => one + other, 0)
  if (sum === 0) return parts.map(() => 0)
  const shares = parts.map((part, index) => {
    const exact = BigInt(total) * BigInt(part)
    return {index, whole: Number(exact / BigInt(sum)), rest: exact % BigInt(sum)}
  })
  let left = total - shares.reduce((one, {whole}) => one + whole, 0)
  const result = shares.map(({whole}) => whole)
  for (const {index} of shares.toSorted((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest < b.rest ? 1 : -1))) {
    if (left <= 0) break
    result[index] = (result[index] ?? 0) + 1
    left -= 1
  }
  return result
}
