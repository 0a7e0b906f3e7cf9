/** How the screen is divided: 80×24 suffices; from 120 columns the detail stands beside the list. */

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface Layout {
  /** Rows of the list. */
  readonly list: number
  readonly listColumns: number
  /** Rows and columns of the detail pane; 0 when it is closed. */
  readonly detail: number
  readonly detailColumns: number
}

/** Header, news, column heads, totals, footer. */
const CHROME = 5
const BESIDE_FROM = 120
const BESIDE_COLUMNS = 46
/** One rule and what `detail.ts` has to say. */
const BELOW_ROWS = 13
const MIN_LIST = 3

export function layoutOf({columns, rows}: Size, isDetailOpen: boolean): Layout {
  const room = Math.max(1, rows - CHROME)
  if (!isDetailOpen) return {list: room, listColumns: columns, detail: 0, detailColumns: 0}
  if (columns >= BESIDE_FROM) {
    return {list: room, listColumns: columns - BESIDE_COLUMNS, detail: room, detailColumns: BESIDE_COLUMNS}
  }
  const detail = Math.max(0, Math.min(BELOW_ROWS, room - MIN_LIST))
  return {list: room - detail, listColumns: columns, detail, detailColumns: columns}
}
