/** Lengths of time as people write them: `90s`, `45m`, `2h`, `1h30m`. */
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'

const FORM = /^(?:(?<h>\d{1,4})h)?(?:(?<m>\d{1,5})m)?(?:(?<s>\d{1,6})s)?$/

/** Ms, more than none. `field` is named in the error. Throws CW_BAD_VALUE. */
export function parseDuration(text: string, field: string): number {
  const {h = '0', m = '0', s = '0'} = FORM.exec(text.trim().toLowerCase())?.groups ?? {}
  const ms = ((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1_000
  if (ms > 0) return ms
  throw new CitywatchError('CW_BAD_VALUE', {
    field,
    value: safeText(text, 40),
    expected: 'a length such as 90s, 45m, 2h or 1h30m',
  })
}

/** `1:59:07`, `4:05`; never negative. */
export function countdownText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
