/** Pages that end by number and by size, so that no answer grows with what devices sent. */

/** A page ends early when its rows are this many characters together. */
export const MAX_PAGE_CHARS = 8 * 1024 * 1024

export type Row = Record<string, unknown>

/** Rows until their texts are too many together; always at least two, so that a page can advance. */
export function bounded(rows: Iterable<Row>, column: 'entry' | 'state'): Row[] {
  const taken: Row[] = []
  let chars = 0
  for (const row of rows) {
    taken.push(row)
    chars += String(row[column]).length
    if (chars > MAX_PAGE_CHARS && taken.length > 1) break
  }
  return taken
}

/**
 * A page and where the next one begins. One row more than asked for tells that there is a next page; a page cut short for
 * its size gives its last row away for the same purpose.
 */
export function cutPage(rows: Row[], limit: number, cursor: 'id' | 'key'): {rows: Row[]; next?: unknown} {
  const full = rows.length > limit || rows.reduce((sum, row) => sum + String(row.state).length, 0) > MAX_PAGE_CHARS
  if (!full || rows.length < 2) return {rows}
  const page = rows.slice(0, -1)
  return {rows: page, next: page.at(-1)?.[cursor]}
}
