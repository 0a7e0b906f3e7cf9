/** Times and counts as a report writes them: alike on every machine, whatever its time zone and language. */
import {CHECK_RESULTS, type Latency, type Tally} from './model.ts'
import type {ReportWords} from './words.ts'

/** `2026-07-14 09:30:05 UTC` */
export function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `30 passed, 1 failed, 4 not tested` */
export function tallyText(tally: Tally, words: ReportWords): string {
  const counts = CHECK_RESULTS.filter((result) => tally[result] > 0).map(
    (result) => `${tally[result]} ${words.results[result]}`,
  )
  return counts.join(', ') || '0'
}

/** `+3.2 s` */
export function offsetText(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1000).toFixed(1)} s`
}

/** `12 ms`; tenths below ten. */
export function msText(ms: number): string {
  return `${Number.isInteger(ms) || ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`
}

/** `p50 2 ms, p95 8 ms, p99 20 ms, max 31 ms` */
export function latencyText({p50Ms, p95Ms, p99Ms, maxMs}: Latency): string {
  return `p50 ${msText(p50Ms)}, p95 ${msText(p95Ms)}, p99 ${msText(p99Ms)}, max ${msText(maxMs)}`
}

/** Where the pages of a panel begin. */
export function idOf(account: string): string {
  return `panel-${account}`
}
