/** `health report`: the stored observations as one report in one form. */
import manifest from '../../package.json' with {type: 'json'}
import {type HealthReport, reportOf} from '../health/report/model.ts'
import {type ReportFormat, renderHealth} from '../health/report/render.ts'
import {allMet} from '../health/tiers.ts'
import {CitywatchError} from '../lib/errors.ts'
import {countedWithSeries, type ScoreChoice} from './health-store.ts'
import {HEALTH_WORDS} from './i18n/health-words.ts'
import type {Language} from './i18n/language.ts'
import {madeAt, writeOut} from './write-out.ts'

export interface HealthReportFlags extends ScoreChoice {
  readonly format?: ReportFormat | undefined
  readonly out?: string | undefined
  readonly 'made-at'?: string | undefined
}

export interface HealthReportSum {
  readonly cameras: number
  readonly observations: number
  /** Points in parts of a millionth. */
  readonly earned: number
  readonly judged: number
  readonly warnings: number
  readonly met: boolean
}

/** Throws CW_USAGE, CW_BAD_VALUE, CW_IO, CW_DISK_FULL, CW_FILE_NOT_FOUND. */
export async function writeHealthReport(
  flags: HealthReportFlags,
  json: boolean,
  language: Language,
  now: number,
): Promise<HealthReportSum> {
  const format = healthFormat(flags, json)
  const generatedAt = madeAt(flags['made-at'], now)
  const report = reportOf(await countedWithSeries(flags, now), {generatedAt, tool: manifest.version})
  await writeOut(renderHealth(format, report, HEALTH_WORDS[language]), flags.out)
  return sumOf(report)
}

function sumOf({score, observations, warnings, tiers}: HealthReport): HealthReportSum {
  const {cameras, earned, judged} = score
  return {cameras, observations, earned, judged, warnings: warnings.length, met: allMet(tiers)}
}

const FORMAT_OF_ENDING: Readonly<Record<string, ReportFormat>> = {
  html: 'html',
  htm: 'html',
  md: 'md',
  xlsx: 'xlsx',
  csv: 'csv',
  json: 'json',
}

/** --format, else what the name of --out says, else Markdown. Throws CW_USAGE. */
function healthFormat({format, out}: Pick<HealthReportFlags, 'format' | 'out'>, json: boolean): ReportFormat {
  const [, ending = ''] = /\.(\w+)$/.exec(out ?? '') ?? []
  const chosen = format ?? FORMAT_OF_ENDING[ending.toLowerCase()] ?? (json ? 'json' : 'md')
  if (json && out === undefined && chosen !== 'json')
    throw new CitywatchError('CW_USAGE', {detail: `--json and --format ${chosen} cannot both be standard output`})
  if (chosen === 'xlsx' && out === undefined && process.stdout.isTTY)
    throw new CitywatchError('CW_USAGE', {detail: 'a workbook is nothing for a terminal: give --out FILE'})
  return chosen
}
