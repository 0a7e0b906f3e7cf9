/** Reads users, tokens and sessions, and the audit log. */
import type {AccessRecord} from '../../access/records.ts'
import type {KeptLine} from '../../audit/line.ts'
import {ACCESS_VERSION} from '../book/access.ts'
import type {AuditPageRequest, AuditRows} from '../port.ts'
import type {Link, Value} from './link.ts'
import {subtree} from './read-places.ts'

export async function readAccess(link: Link): Promise<readonly AccessRecord[]> {
  const {rows} = await link.ask({name: 'access', text: 'SELECT state FROM access'})
  return rows.map(({state}) => JSON.parse(String(state)) as AccessRecord)
}

export async function readAccessVersion(link: Link): Promise<number> {
  const text = 'SELECT value FROM counter WHERE name = $1'
  const {rows} = await link.ask({name: 'access version', text, values: [ACCESS_VERSION]})
  return Number(rows[0]?.value ?? 0)
}

/** Lines that one page looks through for those that fit. */
const MAX_SCANNED = 20_000

/** A page may be shorter than asked for, or empty, and still have a next one. */
export async function readAudit(link: Link, asked: AuditPageRequest): Promise<AuditRows> {
  const {after, limit, who, what, since, until, within} = asked
  const tests = ['at BETWEEN $3 AND $4']
  const values: Value[] = [after, limit + 1, since, until]
  const test = (text: (n: number) => string, ...given: readonly string[]) => {
    tests.push(text(values.length + 1))
    values.push(...given)
  }
  if (who !== undefined) test((n) => `who = $${n}`, who)
  if (what !== undefined) test((n) => `(what = $${n} OR (what > $${n + 1} AND what < $${n + 2}))`, ...subtree(what))
  if (within !== '') test((n) => `(place = $${n} OR (place > $${n + 1} AND place < $${n + 2}))`, ...subtree(within))
  const source = `SELECT * FROM audit WHERE n > $1 ORDER BY n LIMIT ${MAX_SCANNED}`
  const text = `
    WITH looked AS (${source})
    SELECT n, line, hash, NULL::bigint AS seen
    FROM (SELECT n, line, hash FROM looked WHERE ${tests.join(' AND ')} ORDER BY n LIMIT $2) AS fitting
    UNION ALL
    SELECT NULL, NULL, NULL, CASE WHEN count(*) = ${MAX_SCANNED} THEN max(n) END FROM looked
    ORDER BY n NULLS LAST
  `
  const {rows} = await link.ask({text, values})
  const lines = rows
    .filter(({n}) => n !== null)
    .map(({n, line, hash}): KeptLine => ({n: Number(n), line: String(line), hash: String(hash)}))
  if (lines.length > limit) return {rows: lines.slice(0, limit), next: lines[limit - 1]?.n ?? after}
  const seen = rows.at(-1)?.seen
  return seen === null || seen === undefined ? {rows: lines} : {rows: lines, next: Number(seen)}
}
