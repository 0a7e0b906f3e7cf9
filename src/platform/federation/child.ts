/** A platform below this one: where it is, what is taken from it, and what it is called here. */
import {CitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {Secret} from '../../lib/secret.ts'
import type {EntryFilter} from '../filter.ts'

export interface ChildOptions {
  /** Stays with what came from it: another name is another child. */
  readonly name: string
  /** Origin of its API, without userinfo. */
  readonly url: string
  readonly token?: Secret
  /** SHA-256 of its certificate; absent: the system's authorities decide. */
  readonly fingerprint?: string
  /** Absent: all its alarms. */
  readonly filter?: EntryFilter
}

export const MAX_CHILDREN = 1_000
/** What rises when nothing else is asked for: alarms, and what became of requests. */
const ALARMS = 'alarm.*'
const REQUESTS = 'request.*'
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u

/** Throws CW_BAD_VALUE for a name that is none, CW_CONFLICT for one that two have. */
export function requireNames(children: readonly ChildOptions[]): void {
  const names = new Set<string>()
  if (children.length > MAX_CHILDREN) throw badName(`${children.length} children`, `at most ${MAX_CHILDREN}`)
  for (const {name} of children) {
    if (!NAME.test(name)) throw badName(name, 'letters, digits, _ and -, at most 64')
    if (names.has(name)) throw new CitywatchError('CW_CONFLICT', {what: `child ${name}`, detail: 'it is named twice'})
    names.add(name)
  }
}

/** What a child is asked for: its alarms always, since they are counted against what is open here. */
export function risingFilter({filter = {}}: ChildOptions): EntryFilter {
  const {types = []} = filter
  return {...filter, types: [...new Set([ALARMS, REQUESTS, ...types])].sort()}
}

function badName(value: string, expected: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field: 'child', value: safeText(value, 80), expected})
}
