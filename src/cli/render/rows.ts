/** Prints a list: a table for people, tab-separated lines for pipes, and the forms that programs read. */
import {once} from 'node:events'
import {CitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {Format} from '../flags.ts'

export interface Column<T> {
  /** Stable, lower case: what --columns and the CSV header say. */
  readonly name: string
  /** What people read above the column. */
  readonly header: string
  /** Undefined prints as nothing. */
  readonly value: (item: T) => string | number | undefined
  /** Only with -o wide, or when named by --columns. */
  readonly wide?: true
}

export interface RowOptions<T> {
  readonly format: Format
  /** `--columns`: names separated by commas. */
  readonly columns?: string | undefined
  /** What `-o name` prints of an item. */
  readonly nameOf: (item: T) => string
  readonly out: NodeJS.WritableStream & {readonly isTTY?: boolean; readonly columns?: number}
}

/** Rows that a drawn table may have; more are printed plain, since drawing waits for the last row. */
const MAX_DRAWN = 1_000

/** Prints the items and returns them; with jsonl, csv, tsv and name each is printed as it comes and none is kept. */
export async function printRows<T>(
  items: Iterable<T> | AsyncIterable<T>,
  columns: readonly Column<T>[],
  options: RowOptions<T>,
): Promise<T[]> {
  const shown = chooseColumns(columns, options)
  switch (options.format) {
    case 'json':
      return collect(items)
    case 'jsonl':
      return stream(items, options.out, (item) => JSON.stringify(item))
    case 'name':
      return stream(items, options.out, options.nameOf)
    case 'csv':
      await write(options.out, `${shown.map(({name}) => csvCell(name)).join(',')}\n`)
      return stream(items, options.out, (item) => cells(shown, item).map(csvCell).join(','))
    case 'tsv':
      await write(options.out, `${shown.map(({name}) => name).join('\t')}\n`)
      return stream(items, options.out, (item) => cells(shown, item).join('\t'))
    case 'table':
    case 'wide':
      return options.out.isTTY
        ? draw(items, shown, options)
        : stream(items, options.out, (item) => cells(shown, item).join('\t'))
  }
}

function chooseColumns<T>(columns: readonly Column<T>[], options: RowOptions<T>): readonly Column<T>[] {
  if (options.columns === undefined) return columns.filter(({wide}) => !wide || options.format !== 'table')
  return options.columns.split(',').map((name) => {
    const column = columns.find((candidate) => candidate.name === name.trim())
    if (column) return column
    throw new CitywatchError('CW_BAD_VALUE', {
      field: '--columns',
      value: safeText(name, 60),
      expected: columns.map((candidate) => candidate.name).join(', '),
    })
  })
}

function cells<T>(columns: readonly Column<T>[], item: T): string[] {
  return columns.map(({value}) => safeText(String(value(item) ?? '')))
}

/** RFC 4180 quoting; a cell that a spreadsheet would run as a formula gets an apostrophe (OWASP CSV injection). */
function csvCell(text: string): string {
  const inert = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text
  return /[",\n\r']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

async function collect<T>(items: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

async function stream<T>(
  items: Iterable<T> | AsyncIterable<T>,
  out: NodeJS.WritableStream,
  line: (item: T) => string,
): Promise<T[]> {
  for await (const item of items) await write(out, `${line(item)}\n`)
  return []
}

/** Writes and waits for a slow reader, so that memory stays constant and nothing is lost. */
async function write(out: NodeJS.WritableStream, text: string): Promise<void> {
  if (!out.write(text)) await once(out, 'drain')
}

async function draw<T>(
  items: Iterable<T> | AsyncIterable<T>,
  columns: readonly Column<T>[],
  options: RowOptions<T>,
): Promise<T[]> {
  const {out} = options
  const {table} = await import('./table.ts')
  const all = await collect(items)
  if (all.length > MAX_DRAWN) return stream(all, out, (item) => cells(columns, item).join('\t'))
  const rows = all.map((item) => cells(columns, item))
  // A column that nobody asked for by name and that says nothing is left out.
  const told = columns.map((_, index) => options.columns !== undefined || rows.some((row) => row[index] !== ''))
  const kept = <C>(line: readonly C[]) => line.filter((_, index) => told[index])
  await write(out, `${await table(kept(columns.map(({header}) => header)), rows.map(kept), out.columns)}\n`)
  return all
}
