/** How a health score looks: the tree line by line, groups, losses, and the judgement of each tier. */
import type {IndicatorLoss, ReasonLoss} from '../../health/explain.ts'
import type {Group} from '../../health/groups.ts'
import {demandText, standing} from '../../health/profile.ts'
import {type Points, percentText, pointsText, type Rate, rateIn, type Score} from '../../health/score.ts'
import type {Judgement} from '../../health/tiers.ts'
import {BESIDE, type Code, INDICATORS, type Level, nameOf, TREE} from '../../health/tree.ts'
import type {Counted} from '../health-store.ts'
import type {Language} from '../i18n/language.ts'
import {reasonWords} from '../i18n/reasons.ts'
import type {Column} from './rows.ts'

/** A line of the tree: a level, an object, an indicator, or a rate beside the tree. */
export interface TreeLine {
  readonly code: string
  readonly name: string
  readonly rate?: Rate
  readonly points?: Points
  readonly formula?: string
}

export const TREE_COLUMNS: readonly Column<TreeLine>[] = [
  {name: 'code', header: 'CODE', value: ({code}) => code},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'rate', header: 'RATE', value: ({rate}) => rate && rateText(rate)},
  {name: 'good', header: 'GOOD', value: ({rate}) => (rate && rate.all > 0 ? rate.good : undefined)},
  {name: 'all', header: 'ALL', value: ({rate}) => (rate && rate.all > 0 ? rate.all : undefined)},
  {
    name: 'coverage',
    header: 'COVERAGE',
    value: ({rate}) => (rate && rate.all > 0 ? percentText(rate.observed, rate.due) : undefined),
  },
  {
    name: 'points',
    header: 'POINTS',
    value: ({points}) => points && `${pointsText(points.earned)}/${pointsText(points.judged)}`,
  },
  {name: 'unjudged', header: 'NOT JUDGED', value: ({points}) => points && pointsText(points.unjudged)},
  {name: 'formula', header: 'GOOD ÷ ALL', wide: true, value: ({formula}) => formula},
]

/** Parents before their children. */
export function treeLines(score: Score, language: Language): readonly TreeLine[] {
  const levels: readonly Level[] = TREE
  const lines = score.levels.flatMap((level) => {
    const names = levels.find(({code}) => code === level.code)
    return [
      {code: level.code, name: names?.[language] ?? '', points: level},
      ...level.objects.flatMap((object) => [
        {
          code: object.code,
          name: names?.objects.find(({code}) => code === object.code)?.[language] ?? '',
          points: object,
        },
        ...object.indicators.map((one) => ({
          code: one.code,
          name: nameOf(one.code, language),
          rate: one,
          points: one,
          formula: formulaOf(one.code),
        })),
      ]),
    ]
  })
  const beside = Object.entries(score.beside).map(([code, rate]) => ({
    code,
    name: nameOf(code as Code, language),
    rate,
    formula: formulaOf(code as Code),
  }))
  return [...lines, ...beside]
}

function formulaOf(code: Code): string {
  if (code === 'CLK' || code === 'RET') return BESIDE[code].formula
  return INDICATORS.find((one) => one.code === code)?.formula ?? ''
}

/** `97.99 %`; with a question mark where too little was observed to judge. */
export function rateText(rate: Rate): string {
  if (rate.state === 'not-measured') return 'not measured'
  return `${percentText(rate.good, rate.all)}${rate.state === 'uncovered' ? ' ?' : ''}`
}

const GROUP_CODES: readonly Code[] = ['A11', 'A12', 'A13', 'A14', 'C11', 'C12', 'CLK', 'RET']

export function groupColumns({profile}: Pick<Counted, 'profile'>): readonly Column<Group>[] {
  return [
    {name: 'group', header: 'GROUP', value: ({name}) => name || '(none)'},
    {name: 'depth', header: 'DEPTH', wide: true, value: ({depth}) => depth},
    {name: 'cameras', header: 'CAMERAS', value: ({score}) => score.cameras},
    {name: 'score', header: 'SCORE', value: ({score}) => percentText(score.earned, score.judged)},
    ...GROUP_CODES.map((code) => ({
      name: code.toLowerCase(),
      header: code,
      value: ({cells}: Group) => rateText(rateIn(cells, code, profile)),
    })),
  ]
}

/** A reason of one indicator. */
export interface LossLine extends ReasonLoss {
  readonly code: Code
}

export function lossLines(losses: readonly IndicatorLoss[]): readonly LossLine[] {
  return losses.flatMap(({code, reasons}) => reasons.map((reason) => ({code, ...reason})))
}

export function lossColumns(language: Language): readonly Column<LossLine>[] {
  return [
    {name: 'code', header: 'CODE', value: ({code}) => code},
    {name: 'name', header: 'NAME', value: ({code}) => nameOf(code, language)},
    {name: 'reason', header: 'REASON', value: ({reason}) => reason},
    {name: 'points', header: 'POINTS', value: ({points}) => pointsText(points)},
    {name: 'lost', header: 'LOST', value: ({lost}) => lost},
    {name: 'cameras', header: 'CAMERAS', value: ({cameras}) => cameras.length},
    {
      name: 'worst',
      header: 'WORST',
      value: ({cameras}) =>
        cameras
          .slice(0, 3)
          .map(({camera, lost}) => `${camera} (${lost})`)
          .join(', '),
    },
    {name: 'advice', header: 'WHAT TO DO', wide: true, value: ({reason}) => reasonWords(reason, language)},
  ]
}

const SIGNS: Readonly<Record<Judgement['outcome'], string>> = {met: 'met', under: 'UNDER', unknown: 'NOT KNOWN'}

/** The lines below the table: what was counted, the score, every threshold with its source. */
export function scoreSummary(tally: Counted, score: Score, judgements: readonly Judgement[]): string {
  const {profile, period, observations, unreadable} = tally
  return [
    `${count(score.cameras, 'camera')}, ${count(observations, 'observation')} from ${stamp(period.from)} to ${stamp(period.to)}, profile ${profile.name} ${profile.version}`,
    `score ${percentText(score.earned, score.judged)}: ${pointsText(score.earned)} of ${pointsText(score.judged)} points judged, ${pointsText(score.unjudged)} not judged`,
    ...judgements.map(judgementText),
    ...(judgements.length === 0 ? [`no threshold of profile ${profile.name} could be asked`] : []),
    ...(unreadable > 0 ? [`${count(unreadable, 'stored line')} could not be read and were left out`] : []),
  ].join('\n')
}

/** `tier key: A14 97.00 % UNDER A14 ≥ 98.00 % (key) — source` */
function judgementText({tier, cameras, threshold, rate, outcome}: Judgement): string {
  return `tier ${tier} (${cameras}): ${threshold.code} ${rateText(rate)}, coverage ${percentText(rate.observed, rate.due)}: ${SIGNS[outcome]}: ${demandText(threshold)} [${standing(threshold)}]`
}

export function stamp(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
