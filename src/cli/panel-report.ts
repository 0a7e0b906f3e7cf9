/** `panel report`: records in, one report out, to a file that is whole or not there, or to standard output. */
import {resolve} from 'node:path'
import manifest from '../../package.json' with {type: 'json'}
import {CitywatchError} from '../lib/errors.ts'
import {totalsOf} from '../panel/handover/document.ts'
import type {PanelRow} from '../panel/handover/model.ts'
import {type ReportFormat, renderReport} from '../panel/handover/render.ts'
import {Survey} from '../panel/handover/survey.ts'
import type {ReportWords} from '../panel/handover/words.ts'
import {parseAccount} from '../panel/receiver-address.ts'
import type {Language} from './i18n/language.ts'
import {reportEn} from './i18n/report-en.ts'
import {reportZh} from './i18n/report-zh.ts'
import {madeAt, writeOut} from './write-out.ts'

export interface PanelReportFlags {
  readonly format: ReportFormat
  readonly out?: string | undefined
  readonly account?: string | undefined
  readonly details?: 'all' | 'failed' | 'none' | undefined
  /** ISO 8601; absent: now. */
  readonly 'made-at'?: string | undefined
}

export type ReportSum = ReturnType<typeof totalsOf>

const WORDS: Readonly<Record<Language, ReportWords>> = {en: reportEn, zh: reportZh}
/** More panels than this: only those that did not pass get pages of their own, and no more than so many. */
const MANY_PANELS = 100

/** The sums of the report. Throws CW_USAGE, CW_BAD_VALUE, CW_IO, CW_DISK_FULL, and what reading the records throws. */
export async function writeReport(
  paths: readonly string[],
  flags: PanelReportFlags,
  language: Language,
  now: number,
): Promise<ReportSum> {
  const {format, out, account, details} = flags
  requireNoRecord(out, paths)
  const generatedAt = madeAt(flags['made-at'], now)
  const survey = await Survey.of([...new Set(paths)], account === undefined ? undefined : parseAccount(account))
  try {
    const {records, rows} = survey
    const handover = {
      generatedAt,
      tool: manifest.version,
      records,
      rows,
      detailed: detailed(rows, details),
      panel: (name: string) => survey.panel(name),
    }
    const text = renderReport(format, handover, WORDS[language])
    await writeOut(text, out)
    return totalsOf(rows)
  } finally {
    await survey.close()
  }
}

/** --format, else what the name of --out says; `json` where --json asks for it. Throws CW_USAGE. */
export function formatOf(
  {format, out}: {readonly format?: ReportFormat | undefined; readonly out?: string | undefined},
  json: boolean,
): ReportFormat {
  if (json && out === undefined && (format ?? 'json') !== 'json')
    throw new CitywatchError('CW_USAGE', {detail: `--json and --format ${format} cannot both be standard output`})
  if (format !== undefined) return format
  const [, ending = ''] = /\.(\w+)$/.exec(out ?? '') ?? []
  return FORMAT_OF_ENDING[ending.toLowerCase()] ?? (json ? 'json' : 'md')
}

const FORMAT_OF_ENDING: Readonly<Record<string, ReportFormat>> = {
  html: 'html',
  htm: 'html',
  md: 'md',
  json: 'json',
  xml: 'junit',
}

function detailed(rows: readonly PanelRow[], wish: PanelReportFlags['details']): readonly PanelRow[] {
  const unwell = rows.filter(({outcome}) => outcome !== 'passed')
  switch (wish) {
    case 'all':
      return rows
    case 'failed':
      return unwell
    case 'none':
      return []
    case undefined:
      return rows.length <= MANY_PANELS ? rows : unwell.slice(0, MANY_PANELS)
  }
}

/** A record can be made only once. */
function requireNoRecord(out: string | undefined, paths: readonly string[]): void {
  if (out === undefined || !paths.some((path) => resolve(path) === resolve(out))) return
  throw new CitywatchError('CW_USAGE', {detail: `--out ${out} would overwrite the record`})
}
