/** One report in the form that was asked for, piece by piece: no form is ever whole in memory. */
import {documentOf, type Handover} from './document.ts'
import {htmlOf} from './html.ts'
import {jsonOf} from './json.ts'
import {junitOf} from './junit.ts'
import {markdownOf} from './markdown.ts'
import type {ReportWords} from './words.ts'

export type ReportFormat = 'html' | 'md' | 'json' | 'junit'

export function renderReport(format: ReportFormat, handover: Handover, words: ReportWords): AsyncGenerator<string> {
  switch (format) {
    case 'html':
      return htmlOf(documentOf(handover, words), words.tag, titleOf(handover, words))
    case 'md':
      return markdownOf(documentOf(handover, words))
    case 'json':
      return jsonOf(handover)
    case 'junit':
      return junitOf(handover)
  }
}

function titleOf({rows}: Handover, words: ReportWords): string {
  const [only] = rows
  return only && rows.length === 1 ? `${words.title}: ${only.account} ${only.name}`.trim() : words.title
}
