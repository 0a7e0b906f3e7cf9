/** Any inventory file as one table: its encoding, its header, and its rows as they are read. */
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {csvRows, type Row} from './csv.ts'
import {type Delimiter, firstRecord, sniffDelimiter} from './delimiter.ts'
import {decoded, type Encoding, type EncodingFacts, tellEncoding} from './encoding.ts'
import {knownHeaders} from './fields.ts'
import {columnLetter, headerKey, headerName} from './header-text.ts'
import {jsonHeader, jsonRows} from './json.ts'
import {bounded, MAX_CELL, MAX_COLUMNS, MAX_ROWS} from './limits.ts'
import {notATable} from './signature.ts'
import {headOf, type Source} from './source.ts'

export interface Table extends EncodingFacts {
  readonly label: string
  readonly format: 'csv' | 'json'
  /** Absent for JSON. */
  readonly delimiter?: Delimiter
  /** Names as the file spells them, without invisible characters and outer blanks; '' where there is none. */
  readonly header: readonly string[]
  /** Rows below the header, in the order of the file. Can be read once. */
  readonly rows: AsyncIterable<Row>
}

/** Bytes that tell format and separator. */
const HEAD_BYTES = 64 * 1024

/**
 * Opens a table. `words` are header names that the user has named; they count as known. Throws CW_NOT_A_TABLE,
 * CW_UNKNOWN_ENCODING, CW_BAD_VALUE (encoding), CW_TOO_LARGE; the rows throw the same while they are read.
 */
export async function openTable(source: Source, words: readonly string[], named?: Encoding): Promise<Table> {
  const head = await headOf(source, HEAD_BYTES)
  const foreign = notATable(head)
  // A named UTF-16 without mark looks binary; the user knows better.
  if (foreign && !(named?.startsWith('utf-16') && head.length > 0)) throw refused(source, foreign)
  const facts = await tellEncoding(source, (text) => knowsHeader(text, words), named)
  const start = await firstText(decoded(source, facts))
  if (/^\s*[[{]/.test(start)) return openJson(source, facts)
  return openCsv(source, facts, start)
}

async function openJson(source: Source, facts: EncodingFacts): Promise<Table> {
  const names = await jsonHeader(decoded(source, facts), source.label)
  if (names.length === 0) throw refused(source, 'it holds no objects')
  const rows = jsonRows(decoded(source, facts), names, source.label)
  const header = checkedHeader(source, names)
  return {label: source.label, ...facts, format: 'json', header, rows: limited(rows, source.label)}
}

async function openCsv(source: Source, facts: EncodingFacts, start: string): Promise<Table> {
  const delimiter = sniffDelimiter(start)
  if (!delimiter) throw refused(source, 'its first line has no column separator (comma, semicolon, tab or |)')
  const rows = csvRows(decoded(source, facts), delimiter, source.label)
  const first = await rows.next()
  if (first.done) throw refused(source, 'it is empty')
  const header = checkedHeader(source, first.value.cells)
  return {label: source.label, ...facts, format: 'csv', delimiter, header, rows: limited(rows, source.label)}
}

function checkedHeader(source: Source, cells: readonly string[]): readonly string[] {
  bounded(cells.length, MAX_COLUMNS, source.label, 'columns')
  const header = cells.map(headerName)
  const seen = new Map<string, number>()
  for (const [index, name] of header.entries()) {
    if (name === '') continue
    const other = seen.get(name)
    if (other !== undefined) {
      const where = `columns ${columnLetter(other)} and ${columnLetter(index)}`
      throw refused(source, `${where} have the same header ${safeText(name, 60)}`)
    }
    seen.set(name, index)
  }
  return header
}

async function* limited(rows: AsyncIterable<Row>, label: string): AsyncGenerator<Row> {
  let count = 0
  for await (const row of rows) {
    bounded(++count, MAX_ROWS, label, 'rows')
    for (const [index, cell] of row.cells.entries())
      if (cell.length > MAX_CELL)
        bounded(cell.length, MAX_CELL, label, `characters in cell ${columnLetter(index)}, line ${row.line}`)
    yield row
  }
}

/** True when half of the header's names outside ASCII are known: a few by chance are not enough. */
function knowsHeader(text: string, words: readonly string[]): boolean {
  const known = knownHeaders()
  const named = new Set(words.map(headerKey))
  const record = firstRecord(text)
  const names = record.split(sniffDelimiter(record) ?? ',').map((cell) => headerKey(cell.replaceAll('"', '')))
  const foreign = names.filter((name) => /[^\0-\x7F]/.test(name))
  const hits = foreign.filter((name) => known.has(name) || named.has(name))
  return hits.length > 0 && hits.length * 2 >= foreign.length
}

async function firstText(text: AsyncIterable<string>): Promise<string> {
  let start = ''
  for await (const chunk of text) {
    start += chunk
    if (start.length >= HEAD_BYTES) break
  }
  return start
}

function refused(source: Source, detail: string): CitywatchError {
  return new CitywatchError('CW_NOT_A_TABLE', {path: source.label, detail})
}
