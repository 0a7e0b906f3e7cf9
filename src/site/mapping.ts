/** Which column says what: found by its name, or said with --map. */
import {CitywatchError} from '../lib/errors.ts'
import {nearest} from '../lib/nearest.ts'
import {type SafeText, safeName} from '../lib/safe-text.ts'
import {aliasesOf, FIELDS, type Field} from './fields.ts'
import {columnLetter, headerKey, headerName, looksSecret} from './header-text.ts'

export interface Column {
  readonly index: number
  readonly letter: string
  readonly name: SafeText
}

export interface Mapping {
  /** Jurisdiction may have several columns, top level first; every other field has one. */
  readonly fields: Readonly<Partial<Record<Field, readonly Column[]>>>
  /** Columns without a field: kept with the camera under their own name. */
  readonly extra: readonly Column[]
  /** Columns that hold passwords by their name: neither imported nor printed. */
  readonly secret: readonly Column[]
  /** Columns without a header. */
  readonly unnamed: readonly Column[]
}

/** `--map` parsed: field → column names as written; an empty list means "do not use". */
export type Wishes = ReadonlyMap<Field, readonly string[]>

/** Names that objects give a meaning of their own: no column may become a member so called. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

/** Parses `field=Column` and `jurisdiction=Column,Column`. Throws CW_BAD_VALUE, the nearest field named first. */
export function wishesOf(maps: readonly string[]): Wishes {
  const wishes = new Map<Field, readonly string[]>()
  for (const text of maps) {
    const [, name = '', column] = /^([^=]*)=(.*)$/s.exec(text) ?? []
    const field = FIELDS.find((candidate) => candidate.toLowerCase() === name.trim().toLowerCase())
    if (column === undefined || !field) {
      const expected = `field=Column, the field one of ${nearestFirst(name || text, FIELDS).join(', ')}`
      throw new CitywatchError('CW_BAD_VALUE', {field: '--map', value: safeName(text), expected})
    }
    wishes.set(field, column.trim() === '' ? [] : [column])
  }
  return wishes
}

/** Throws CW_UNKNOWN_COLUMN when a wish names no column, or a field that every row needs has none. */
export function mapColumns(header: readonly string[], wishes: Wishes): Mapping {
  const columns = header.map((name, index) => ({index, letter: columnLetter(index), name: safeName(name)}))
  const secret = columns.filter(({index}) => looksSecret(header[index]!))
  const usable = columns.filter((column) => header[column.index] !== '' && !secret.includes(column))
  const fields: Partial<Record<Field, readonly Column[]>> = {}
  for (const field of FIELDS) {
    const found = wished(field, wishes.get(field), usable) ?? byAlias(field, usable)
    if (found && found.length > 0) fields[field] = found
  }
  for (const field of ['key', 'name'] as const)
    if (!fields[field]) throw unknown(`${field} (--map ${field}=…)`, field, usable)
  const used = new Set(Object.values(fields).flat())
  return {
    fields,
    extra: usable.filter((column) => !used.has(column) && !RESERVED.has(column.name)),
    secret,
    unnamed: columns.filter(({index}) => header[index] === ''),
  }
}

function wished(field: Field, names: readonly string[] | undefined, columns: readonly Column[]) {
  if (names === undefined) return undefined
  return names.flatMap((name) => {
    const whole = columnNamed(name, columns)
    if (whole) return [whole]
    const parts = field === 'jurisdiction' ? name.split(',') : [name]
    return parts.map((part) => {
      const column = columnNamed(part, columns)
      if (!column) throw unknown(headerName(part), part, columns)
      return column
    })
  })
}

/** The exact name, else the only one that means the same. */
function columnNamed(name: string, columns: readonly Column[]): Column | undefined {
  const exact = columns.find((column) => column.name === safeName(headerName(name)))
  if (exact) return exact
  const like = columns.filter((column) => headerKey(column.name) === headerKey(name))
  return like.length === 1 ? like[0] : undefined
}

function byAlias(field: Field, columns: readonly Column[]): readonly Column[] | undefined {
  for (const alias of aliasesOf(field)) {
    const column = columns.find(({name}) => headerKey(name) === alias)
    if (column) return [column]
  }
  return undefined
}

function unknown(column: string, meant: string, columns: readonly Column[]): CitywatchError {
  const known = nearestFirst(
    meant,
    columns.map(({name}) => name),
  )
    .slice(0, 40)
    .join(', ')
  return new CitywatchError('CW_UNKNOWN_COLUMN', {column: safeName(column), known: known || 'no named column'})
}

function nearestFirst(meant: string, words: readonly string[]): readonly string[] {
  const key = nearest(headerKey(meant), words.map(headerKey))
  const best = words.find((word) => headerKey(word) === key)
  return best === undefined ? words : [best, ...words.filter((word) => word !== best)]
}
