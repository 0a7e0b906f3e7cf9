/** Sizes of data as people write and read them: `500MB`, `20GB`, `1.5TB`; powers of ten. */
import {CitywatchError} from './errors.ts'
import {safeText} from './safe-text.ts'

const FORM = /^(\d{1,6}(?:\.\d{1,3})?)\s*(kB|MB|GB|TB)$/i
const FACTORS: Readonly<Record<string, number>> = {kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12}

/** Whole bytes, at least `min`. A bare number has no unit and is refused. Throws CW_BAD_VALUE naming `field`. */
export function parseSize(text: string, field: string, min: number): number {
  const [, number, unit] = FORM.exec(text.trim()) ?? []
  const bytes = Math.round(Number(number) * (FACTORS[unit?.toLowerCase() ?? ''] ?? Number.NaN))
  if (bytes >= min) return bytes
  const expected = `a size such as 500MB or 20GB, at least ${sizeText(min)}`
  throw new CitywatchError('CW_BAD_VALUE', {field, value: safeText(text, 40), expected})
}

/** `0 MB`, `17.3 GB`: one digit behind the point from a gigabyte on. */
export function sizeText(bytes: number): string {
  if (bytes < 1e9) return `${Math.ceil(bytes / 1e6)} MB`
  return bytes < 1e12 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e12).toFixed(1)} TB`
}
