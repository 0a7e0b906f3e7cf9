/** Lengths of time as people write and read them: `90m`, `2h`, `1h30m`; `1 h 20 min`. */
import {CitywatchError} from './errors.ts'
import {safeText} from './safe-text.ts'

const FORM = /^(?:(?<d>\d{1,3})d)?(?:(?<h>\d{1,4})h)?(?:(?<m>\d{1,6})m)?(?:(?<s>\d{1,7})s)?$/i

/** Ms, more than nothing. A bare number has no unit and is refused. Throws CW_BAD_VALUE naming `field`. */
export function parseDuration(text: string, field: string): number {
  const {d = 0, h = 0, m = 0, s = 0} = FORM.exec(text.trim())?.groups ?? {}
  const ms = (((Number(d) * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s)) * 1_000
  if (ms > 0) return ms
  throw new CitywatchError('CW_BAD_VALUE', {
    field,
    value: safeText(text, 40),
    expected: 'a time such as 90m, 2h or 1h30m',
  })
}

/** `1 h 20 min`, `45 s`: rounded down, so that nobody counts on more than there is. Never negative. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`
}
