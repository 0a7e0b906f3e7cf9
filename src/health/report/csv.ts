/** The indicators of the whole and of each group as CSV for spreadsheets: UTF-8 with its mark, CRLF, no cell that runs as a formula. */
import type {HealthReport} from './model.ts'
import {type CellValue, sheetsOf} from './sheets.ts'
import type {HealthWords} from './words.ts'

export function* csvOf(report: HealthReport, words: HealthWords): Generator<string> {
  const sheet = sheetsOf(report, words).find(({name}) => name === 'Indicators')
  if (!sheet) return
  yield `\uFEFF${sheet.head.map(csvCell).join(',')}\r\n`
  for (const row of sheet.rows()) yield `${row.map(csvCell).join(',')}\r\n`
}

/** Quoted where needed; text that a spreadsheet would run as a formula gets an apostrophe (OWASP CSV injection). */
export function csvCell(value: CellValue): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value)
  const inert = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(value) ? `'${value}` : value
  return /[",\n\r']/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
