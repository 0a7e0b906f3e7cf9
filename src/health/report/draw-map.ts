/** Where the cameras are and how: points in SVG, north up, no base map and no network. Shape tells what colour tells. */
import {escapeXml} from '../../lib/escape-xml.ts'
import type {Verdict} from '../../model/probe.ts'
import type {CameraBook} from '../book.ts'
import type {HealthWords} from './words.ts'

const WIDTH = 720
const MAX_HEIGHT = 720
const MARGIN = 16
const LEGEND = 26
/** More points than this are drawn as the worst and the number of each field of the grid. */
const MAX_POINTS = 4_000
const FIELD = 6

type Class = 'well' | 'impaired' | 'unknown' | 'unwell'
/** From best to worst: the worst of a field is what the field shows. */
const CLASSES: readonly Class[] = ['well', 'impaired', 'unknown', 'unwell']
const CLASS_OF: Readonly<Record<Verdict, Class>> = {
  healthy: 'well',
  answers: 'unknown',
  impaired: 'impaired',
  sick: 'unwell',
  dead: 'unwell',
  unknown: 'unknown',
}

interface Spot {
  readonly x: number
  readonly y: number
  readonly kind: Class
  readonly title: string
}

export function mapDrawing(books: readonly CameraBook[], words: HealthWords): string {
  const {height, place} = projection(books)
  const spots = books.map((book) => {
    const {latitude = 0, longitude = 0, name} = book.facts
    const kind = CLASS_OF[book.last.verdict]
    const title = `${book.camera}${name ? ` ${name}` : ''}: ${book.last.verdict}${book.last.cause ? `, ${book.last.cause}` : ''}`
    return {...place(latitude, longitude), kind, title}
  })
  const drawn = (spots.length > MAX_POINTS ? fields(spots) : spots).toSorted(
    (one, other) => CLASSES.indexOf(one.kind) - CLASSES.indexOf(other.kind),
  )
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height + LEGEND}" role="img" aria-label="${escapeXml(words.map)}" font-size="11" font-family="sans-serif">`,
    `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" fill="#fbfcfc" stroke="#c8ccd0"/>`,
    ...drawn.map((spot) => shape(spot)),
    ...legend(height + 17, words),
    '</svg>',
  ].join('\n')
}

/** Degrees to drawing: a degree of longitude is as wide as it is at the middle latitude. */
function projection(books: readonly CameraBook[]) {
  let [south, north, west, east] = [90, -90, 180, -180]
  for (const {facts} of books) {
    south = Math.min(south, facts.latitude ?? south)
    north = Math.max(north, facts.latitude ?? north)
    west = Math.min(west, facts.longitude ?? west)
    east = Math.max(east, facts.longitude ?? east)
  }
  const squeeze = Math.max(0.01, Math.cos((((south + north) / 2) * Math.PI) / 180))
  const wide = Math.max((east - west) * squeeze, 1e-6)
  const high = Math.max(north - south, 1e-6)
  const scale = Math.min((WIDTH - 2 * MARGIN) / wide, (MAX_HEIGHT - 2 * MARGIN) / high)
  const height = Math.max(120, Math.round(high * scale + 2 * MARGIN))
  const left = (WIDTH - wide * scale) / 2
  const top = (height - high * scale) / 2
  const place = (latitude: number, longitude: number) => ({
    x: left + (longitude - west) * squeeze * scale,
    y: top + (north - latitude) * scale,
  })
  return {height, place}
}

function fields(spots: readonly Spot[]): readonly Spot[] {
  const grid = Map.groupBy(spots, ({x, y}) => `${Math.floor(x / FIELD)} ${Math.floor(y / FIELD)}`)
  return [...grid.values()].map((inside) => {
    const worst = inside.reduce((one, other) => (CLASSES.indexOf(other.kind) > CLASSES.indexOf(one.kind) ? other : one))
    return inside.length === 1 ? worst : {...worst, title: `${worst.title} (+${inside.length - 1})`}
  })
}

const COLOURS: Readonly<Record<Class, string>> = {
  well: '#17632b',
  impaired: '#7a5200',
  unknown: '#6b747c',
  unwell: '#a40e0e',
}

function shape({x, y, kind, title}: Spot): string {
  const [left, top] = [Math.round(x * 10) / 10, Math.round(y * 10) / 10]
  const inside = title === '' ? '' : `<title>${escapeXml(title)}</title>`
  const at = `fill="${COLOURS[kind]}" fill-opacity="0.8"`
  switch (kind) {
    case 'well':
      return `<circle cx="${left}" cy="${top}" r="2.4" ${at}>${inside}</circle>`
    case 'impaired':
      return `<rect x="${left - 2.6}" y="${top - 2.6}" width="5.2" height="5.2" ${at}>${inside}</rect>`
    case 'unknown':
      return `<circle cx="${left}" cy="${top}" r="2.8" fill="none" stroke="${COLOURS.unknown}" stroke-width="1.4">${inside}</circle>`
    case 'unwell':
      return `<path d="M${left} ${top - 4.4}l4.2 7.4h-8.4z" ${at}>${inside}</path>`
  }
}

function legend(y: number, words: HealthWords): readonly string[] {
  const names: readonly (readonly [Class, string])[] = [
    ['well', words.healthy],
    ['impaired', words.impaired],
    ['unwell', words.unwell],
    ['unknown', words.unknown],
  ]
  return names.map(([kind, name], index) => {
    const x = 12 + index * 150
    return `${shape({x, y: y - 4, kind, title: ''})}<text x="${x + 9}" y="${y}">${escapeXml(name)}</text>`
  })
}
