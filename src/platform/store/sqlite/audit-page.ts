/** Lines of the audit log by number, all of them or those that fit. */
import type {DatabaseSync} from 'node:sqlite'
import type {KeptLine} from '../../audit/line.ts'
import type {AuditPageRequest, AuditRows} from '../port.ts'

/** Lines that one page looks through for those that fit. */
const MAX_SCANNED = 20_000

/** A page may be shorter than asked for, or empty, and still have a next one. */
export function auditPage(db: DatabaseSync, asked: AuditPageRequest): AuditRows {
  const {after, limit, who, what, since, until, within} = asked
  const tests = ['at BETWEEN ? AND ?']
  const values: (string | number)[] = [since, until]
  if (who !== undefined) {
    tests.push('who = ?')
    values.push(who)
  }
  if (what !== undefined) {
    tests.push('(what = ? OR (what >= ? AND what < ?))')
    values.push(what, `${what}.`, `${what}/`)
  }
  if (within !== '') {
    tests.push('(place = ? OR (place >= ? AND place < ?))')
    values.push(within, `${within}.`, `${within}/`)
  }
  const rows = db
    .prepare(
      `SELECT n, line, hash FROM (SELECT * FROM audit WHERE n > ? ORDER BY n LIMIT ${MAX_SCANNED})
       WHERE ${tests.join(' AND ')} ORDER BY n LIMIT ?`,
    )
    .all(after, ...values, limit + 1)
    .map(({n, line, hash}): KeptLine => ({n: Number(n), line: String(line), hash: String(hash)}))
  if (rows.length > limit) return {rows: rows.slice(0, limit), next: rows[limit - 1]?.n ?? after}
  const end = db.prepare(`SELECT n FROM audit WHERE n > ? ORDER BY n LIMIT 1 OFFSET ${MAX_SCANNED - 1}`).get(after)
  return end === undefined ? {rows} : {rows, next: Number(end.n)}
}

export interface CheckedLine extends KeptLine {
  /** Whether it is found by what it says itself. */
  readonly isFoundRight: boolean
}

/** Every line in order, read as it is asked for. */
export function* everyLine(db: DatabaseSync): Generator<CheckedLine> {
  const rows = db.prepare(
    `SELECT n, line, hash, at IS line ->> '$.at' AND who IS line ->> '$.who' AND what IS line ->> '$.what'
       AND place IS line ->> '$.place' AS agrees FROM audit ORDER BY n`,
  )
  for (const {n, line, hash, agrees} of rows.iterate()) {
    yield {n: Number(n), line: String(line), hash: String(hash), isFoundRight: agrees === 1}
  }
}
