/** The cells of one row by field, made harmless, and the findings on them. */
import {safeText} from '../lib/safe-text.ts'
import {withoutLogin} from '../model/address.ts'
import type {Row} from './csv.ts'
import type {Field} from './fields.ts'
import type {Column, Mapping} from './mapping.ts'
import {type Finding, MAX_VALUE, RULES, type RuleId} from './rules.ts'

/** The cells of one row by field, and the findings on them. */
export class CellReader {
  readonly findings: Finding[]
  readonly #row: Row
  readonly #mapping: Mapping

  constructor(row: Row, mapping: Mapping, findings: Finding[]) {
    this.#row = row
    this.#mapping = mapping
    this.findings = findings
  }

  get rejected(): boolean {
    return this.findings.some(({severity}) => severity === 'error')
  }

  columns(field: Field): readonly Column[] {
    return this.#mapping.fields[field] ?? []
  }

  /** What stands in the first column of the field, '' when nothing or no such column. */
  text(field: Field): string {
    const [column] = this.columns(field)
    return column ? this.cell(column) : ''
  }

  /** The cell without outer blanks, without a login, and without the apostrophe that keeps spreadsheets from running it. */
  cell(column: Column): string {
    return withoutLogin(this.raw(column)).replace(/^'(?=[=+\-@\t\r])/, '')
  }

  raw(column: Column): string {
    return (this.#row.cells[column.index] ?? '').replace(/^[\s\u200B\uFEFF]+|[\s\u200B\uFEFF]+$/g, '')
  }

  report(rule: RuleId, field: Field | Column): void {
    const column = typeof field === 'string' ? this.columns(field)[0] : field
    const value = column ? safeText(this.cell(column), MAX_VALUE) : undefined
    const {line} = this.#row
    const where = column && {column: column.name, letter: column.letter}
    this.findings.push({line, ...where, ...(value && {value}), rule, severity: RULES[rule]})
  }
}

/** Longest key that the platform takes. */
export const MAX_KEY = 128

/** `1.30102E+19`: a spreadsheet has rounded the code; its digits are gone. */
export const ROUNDED = /^\d(?:[.,]\d+)?E\+\d+$/i

/** A code as text that names something: full-width digits made plain, no invisible or control characters. */
export function code(cells: CellReader, field: 'key' | 'site'): string {
  const text = cells.text(field).normalize('NFKC')
  if (ROUNDED.test(text)) cells.report('spreadsheet-damage', field)
  else if (text.length > MAX_KEY || safeText(text, MAX_KEY) !== text) cells.report('key-unusable', field)
  return text
}
