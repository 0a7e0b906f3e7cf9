/** Which rows of the log a filter lets through, told from the row without reading its JSON as a whole. */
import {isWithin, type Jurisdiction, UNROUTED} from '../../model/jurisdiction.ts'
import type {EntryFilter} from '../filter.ts'
import type {LogRow} from '../store/port.ts'

/** A row with what filters ask of it, found once however many ask. */
export class SeenRow {
  readonly row: LogRow
  #place: Jurisdiction | null | undefined
  #priority: number | null | undefined

  constructor(row: LogRow) {
    this.row = row
  }

  /** Null when it belongs to no jurisdiction. */
  get place(): Jurisdiction | null {
    if (this.#place === undefined) this.#place = isForeign(this.row) ? null : memberText(this.row.entry, PLACE)
    return this.#place
  }

  /** Of the alarm; null when it tells of none. */
  get priority(): number | null {
    if (this.#priority === undefined) this.#priority = isAlarm(this.row) ? digitAfter(this.row.entry, PRIORITY) : null
    return this.#priority
  }
}

export type Matcher = (row: SeenRow) => boolean

/** Everything passes when there is no filter. What belongs to no jurisdiction passes none but `undefined`. */
export function matcherOf(filter: EntryFilter | undefined): Matcher {
  if (filter === undefined) return () => true
  const {jurisdiction, types, priority} = filter
  const isType = types === undefined ? () => true : typeMatcher(types)
  return (seen) =>
    isType(seen.row.type) &&
    (priority === undefined || (seen.priority !== null && seen.priority <= priority)) &&
    (jurisdiction === undefined || isPlaced(seen.place, jurisdiction))
}

/** One filter, one key. */
export function filterKey(filter: EntryFilter | undefined): string {
  return filter === undefined
    ? ''
    : JSON.stringify([filter.jurisdiction ?? null, filter.types ?? null, filter.priority ?? null])
}

function isPlaced(place: Jurisdiction | null, jurisdiction: Jurisdiction): boolean {
  if (place === null) return false
  return jurisdiction === UNROUTED ? place === UNROUTED : isWithin(place, jurisdiction)
}

/** There are few types, and each is asked about many times. */
function typeMatcher(patterns: readonly string[]): (type: string) => boolean {
  const known = new Map<string, boolean>()
  const fits = (type: string) =>
    patterns.some((pattern) => (pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern))
  return (type) => {
    let answer = known.get(type)
    if (answer === undefined) {
      answer = fits(type)
      known.set(type, answer)
    }
    return answer
  }
}

/**
 * Members as the platform writes them. A text cannot contain them: in JSON its quotes are escaped, and what follows a text
 * is no colon. Names that a sender chooses are in foreign events only.
 */
const PLACE = '"jurisdiction":'
const PRIORITY = '"priority":'

function isForeign({type}: LogRow): boolean {
  return type.startsWith('event.')
}

function isAlarm({type}: LogRow): boolean {
  return type.startsWith('alarm.')
}

/** Text of the first such member; null when there is none. Codes have no character that JSON escapes. */
function memberText(entry: string, member: string): string | null {
  const at = entry.indexOf(member)
  if (at < 0) return null
  const start = entry.indexOf('"', at + member.length) + 1
  return entry.slice(start, entry.indexOf('"', start))
}

function digitAfter(entry: string, member: string): number | null {
  const at = entry.indexOf(member)
  return at < 0 ? null : Number.parseInt(entry.slice(at + member.length, at + member.length + 3), 10)
}
