/** A table for a terminal: columns two cells apart, as wide as they need and the terminal allows. */
import Table from 'cli-table3'
import stringWidth from 'string-width'

/** The rows below their heads, without a line end; no wider than `width` cells where that can be. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const natural = head.map((title, index) =>
    Math.max(...[title, ...rows.map((row) => row[index] ?? '')].map((cell) => stringWidth(cell))),
  )
  const drawn = new Table({
    head: [...head],
    colWidths: fitted(natural, width).map((cellsWide) => cellsWide + GAP),
    style: {head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': GAP},
    chars: plainBorders(),
    wrapOnWordBoundary: false,
  })
  drawn.push(...rows.map((row) => [...row]))
  return drawn.toString().replace(/[^\S\n]+$/gm, '')
}

/** Cells between two columns, and the least that a column shrinks to. */
const GAP = 2
const NARROWEST = 8

/** Widths that fit into the terminal: the widest column gives way first, and is cut with an ellipsis. */
function fitted(natural: readonly number[], terminal: number): number[] {
  const widths = [...natural]
  const total = () => widths.reduce((sum, width) => sum + width + GAP, -GAP)
  while (total() > terminal) {
    const widest = widths.indexOf(Math.max(...widths))
    if ((widths[widest] ?? 0) <= NARROWEST) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

/** Nothing but gaps between columns: copies and greps well, needs no box characters. */
function plainBorders() {
  const none = ''
  return {
    top: none, 'top-mid': none, 'top-left': none, 'top-right': none,
    bottom: none, 'bottom-mid': none, 'bottom-left': none, 'bottom-right': none,
    left: none, 'left-mid': none, mid: none, 'mid-mid': none, right: none, 'right-mid': none, middle: none,
  } // biome-ignore format: a picture of a table's edges
}
