/** How the walk test's screen is divided: 80×24 suffices. */
import type {Size} from '../alarm-watch/layout.ts'

/** Guard, counts, column heads, footer. */
const CHROME = 4
/** A rule and the facts of a point. */
const DETAIL_ROWS = 11
const MIN_LIST = 3

interface Divided {
  readonly size: Size
  readonly isDetailOpen: boolean
  readonly tab: 'points' | 'heard'
}

/** Rows of the list. */
export function listRows(state: Divided): number {
  return Math.max(1, state.size.rows - CHROME) - detailRows(state)
}

/** Rows of the detail with its rule; 0 when it is closed. */
export function detailRows({size, isDetailOpen, tab}: Divided): number {
  if (!isDetailOpen || tab === 'heard') return 0
  return Math.max(0, Math.min(DETAIL_ROWS, Math.max(1, size.rows - CHROME) - MIN_LIST))
}
