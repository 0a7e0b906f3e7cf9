/** The score of each day of a period; their counts add up to those of the whole. */
import {type Cells, DAY_MS} from './book.ts'
import {type Score, scoreOf} from './score.ts'
import type {Tally} from './tally.ts'

export interface DayScore {
  /** Ms since the epoch; a day is 24 hours from here, the last one up to the end of the period. */
  readonly from: number
  readonly cells: Cells
  readonly score: Score
}

export function daysScored({days, books, period, profile}: Tally): readonly DayScore[] {
  return days.map((cells, index) => ({
    from: period.from + index * DAY_MS,
    cells,
    score: scoreOf(cells, books.length, profile),
  }))
}
