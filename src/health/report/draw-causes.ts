/** Cameras by cause as bars in SVG, each with its number. */
import {escapeXml} from '../../lib/escape-xml.ts'
import type {CauseCount} from './model.ts'
import type {HealthWords} from './words.ts'

const WIDTH = 720
const ROW = 22
const LEFT = 150
const RIGHT = 70
const MAX_BARS = 30

export function causesDrawing(causes: readonly CauseCount[], words: HealthWords): string {
  const shown = causes.slice(0, MAX_BARS)
  const most = Math.max(1, ...shown.map(({cameras}) => cameras))
  const bars = shown.map(({cause, cameras}, index) => {
    const wide = Math.max(1, (cameras / most) * (WIDTH - LEFT - RIGHT))
    const y = index * ROW + 4
    return `<text x="${LEFT - 8}" y="${y + 11}" text-anchor="end">${escapeXml(cause)}</text><rect x="${LEFT}" y="${y}" width="${Math.round(wide * 10) / 10}" height="14" fill="#7d2a2a"/><text x="${Math.round(LEFT + wide + 6)}" y="${y + 11}">${cameras}</text>`
  })
  return [
    `<svg viewBox="0 0 ${WIDTH} ${shown.length * ROW + 6}" role="img" aria-label="${escapeXml(words.causes)}" font-size="11" font-family="sans-serif">`,
    ...bars,
    '</svg>',
  ].join('\n')
}
