/** A text table as rows with the line on which each begins, counted as an editor counts. */
import {pipeline, Readable} from 'node:stream'
import {CsvError, parse} from 'csv-parse'
import {CitywatchError} from '../lib/errors.ts'
import type {Delimiter} from './delimiter.ts'
import {MAX_RECORD} from './limits.ts'

export interface Row {
  /** Physical line on which the row begins, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

interface Parsed {
  readonly record: string[]
  readonly info: {readonly lines: number}
}

/**
 * Rows of RFC 4180 text, the header first; empty lines are passed over. Throws CW_NOT_A_TABLE naming the line where the
 * quoting breaks: reading on would move cells from column to column.
 */
export async function* csvRows(text: AsyncIterable<string>, delimiter: Delimiter, path: string): AsyncGenerator<Row> {
  let last = 0
  const parser = parse({
    delimiter,
    record_delimiter: ['\n'],
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: MAX_RECORD,
    // Called while parsing: rows before a fault are not all delivered.
    on_record(record, {lines}) {
      last = lines
      return record
    },
  })
  // Errors of the source reach the reader through the parser, which pipeline destroys with them.
  pipeline(Readable.from(plainLineEnds(text)), parser, () => {})
  try {
    for await (const {record, info} of parser as AsyncIterable<Parsed>) {
      yield {line: info.lines - record.reduce((breaks, cell) => breaks + count(cell), 0), cells: record}
    }
  } catch (cause) {
    throw csvError(cause, path, last)
  }
}

function count(cell: string): number {
  return cell.includes('\n') ? cell.split('\n').length - 1 : 0
}

/**
 * Every line end as \n, since the parser counts \r\n inside quotes twice. A lone \r ends lines only where it ends the first
 * one (old Macintosh files); elsewhere it is dirt and becomes a blank.
 */
async function* plainLineEnds(text: AsyncIterable<string>): AsyncGenerator<string> {
  let lone: '\n' | ' ' | undefined
  let held = ''
  for await (const chunk of text) {
    const whole = held + chunk
    held = whole.endsWith('\r') ? '\r' : ''
    const known = held ? whole.slice(0, -1) : whole
    lone ??= meaningOfLoneReturn(known)
    yield known.includes('\r') ? known.replaceAll('\r\n', '\n').replaceAll('\r', lone ?? ' ') : known
  }
  if (held) yield '\n'
}

function meaningOfLoneReturn(text: string): '\n' | ' ' | undefined {
  const first = /\r\n|\r|\n/.exec(text)?.[0]
  if (first === undefined) return undefined
  return first === '\r' ? '\n' : ' '
}

const QUOTING: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened there and never closed',
  CSV_MAX_RECORD_SIZE: `a quote is opened there and not closed within ${MAX_RECORD} characters`,
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quote (inside quotes, a quote is written twice)',
  INVALID_OPENING_QUOTE: 'a quote stands inside an unquoted cell (quote the whole cell and write the quote twice)',
}

/** `after` is the last line read well: where an open quote begins is not known better. */
function csvError(cause: unknown, path: string, after: number): unknown {
  if (!(cause instanceof CsvError)) return cause
  const line = cause.code.endsWith('ING_QUOTE') && typeof cause.lines === 'number' ? cause.lines : after + 1
  const detail = `line ${line}: ${QUOTING[cause.code] ?? cause.code}`
  return new CitywatchError('CW_NOT_A_TABLE', {path, detail}, {cause})
}
