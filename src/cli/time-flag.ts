/** A moment as people give it: a date, a time, or how long from now. */
import {parseDuration} from '../lib/duration.ts'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'

const DATE = /^\d{4}-\d\d-\d\d(?:$|[T ])/

/** Ms UTC: ISO 8601, or `2h` before (`-1`) or after (`1`) now. Throws CW_BAD_VALUE naming the flag. */
export function momentOf(flag: string, text: string, now: number, direction: -1 | 1): number {
  const at = DATE.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return at
  try {
    return now + direction * parseDuration(text, flag)
  } catch (cause) {
    const expected = 'a time such as 2h, 2026-03-01 or 2026-03-01T08:00'
    throw new CitywatchError('CW_BAD_VALUE', {field: flag, value: safeText(text, 40), expected}, {cause})
  }
}
