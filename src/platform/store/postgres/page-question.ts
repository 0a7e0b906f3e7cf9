/** The question for a page: ended by number and by size where the rows lie. */
import {MAX_PAGE_CHARS} from '../page.ts'
import type {Question, Value} from './link.ts'

type Order = 'id' | 'key' | 'place, key'

/** A page with the row of `head` at the same instant; a page without rows has that alone. The texts are weighed where they lie. */
export function pageOf(name: string, source: string, cursor: Order, values: readonly Value[]): Question {
  const text = `
    SELECT head.seq, head.revision, page.* FROM head LEFT JOIN (
      SELECT *, sum(octet_length(state)) OVER (ORDER BY ${cursor}) - octet_length(state) AS before,
        row_number() OVER (ORDER BY ${cursor}) AS n
      FROM (${source} ORDER BY ${cursor} LIMIT $2) AS limited
    ) AS page ON page.before <= ${MAX_PAGE_CHARS} OR page.n <= 2
    ORDER BY page.n
  `
  return {name, text, values}
}
