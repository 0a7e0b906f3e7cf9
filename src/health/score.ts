/** The score: counts of many cameras against a profile. Whole numbers throughout, so the same counts give the same score bit for bit. */
import {type CameraBook, type Cell, type Cells, daysOf, emptyCell, type Period} from './book.ts'
import type {Profile} from './profile.ts'
import {BESIDE, type BesideCode, type Code, type IndicatorCode, type Level, TREE} from './tree.ts'

/** One point is so many parts; shares are cut off here and nowhere else, always downward. */
export const PARTS = 1_000_000

/** `measured`; `uncovered`: observed too little to be judged; `not-measured`: nothing is known. Neither of the two is ever full marks. */
export type State = 'measured' | 'uncovered' | 'not-measured'

export interface Rate extends Readonly<Cell> {
  readonly state: State
}

/** Points in parts of a millionth. `judged`: what could be had of what was measured; `unjudged`: the rest of the weights. */
export interface Points {
  readonly earned: number
  readonly judged: number
  readonly unjudged: number
}

export interface IndicatorScore extends Rate, Points {
  readonly code: IndicatorCode
}

interface ObjectScore extends Points {
  readonly code: string
  readonly indicators: readonly IndicatorScore[]
}

interface LevelScore extends Points {
  readonly code: string
  readonly objects: readonly ObjectScore[]
}

export interface Score extends Points {
  readonly cameras: number
  readonly levels: readonly LevelScore[]
  /** Judged beside the tree, without points. */
  readonly beside: Readonly<Record<BesideCode, Rate>>
}

/** The counts of all these cameras together. What an indicator is due of cameras that never had a sample is due all the same. */
export function sumOf(books: readonly Pick<CameraBook, 'cells'>[], period: Period): Cells {
  const sum: Cells = new Map()
  for (const {cells} of books) {
    for (const [code, cell] of cells) {
      const total = sum.get(code) ?? emptyCell()
      sum.set(code, total)
      total.good += cell.good
      total.all += cell.all
      total.observed += cell.observed
    }
  }
  const seconds = Math.floor(period.to / 1_000) - Math.floor(period.from / 1_000)
  for (const [code, cell] of sum) cell.due = books.length * (code === 'A11' ? seconds : daysOf(period))
  for (const [code, {good, all}] of sum) {
    if (!Number.isSafeInteger(all) || good > all) throw new RangeError(`counts of ${code} are out of range`)
  }
  return sum
}

/** Throws a RangeError when counts are too large to be exact. */
export function scoreOf(cells: Cells, cameras: number, profile: Profile): Score {
  const levels: readonly Level[] = TREE
  const scored = levels.map(({code, objects}) => {
    const children = objects.map((object) => {
      const indicators = object.indicators.map((indicator) => indicatorScore(indicator.code, cells, profile))
      return {code: object.code, ...pointsOf(indicators), indicators}
    })
    return {code, ...pointsOf(children), objects: children}
  })
  const beside = Object.fromEntries(
    Object.keys(BESIDE).map((code) => [code, rateOf(cells.get(code as BesideCode), profile)]),
  ) as Record<BesideCode, Rate>
  return {cameras, ...pointsOf(scored), levels: scored, beside}
}

/** What is known of one indicator. */
export function rateIn(cells: Cells, code: Code, profile: Profile): Rate {
  return rateOf(cells.get(code), profile)
}

function rateOf(cell: Cell | undefined, {minCoverage}: Profile): Rate {
  if (!cell || cell.all === 0) return {...emptyCell(), state: 'not-measured'}
  return {...cell, state: reaches(cell.observed, cell.due, minCoverage.atLeast) ? 'measured' : 'uncovered'}
}

function indicatorScore(code: IndicatorCode, cells: Cells, profile: Profile): IndicatorScore {
  const rate = rateIn(cells, code, profile)
  const points = profile.weights[code] * PARTS
  if (rate.state !== 'measured') return {code, ...rate, earned: 0, judged: 0, unjudged: points}
  const earned = Number((BigInt(points) * BigInt(rate.good)) / BigInt(rate.all))
  return {code, ...rate, earned, judged: points, unjudged: 0}
}

/** A parent is the sum of its children. */
function pointsOf(children: readonly Points[]): Points {
  return children.reduce(
    (sum, {earned, judged, unjudged}) => ({
      earned: sum.earned + earned,
      judged: sum.judged + judged,
      unjudged: sum.unjudged + unjudged,
    }),
    {earned: 0, judged: 0, unjudged: 0},
  )
}

/** Whether `part` of `whole` is at least so many ten-thousandths: compared exactly, never by what is printed. */
export function reaches(part: number, whole: number, tenThousandths: number): boolean {
  return whole > 0 && BigInt(part) * 10_000n >= BigInt(whole) * BigInt(tenThousandths)
}

/** `97.99 %`, cut off and never rounded up, so that what is printed never passes where the count does not. */
export function percentText(part: number, whole: number): string {
  if (whole === 0) return '-'
  const hundredths = (BigInt(part) * 10_000n) / BigInt(whole)
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')} %`
}

/** `18.32`, cut off. */
export function pointsText(parts: number): string {
  const hundredths = Math.floor(parts / (PARTS / 100))
  return `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`
}
