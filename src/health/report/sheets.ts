/** The report as sheets of a workbook: everything, also what the forms for people cut. */
import {DIMENSIONS, flattened} from '../groups.ts'
import {demandText, standing} from '../profile.ts'
import {PARTS, type Rate, rateIn, type Score} from '../score.ts'
import {tierOf} from '../tiers.ts'
import {CODES, nameOf} from '../tree.ts'
import {SHOWN} from './document.ts'
import type {HealthReport} from './model.ts'
import type {HealthWords} from './words.ts'

/** Undefined is an empty cell. */
export type CellValue = string | number | undefined

export interface Sheet {
  readonly name: string
  readonly head: readonly string[]
  readonly rows: () => Iterable<readonly CellValue[]>
}

export function sheetsOf(report: HealthReport, words: HealthWords): readonly Sheet[] {
  return [
    summary(report),
    {
      name: 'Indicators',
      head: ['part', 'group', 'cameras', 'code', 'name', 'good', 'all', 'observed', 'due', 'state', 'rate', 'points', 'points judged', 'points not judged'],
      rows: () => indicatorRows(report, words),
    },
    {
      name: 'Tiers',
      head: ['tier', 'cameras', 'outcome', 'code', 'good', 'all', 'observed', 'due', 'rate', 'demand', 'source'],
      rows: () =>
        report.tiers.map(({tier, cameras, outcome, rate, threshold}) => [
          tier, cameras, outcome, threshold.code, rate.good, rate.all, rate.observed, rate.due, share(rate), demandText(threshold), standing(threshold),
        ]),
    },
    {
      name: 'Days',
      head: ['from', 'points', 'points judged', ...SHOWN.flatMap((code) => [`${code} good`, `${code} all`])],
      rows: () =>
        report.days.map(({from, score, cells}) => [
          new Date(from).toISOString(),
          score.earned / PARTS,
          score.judged / PARTS,
          ...SHOWN.flatMap((code) => [cells.get(code)?.good, cells.get(code)?.all]),
        ]),
    },
    {name: 'Losses', head: ['code', 'reason', 'points of the reason', 'camera', 'lost', 'what to do'], rows: () => lossRows(report, words)},
    {
      name: 'Warnings',
      head: ['camera', 'metric', 'now', 'limit', 'per day', 'expected'],
      rows: () =>
        report.warnings.map(({camera, metric, now, limit, perDay, at}) => [camera, metric, now, limit, perDay, new Date(at).toISOString()]),
    },
    {
      name: 'Cameras',
      head: ['camera', 'name', 'jurisdiction', 'industry', 'tier', 'maker', 'latitude', 'longitude', 'verdict', 'cause', 'last seen', ...SHOWN.flatMap((code) => [`${code} good`, `${code} all`])],
      rows: () => cameraRows(report),
    },
  ]
} // biome-ignore format: one sheet a paragraph

function summary({generatedAt, tool, profile, period, observations, unreadable, score}: HealthReport): Sheet {
  return {
    name: 'Summary',
    head: ['what', 'value'],
    rows: () => [
      ['profile', `${profile.name} ${profile.version}`],
      ['from', new Date(period.from).toISOString()],
      ['to', new Date(period.to).toISOString()],
      ['cameras', score.cameras],
      ['observations', observations],
      ['unreadable lines', unreadable],
      ['points', score.earned / PARTS],
      ['points judged', score.judged / PARTS],
      ['points not judged', score.unjudged / PARTS],
      ['made at', new Date(generatedAt).toISOString()],
      ['made by', `citywatch ${tool}`],
    ],
  }
}

/** Every indicator of the whole and of each group. */
function* indicatorRows(report: HealthReport, words: HealthWords): Generator<readonly CellValue[]> {
  yield* rowsOf('all', '', report.score, words)
  for (const dimension of DIMENSIONS)
    for (const {name, score} of flattened(report.groups[dimension])) yield* rowsOf(dimension, name, score, words)
}

function* rowsOf(part: string, group: string, score: Score, words: HealthWords): Generator<readonly CellValue[]> {
  const indicators = score.levels.flatMap(({objects}) => objects).flatMap((object) => object.indicators)
  const points = new Map<string, (typeof indicators)[number]>(indicators.map((one) => [one.code, one]))
  for (const code of CODES) {
    const scored = points.get(code)
    const rate: Rate = scored ?? score.beside[code as 'CLK' | 'RET']
    // A group says what is known of it; what nobody measures is told once, for the whole.
    if (part !== 'all' && rate.state === 'not-measured') continue
    yield [
      part, group, score.cameras, code, nameOf(code, words.language), rate.good, rate.all, rate.observed, rate.due, rate.state, share(rate),
      scored && scored.earned / PARTS, scored && scored.judged / PARTS, scored && scored.unjudged / PARTS,
    ] // biome-ignore format: the columns in their order
  }
}

function* lossRows({losses}: HealthReport, words: HealthWords): Generator<readonly CellValue[]> {
  for (const {code, reasons} of losses)
    for (const {reason, points, cameras} of reasons)
      for (const {camera, lost} of cameras) yield [code, reason, points / PARTS, camera, lost, words.advice(reason)]
}

function* cameraRows({books, profile}: HealthReport): Generator<readonly CellValue[]> {
  for (const {camera, facts, last, cells} of books) {
    const counts = SHOWN.flatMap((code) => {
      const {good, all} = rateIn(cells, code, profile)
      return all > 0 ? [good, all] : [undefined, undefined]
    })
    const {name, jurisdiction, industry, maker, latitude, longitude} = facts
    const place = [latitude, longitude]
    yield [
      camera,
      name,
      jurisdiction,
      industry,
      tierOf(facts),
      maker,
      ...place,
      last.verdict,
      last.cause,
      new Date(last.at).toISOString(),
      ...counts,
    ]
  }
}

/** Good ÷ all as a number; empty where nothing was measured. */
function share({good, all}: Rate): number | undefined {
  return all > 0 ? good / all : undefined
}
