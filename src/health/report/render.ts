/** One report in the form that was asked for, piece by piece. */
import {csvOf} from './csv.ts'
import {documentOf} from './document.ts'
import {htmlOf} from './html.ts'
import {jsonOf} from './json.ts'
import {markdownOf} from './markdown.ts'
import type {HealthReport} from './model.ts'
import {sheetsOf} from './sheets.ts'
import type {HealthWords} from './words.ts'
import {xlsxOf} from './xlsx.ts'

export const REPORT_FORMATS = ['html', 'md', 'xlsx', 'csv', 'json'] as const
export type ReportFormat = (typeof REPORT_FORMATS)[number]

export function renderHealth(
  format: ReportFormat,
  report: HealthReport,
  words: HealthWords,
): Iterable<string | Uint8Array> {
  switch (format) {
    case 'html':
      return htmlOf(documentOf(report, words), words.tag, words.title)
    case 'md':
      return markdownOf(documentOf(report, words))
    case 'csv':
      return csvOf(report, words)
    case 'xlsx':
      return xlsxOf(sheetsOf(report, words))
    case 'json':
      return jsonOf(report)
  }
}
