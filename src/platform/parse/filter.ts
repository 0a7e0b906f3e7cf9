/** Reads the filter of a stream or a page: one spelling of each, bounded. */
import {isJurisdiction, type Jurisdiction, UNROUTED} from '../../model/jurisdiction.ts'
import type {Priority} from '../../model/signal.ts'
import {type EntryFilter, isTypePattern, MAX_TYPES, UNROUTED_WORD} from '../filter.ts'
import {bad} from './fields.ts'

const PRIORITIES: Readonly<Record<string, Priority>> = {1: 1, 2: 2, 3: 3, 4: 4}

/** Undefined when nothing is to be left out. Throws CW_BAD_VALUE: what cannot be understood must not hide anything. */
export function parseFilter(query: URLSearchParams): EntryFilter | undefined {
  const [jurisdiction, types, priority] = [jurisdictionIn(query), typesIn(query), priorityIn(query)]
  if (jurisdiction === undefined && types === undefined && priority === undefined) return undefined
  return {
    ...(jurisdiction === undefined ? {} : {jurisdiction}),
    ...(types === undefined ? {} : {types}),
    ...(priority === undefined ? {} : {priority}),
  }
}

function jurisdictionIn(query: URLSearchParams): Jurisdiction | undefined {
  const text = only(query, 'jurisdiction')
  if (text === undefined) return undefined
  if (text === UNROUTED_WORD) return UNROUTED
  if (text !== '' && isJurisdiction(text)) return text
  throw bad('jurisdiction', text, `codes joined by dots, or ${UNROUTED_WORD}`)
}

/** In order, each once: the same filter is the same text. */
function typesIn(query: URLSearchParams): readonly string[] | undefined {
  if (!query.has('types')) return undefined
  const patterns = query
    .getAll('types')
    .join(',')
    .split(',', MAX_TYPES + 1)
  const wrong = patterns.find((pattern) => !isTypePattern(pattern))
  if (wrong === undefined && patterns.length <= MAX_TYPES) return [...new Set(patterns)].sort()
  throw bad('types', wrong ?? patterns, `at most ${MAX_TYPES} of alarm.raised or alarm.*, joined by commas`)
}

function priorityIn(query: URLSearchParams): Priority | undefined {
  const text = only(query, 'priority')
  if (text === undefined) return undefined
  const priority = Object.hasOwn(PRIORITIES, text) ? PRIORITIES[text] : undefined
  if (priority === undefined) throw bad('priority', text, 'one of 1, 2, 3, 4')
  return priority
}

function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name)
  if (values.length > 1) throw bad(name, values, 'one value')
  return values[0]
}
