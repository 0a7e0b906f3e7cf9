/** Text in terminal cells: Chinese takes two each, so widths are measured, never counted. */
import stringWidth from 'string-width'
import {safeText} from '../../lib/safe-text.ts'

/** One piece of a line in one style. */
export interface Segment {
  readonly text: string
  readonly color?: 'red' | 'yellow' | 'cyan' | 'green'
  readonly bold?: boolean
  readonly dim?: boolean
  readonly inverse?: boolean
}

export type Line = readonly Segment[]

const ASCII = /^[\x20-\x7e]*$/
/** Code points that a line may have; wider than any terminal. */
const MAX_LINE = 4_096
const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'})

/** Whatever got here unsafe ends here: a line break would forge a row. */
function harmless(text: string): string {
  return ASCII.test(text) ? text : safeText(text, MAX_LINE)
}

export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text)
}

/** Exactly `width` cells: cut between characters with `mark` at the end, or filled with spaces. */
export function padded(raw: string, width: number, mark = '…'): string {
  if (width <= 0) return ''
  const text = harmless(raw)
  const is = widthOf(text)
  if (is <= width) return text + ' '.repeat(width - is)
  let kept = ''
  let used = 0
  for (const {segment} of graphemes.segment(text)) {
    const cells = widthOf(segment)
    if (used + cells > width - 1) break
    kept += segment
    used += cells
  }
  return kept + mark + ' '.repeat(width - used - 1)
}

/** Right-aligned; what is too wide is cut. */
export function paddedLeft(text: string, width: number): string {
  const is = widthOf(text)
  return is > width ? padded(text, width) : ' '.repeat(width - is) + text
}

/** Lines of at most `width` cells, broken between words where there are any. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const {segment} of graphemes.segment(text)) {
    if (widthOf(line) + widthOf(segment) <= width) {
      line += segment
      continue
    }
    const space = line.lastIndexOf(' ')
    const isWordy = segment !== ' ' && space > width / 2
    lines.push(isWordy ? line.slice(0, space) : line)
    line = (isWordy ? line.slice(space + 1) : '') + (segment === ' ' ? '' : segment)
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

/** A line cut or filled to `width` cells; styles end where their text ends. */
export function fitLine(line: Line, width: number, mark?: string): Line {
  const fitted: Segment[] = []
  let room = width
  for (const segment of line) {
    if (room <= 0) break
    const text = harmless(segment.text)
    const is = widthOf(text)
    fitted.push({...segment, text: is > room ? padded(text, room, mark) : text})
    room -= Math.min(is, room)
  }
  return room > 0 ? [...fitted, {text: ' '.repeat(room)}] : fitted
}
