/** Rates by day as lines in SVG: each with its own dashes and its name, so that no colour is needed. */
import {escapeXml} from '../../lib/escape-xml.ts'
import type {DayScore} from '../history.ts'
import type {Profile} from '../profile.ts'
import {rateIn} from '../score.ts'
import {type Code, nameOf} from '../tree.ts'
import type {HealthWords} from './words.ts'

const WIDTH = 720
const HEIGHT = 240
const LEFT = 48
const RIGHT = 170
const TOP = 14
const BOTTOM = 26
const LINES: readonly {readonly code: Code | undefined; readonly dash: string; readonly colour: string}[] = [
  {code: undefined, dash: '', colour: '#14181c'},
  {code: 'A11', dash: '8 3', colour: '#1f5a94'},
  {code: 'A14', dash: '3 3', colour: '#a40e0e'},
  {code: 'C11', dash: '10 3 2 3', colour: '#17632b'},
]
/** Least height of a label, so that none covers another. */
const LABEL = 13

/** Days that were not judged leave a gap. */
export function trendDrawing(days: readonly DayScore[], profile: Profile, words: HealthWords): string {
  const series = LINES.map((one) => ({...one, shares: days.map((day) => shareOf(day, one.code, profile))})).filter(
    ({shares}) => shares.some((share) => share !== undefined),
  )
  const lowest = Math.min(1, ...series.flatMap(({shares}) => shares.filter((share) => share !== undefined)))
  const floor = Math.max(0, Math.floor(lowest * 10 - 0.01) / 10)
  const x = (index: number) => LEFT + (index / Math.max(1, days.length - 1)) * (WIDTH - LEFT - RIGHT)
  const y = (share: number) => TOP + ((1 - share) / Math.max(0.05, 1 - floor)) * (HEIGHT - TOP - BOTTOM)
  const labels = spread(series.map(({shares}) => y(shares.findLast((share) => share !== undefined) ?? 1)))
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeXml(words.trend)}" font-size="11" font-family="sans-serif">`,
    ...ticks(floor).map(
      (share) =>
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${one(y(share))}" y2="${one(y(share))}" stroke="#dde1e4"/><text x="${LEFT - 6}" y="${one(y(share) + 4)}" text-anchor="end">${Math.round(share * 100)} %</text>`,
    ),
    ...series.map(({code, dash, colour, shares}, index) => {
      const label = code === undefined ? words.score : `${code} ${nameOf(code, words.language)}`
      return `<path d="${path(shares, x, y)}" fill="none" stroke="${colour}" stroke-width="1.8" stroke-dasharray="${dash}"/><text x="${WIDTH - RIGHT + 8}" y="${one((labels[index] ?? 0) + 4)}" fill="${colour}">${escapeXml(label)}</text>`
    }),
    ...[days[0], days.at(-1)].map(
      (day, index) =>
        `<text x="${index === 0 ? LEFT : WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="${index === 0 ? 'start' : 'end'}">${new Date(day?.from ?? 0).toISOString().slice(0, 10)}</text>`,
    ),
    '</svg>',
  ].join('\n')
}

function shareOf({score, cells}: DayScore, code: Code | undefined, profile: Profile): number | undefined {
  if (code === undefined) return score.judged > 0 ? score.earned / score.judged : undefined
  const rate = rateIn(cells, code, profile)
  return rate.state === 'measured' ? rate.good / rate.all : undefined
}

function path(
  shares: readonly (number | undefined)[],
  x: (index: number) => number,
  y: (share: number) => number,
): string {
  return shares
    .map((share, index) => {
      if (share === undefined) return ''
      const start = index === 0 || shares[index - 1] === undefined
      // A day alone between gaps is a short stroke, or it would not be seen.
      return `${start ? 'M' : 'L'}${one(x(index))} ${one(y(share))}${start && shares[index + 1] === undefined ? 'h3' : ''}`
    })
    .join('')
}

function ticks(floor: number): readonly number[] {
  const step = 1 - floor > 0.45 ? 0.2 : 1 - floor > 0.2 ? 0.1 : 0.05
  return Array.from({length: Math.floor((1 - floor) / step + 1.001)}, (_, index) => 1 - index * step)
}

/** The same heights, moved down where two would touch. */
function spread(heights: readonly number[]): readonly number[] {
  const placed = new Map<number, number>()
  let free = Number.NEGATIVE_INFINITY
  for (const [index, height] of [...heights.entries()].sort(([, a], [, b]) => a - b)) {
    free = Math.max(height, free)
    placed.set(index, free)
    free += LABEL
  }
  return heights.map((height, index) => placed.get(index) ?? height)
}

function one(value: number): string {
  return String(Math.round(value * 10) / 10)
}
