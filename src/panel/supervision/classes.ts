/** Supervision classes: by when the loss of a path must be known at the centre (EN 50136-1:2012, table 1). */
import {CitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import {parseDuration} from './duration.ts'

export interface SupervisionClass {
  readonly name: string
  /** Reporting time of the one path, or of the primary one. */
  readonly primaryMs: number
  /** Reporting time of the alternative path; absent for single-path classes. */
  readonly alternativeMs?: number
  /** Whether a source that we have seen states the times; the others are to be checked, and can be corrected. */
  readonly confirmed: boolean
}

/** Times as written; `true` where a vendor states them (evalink). */
const TABLE: readonly (readonly [name: string, primary: string, alternative: string | null, confirmed: boolean])[] = [
  ['SP1', '32d', null, false],
  ['SP2', '25h', null, false],
  ['SP3', '30m', null, true],
  ['SP4', '3m', null, false],
  ['SP5', '90s', null, false],
  ['SP6', '20s', null, false],
  ['DP1', '25h', '50h', true],
  ['DP2', '30m', '25h', true],
  ['DP3', '3m', '25h', false],
  ['DP4', '90s', '5h', false],
]
const MAX_CLASSES = 1_000

export const CLASSES: ReadonlyMap<string, SupervisionClass> = new Map(
  TABLE.map(([name, primary, alternative, confirmed]) => [name, classOf(name, primary, alternative, confirmed)]),
)

/** The class of that name, of a site's own table first. Throws CW_BAD_VALUE. */
export function classNamed(name: string, own: ReadonlyMap<string, SupervisionClass>): SupervisionClass {
  const found = own.get(name.toUpperCase()) ?? CLASSES.get(name.toUpperCase())
  if (found) return found
  const expected = [...new Set([...CLASSES.keys(), ...own.keys()])].join(', ')
  throw new CitywatchError('CW_BAD_VALUE', {field: '--class', value: safeText(name, 40), expected})
}

/**
 * A site's own table: `{"SP4": {"primary": "3m"}, "DP4": {"primary": "90s", "alternative": "5h"}}`. What it says is taken
 * as confirmed. `path` is named in errors. Throws CW_BAD_VALUE.
 */
export function parseClasses(text: string, path: string): ReadonlyMap<string, SupervisionClass> {
  const bad = (value: string) =>
    new CitywatchError('CW_BAD_VALUE', {
      field: path,
      value,
      expected: '{"NAME": {"primary": "90s", "alternative": "5h"}}',
    })
  const table = objectIn(text)
  if (!table || Object.keys(table).length > MAX_CLASSES) throw bad(table ? 'too many classes' : 'no JSON object')
  return new Map(
    Object.entries(table).map(([written, value]) => {
      const {primary, alternative}: {primary?: unknown; alternative?: unknown} =
        typeof value === 'object' && value !== null ? value : {}
      const whole = typeof primary === 'string' && (alternative === undefined || typeof alternative === 'string')
      if (!/^[\w-]{1,20}$/.test(written) || !whole) throw bad(safeText(written, 40))
      const name = written.toUpperCase()
      return [name, classOf(name, primary, alternative ?? null, true, path)]
    }),
  )
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

function classOf(
  name: string,
  primary: string,
  alternative: string | null,
  confirmed: boolean,
  where = 'classes',
): SupervisionClass {
  const field = `${where} ${name}`
  return {
    name,
    primaryMs: parseDuration(primary, field),
    ...(alternative === null ? {} : {alternativeMs: parseDuration(alternative, field)}),
    confirmed,
  }
}
