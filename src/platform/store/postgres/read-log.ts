/** Reads rows of the log, by number and never more than a page is allowed to weigh. */
import type {LogEntry} from '../../../model/log-entry.ts'
import type {Json} from '../../json.ts'
import {bounded, MAX_PAGE_CHARS} from '../page.ts'
import type {LogRow} from '../port.ts'
import type {Link, Row} from './link.ts'

/**
 * Rows after a sequence, oldest first. The sequence is dense, so a page is a range: only the partitions that it touches are
 * looked at. Behind the oldest row that is kept the page begins there.
 */
export async function readLog(link: Link, after: number, limit: number): Promise<LogRow[]> {
  const {rows} = await link.ask({name: 'log', text: LOG, values: [after, limit]})
  return bounded(rows, 'entry').map(rowOf)
}

/** The text is weighed where it lies: an entry that does not fit is not even sent. */
const LOG = `
  SELECT seq, at, type, subject, entry FROM (
    SELECT seq, at, type, subject, entry,
      sum(octet_length(entry)) OVER (ORDER BY seq) - octet_length(entry) AS before, row_number() OVER (ORDER BY seq) AS n
    FROM log
    WHERE seq > greatest($1::bigint, (SELECT floor FROM head))
      AND seq <= greatest($1::bigint, (SELECT floor FROM head)) + $2::bigint
  ) AS page
  WHERE before <= ${MAX_PAGE_CHARS} OR n <= 2
  ORDER BY seq
`

function rowOf({seq, at, type, subject, entry}: Row): LogRow {
  return {
    seq: Number(seq),
    at: Number(at),
    type: String(type),
    subject: String(subject),
    entry: String(entry) as Json<LogEntry>,
  }
}
