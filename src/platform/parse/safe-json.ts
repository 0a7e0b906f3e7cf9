/** Reads JSON of any shape from outside: bounded in depth and number, every text in it made safe. */
import {MAX_NAME, safeText} from '../../lib/safe-text.ts'
import type {SafeJson} from '../../model/foreign-event.ts'
import {bad} from './fields.ts'

const MAX_DEPTH = 16
const MAX_VALUES = 4_096
/** Longest single text, in characters; longer ones are refused, so that nothing is cut unnoticed. */
const MAX_CHARS = 8_192

/** Throws CW_BAD_VALUE naming the place. */
export function safeJson(value: unknown, where: string): SafeJson {
  let values = 0
  return read(value, where, 0)

  function read(item: unknown, at: string, depth: number): SafeJson {
    if (++values > MAX_VALUES) throw bad(where, undefined, `at most ${MAX_VALUES} values`)
    if (depth > MAX_DEPTH) throw bad(where, undefined, `at most ${MAX_DEPTH} levels`)
    if (Array.isArray(item)) return item.map((member, index) => read(member, `${at}[${index}]`, depth + 1))
    if (typeof item !== 'object' || item === null) return single(item, at)
    return Object.fromEntries(
      Object.entries(item).map(([name, member]) => [plainName(name, at), read(member, `${at}.${name}`, depth + 1)]),
    )
  }
}

function single(item: unknown, at: string): SafeJson {
  if (typeof item === 'string') return text(item, at)
  if (item === null || typeof item === 'boolean') return item
  if (typeof item === 'number' && Number.isFinite(item)) return item
  throw bad(place(at), item, 'JSON')
}

function text(item: string, at: string): SafeJson {
  if (item.length > MAX_CHARS) throw bad(place(at), item.length, `text of at most ${MAX_CHARS} characters`)
  return safeText(item, MAX_CHARS)
}

/** A name is refused rather than changed: two of them could become one. */
function plainName(name: string, at: string): string {
  if (name.length <= MAX_NAME && safeText(name, MAX_NAME) === name && name !== '__proto__') return name
  throw bad(place(at), name, `names of at most ${MAX_NAME} printable characters`)
}

function place(at: string): string {
  return safeText(at, MAX_NAME)
}
