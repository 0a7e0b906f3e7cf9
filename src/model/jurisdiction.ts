/** Who is responsible for a place: the path of codes from the top of the hierarchy down to the station's post. */
import {CitywatchError} from '../lib/errors.ts'

/**
 * Codes joined by dots, top first: `44.4403.440305` or `baltimore.central.111`. Lower case letters, digits and hyphens.
 * A subtree is every path that equals a prefix or starts with `prefix.`. The empty path means "unrouted".
 */
export type Jurisdiction = string

export const UNROUTED: Jurisdiction = ''
const MAX_LEVELS = 8
const CODE = /^[\p{Ll}\p{Lo}\p{N}-]{1,64}$/u

/** A path from human words: `['Baltimore', 'North Western', '6/11']` → `baltimore.north-western.6-11`. Throws CW_BAD_VALUE. */
export function jurisdictionOf(levels: readonly string[]): Jurisdiction {
  const codes = levels.map((level) =>
    level
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[^\p{Ll}\p{Lo}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, ''),
  )
  if (codes.length > MAX_LEVELS || codes.some((code) => !CODE.test(code))) {
    throw new CitywatchError('CW_BAD_VALUE', {
      field: 'jurisdiction',
      value: JSON.stringify(levels).slice(0, 200),
      expected: `1 to ${MAX_LEVELS} names with at least one letter or digit`,
    })
  }
  return codes.join('.')
}

/** True for a path as `jurisdictionOf` writes it, and for the empty one. */
export function isJurisdiction(path: string): boolean {
  if (path === UNROUTED) return true
  const codes = path.length > MAX_LEVELS * 65 ? [] : path.split('.')
  return codes.length > 0 && codes.length <= MAX_LEVELS && codes.every((code) => CODE.test(code))
}

/** True when `path` lies in the subtree of `prefix`; every path lies in the subtree of ''. */
export function isWithin(path: Jurisdiction, prefix: Jurisdiction): boolean {
  return prefix === '' || path === prefix || path.startsWith(`${prefix}.`)
}
