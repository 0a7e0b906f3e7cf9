/** JSON inventories: an array of objects, or one object a line, as rows with the line on which each object begins. */
import {CitywatchError} from '../lib/errors.ts'
import type {Row} from './csv.ts'
import {bounded, MAX_COLUMNS, MAX_RECORD} from './limits.ts'

interface Piece {
  readonly line: number
  readonly text: string
}

/** Names of all members of all objects, in the order in which they first appear. */
export async function jsonHeader(text: AsyncIterable<string>, path: string): Promise<string[]> {
  const names = new Set<string>()
  for await (const piece of objectTexts(text, path)) {
    for (const name of members(piece, path).keys()) names.add(name)
    bounded(names.size, MAX_COLUMNS, path, 'columns')
  }
  return [...names]
}

/** One row an object, cells in the order of `header`; an absent member is an empty cell. Throws CW_NOT_A_TABLE. */
export async function* jsonRows(text: AsyncIterable<string>, header: readonly string[], path: string) {
  for await (const piece of objectTexts(text, path)) {
    const values = members(piece, path)
    const row: Row = {line: piece.line, cells: header.map((name) => values.get(name) ?? '')}
    yield row
  }
}

/**
 * Member → text. Numbers keep the digits of the file: as a double a 20-digit code would lose its end in silence. Nested values
 * are their JSON text.
 */
function members({line, text}: Piece, path: string): Map<string, string> {
  let value: unknown
  try {
    value = JSON.parse(text, (_, member, context?: {source?: string}) =>
      typeof member === 'number' ? (context?.source ?? String(member)) : member,
    )
  } catch (cause) {
    const detail = `line ${line}: ${cause instanceof Error ? cause.message.slice(0, 80) : 'not JSON'}`
    throw new CitywatchError('CW_NOT_A_TABLE', {path, detail}, {cause})
  }
  const cells = Object.entries(value ?? {}).map(([name, cell]): [string, string] => [name, cellText(cell)])
  return new Map(cells)
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The top-level objects of the text. Throws CW_NOT_A_TABLE where something else stands, or the text ends in the middle. */
async function* objectTexts(text: AsyncIterable<string>, path: string): AsyncGenerator<Piece> {
  const cutter = new ObjectCutter(path)
  for await (const chunk of text) yield* cutter.push(chunk)
  cutter.end()
}

/** Cuts text into its top-level objects. Between them only commas, blanks and the array's own brackets may stand. */
class ObjectCutter {
  readonly #path: string
  #line = 1
  /** The object being read: its first line, and its text up to this chunk. */
  #open: Piece | undefined
  #depth = 0
  #array: 'none' | 'open' | 'closed' = 'none'
  #string: 'no' | 'yes' | 'escaped' = 'no'

  constructor(path: string) {
    this.#path = path
  }

  *push(chunk: string): Generator<Piece> {
    let from = 0
    for (let index = 0; index < chunk.length; index++) {
      const char = chunk[index]!
      if (char === '\n') this.#line++
      if (!this.#open) {
        if (this.#outside(char)) from = index
      } else if (this.#inside(char)) {
        yield {line: this.#open.line, text: this.#open.text + chunk.slice(from, index + 1)}
        this.#open = undefined
      }
    }
    if (!this.#open) return
    const grown = this.#open.text + chunk.slice(from)
    bounded(grown.length, MAX_RECORD, this.#path, 'characters in one object')
    this.#open = {line: this.#open.line, text: grown}
  }

  end(): void {
    if (this.#open || this.#array === 'open') throw this.#wrong('the JSON ends in the middle')
  }

  /** True when an object begins here. */
  #outside(char: string): boolean {
    if (char === '{' && this.#array !== 'closed') {
      this.#open = {line: this.#line, text: ''}
      this.#depth = 1
      return true
    }
    if (char === '[' && this.#array === 'none') this.#array = 'open'
    else if (char === ']' && this.#array === 'open') this.#array = 'closed'
    else if (!/[\s,]/.test(char)) throw this.#wrong('an object was expected')
    return false
  }

  /** True when the open object ends here. Braces inside strings do not count. */
  #inside(char: string): boolean {
    if (this.#string === 'escaped') this.#string = 'yes'
    else if (this.#string === 'yes') this.#string = char === '"' ? 'no' : char === '\\' ? 'escaped' : 'yes'
    else if (char === '"') this.#string = 'yes'
    else if (char === '{') this.#depth++
    else if (char === '}') this.#depth--
    return this.#depth === 0
  }

  #wrong(detail: string): CitywatchError {
    return new CitywatchError('CW_NOT_A_TABLE', {path: this.#path, detail: `line ${this.#line}: ${detail}`})
  }
}
