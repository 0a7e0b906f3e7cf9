/** Lengths of time as people write them: 90s, 30m, 25h, 32d, 500ms. */
import {CitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'

const UNITS: Readonly<Record<string, number>> = {ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000}
/** A year and a day. */
const MAX_MS = 366 * 86_400_000

/** Ms, at least 1. `field` is named in the error. Throws CW_BAD_VALUE for what has no unit. */
export function parseDuration(text: string, field: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text.trim()) ?? []
  const ms = Math.round(Number(digits) * (UNITS[unit] ?? Number.NaN))
  if (ms >= 1 && ms <= MAX_MS) return ms
  throw new CitywatchError('CW_BAD_VALUE', {field, value: safeText(text, 40), expected: '90s, 30m, 25h, 32d or 500ms'})
}

/** In the longest unit that leaves at most one decimal: `90 s`, `3 min`, `25 h`, `32 d`. */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms)
  if (size < 1_000) return `${Math.round(ms)} ms`
  if (size < 120_000) return `${tenths(ms / 1_000)} s`
  if (size < 7_200_000) return `${tenths(ms / 60_000)} min`
  return size < 172_800_000 ? `${tenths(ms / 3_600_000)} h` : `${tenths(ms / 86_400_000)} d`
}

function tenths(value: number): string {
  return String(Math.round(value * 10) / 10)
}
