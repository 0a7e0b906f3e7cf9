/** Percentiles by nearest rank: a figure that was measured, never one between two. */
import type {Latency} from './model.ts'

/** Undefined when nothing was acknowledged. */
export function latencyOf(
  of: Pick<Latency, 'part' | 'what' | 'where'>,
  samplesMs: readonly number[],
  lost: number,
): Latency | undefined {
  if (samplesMs.length === 0) return undefined
  const sorted = samplesMs.toSorted((one, other) => one - other)
  const rank = (percent: number) => sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0
  return {
    ...of,
    samplesMs,
    lost,
    minMs: rank(0),
    p50Ms: rank(50),
    p95Ms: rank(95),
    p99Ms: rank(99),
    maxMs: rank(100),
  }
}
