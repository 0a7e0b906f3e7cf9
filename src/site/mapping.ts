/** Which column says what: found by its name, or said with --map. */
import {CitywatchError} from '../lib/errors.ts'
import {nearest} from '../lib/nearest.ts'
import {type SafeText, safeName} from '../lib/safe-text.ts'
import type {Draft} from './draft.ts'
import {ACCOUNT_FIELDS, aliasesOf, FIELDS, type Field, zoneKeyAliases} from './fields.ts'
import {columnLetter, headerKey, headerName, looksSecret} from './header-text.ts'

export interface Column {
  readonly index: number
  readonly letter: string
  readonly name: SafeText
}

export interface Mapping {
  /** Jurisdiction may have several columns, top level first; every other field has one. */
  readonly fields: Readonly<Partial<Record<Field, readonly Column[]>>>
  /** Columns without a field of cameras: kept with the camera under their own name. */
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

/** `kind`: what the rows are that do not say so. Throws CW_UNKNOWN_COLUMN when a wish names no column, or a field that every row needs has none. */
export function mapColumns(header: readonly string[], wishes: Wishes, kind?: Draft['kind']): Mapping {
  const columns = header.map((name, index) => ({index, letter: columnLetter(index), name: safeName(name)}))
  const secret = columns.filter(({index}) => looksSecret(header[index]!))
  const usable = columns.filter((column) => header[column.index] !== '' && !secret.includes(column))
  const fields = fieldColumns(wishes, usable)
  const needed: readonly Field[] =
    kind === 'zone' ? ['account', 'zone', 'name'] : fields.zone ? ['name'] : ['key', 'name']
  for (const field of needed) if (!fields[field]) throw unknown(`${field} (--map ${field}=…)`, field, usable)
  const used = new Set(FIELDS.flatMap((field) => (ACCOUNT_FIELDS.has(field) ? [] : (fields[field] ?? []))))
  return {
    fields,
    extra: usable.filter((column) => !used.has(column) && !RESERVED.has(column.name)),
    secret,
    unnamed: columns.filter(({index}) => header[index] === ''),
  }
}

/** Zones have a key of their own making, so the names of a table of zones are read a little differently. */
function fieldColumns(wishes: Wishes, usable: readonly Column[]): Mapping['fields'] {
  const columnsOf = (field: Field, aliases = aliasesOf(field)) =>
    wished(field, wishes.get(field), usable) ?? byAlias(aliases, usable)
  const hasAccount = (columnsOf('account') ?? []).length > 0
  const isWanted = (field: Field) => !ACCOUNT_FIELDS.has(field) || hasAccount || wishes.has(field)
  const ofZones = isWanted('zone') && (columnsOf('zone') ?? []).length > 0
  const fields: Partial<Record<Field, readonly Column[]>> = {}
  for (const field of FIELDS) {
    if (!isWanted(field) || (field === 'code' && !ofZones)) continue
    const found = columnsOf(field, ofZones && field === 'key' ? zoneKeyAliases() : undefined)
    if (found && found.length > 0) fields[field] = found
  }
  return fields
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

function byAlias(aliases: readonly string[], columns: readonly Column[]): readonly Column[] | undefined {
  for (const alias of aliases) {
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
