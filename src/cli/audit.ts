/** `panel audit`: the log's lines as a list, and whether the chain holds. */
import type {Clock} from '../lib/clock.ts'
import {parseDuration} from '../lib/duration.ts'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {type AuditLine, readLine, type Verdict, verifyChain} from '../panel/audit/chain.ts'
import {accountIn} from '../panel/receiver-address.ts'
import {AuditLog, auditPath} from './audit-log.ts'
import type {Column} from './render/rows.ts'

/** A line of the log with its number; one that cannot be read has only that. */
export type AuditRow = {readonly line: number} & (
  | Omit<AuditLine, 'prev' | 'torn'>
  | {readonly what: 'unreadable'; readonly detail: string}
)

export interface AuditFlags {
  readonly account?: string | undefined
  readonly since?: string | undefined
}

export const AUDIT_COLUMNS: readonly Column<AuditRow>[] = [
  {name: 'line', header: 'LINE', value: ({line}) => line},
  {name: 'at', header: 'AT', value: (row) => ('at' in row ? new Date(row.at).toISOString() : undefined)},
  {name: 'by', header: 'BY', value: (row) => ('by' in row ? row.by : undefined)},
  {name: 'what', header: 'WHAT', value: ({what}) => what},
  {name: 'account', header: 'ACCOUNT', value: (row) => ('account' in row ? row.account : undefined)},
  {name: 'receiver', header: 'RECEIVER', value: (row) => ('receiver' in row ? row.receiver : undefined)},
  {name: 'window', header: 'TEST', value: (row) => ('window' in row ? row.window : undefined)},
  {name: 'event', header: 'EVENT', value: (row) => ('event' in row ? row.event : undefined)},
  {name: 'seq', header: 'SEQ', value: (row) => ('seq' in row ? row.seq : undefined), wide: true},
  {name: 'detail', header: 'DETAIL', value: ({detail}) => detail},
]

/** Lines in their order. A line that cannot be read is never left out by a filter. Throws CW_BAD_VALUE, CW_IO. */
export async function* auditRows({account, since}: AuditFlags, clock: Clock): AsyncGenerator<AuditRow> {
  const wanted = account === undefined ? undefined : accountIn('--account', account)
  const from = since === undefined ? Number.NEGATIVE_INFINITY : sinceAt(since, clock.now())
  const log = new AuditLog(clock)
  let number = 0
  try {
    for await (const {bytes} of log.lines()) {
      number += 1
      const line = readLine(Buffer.from(bytes).toString('utf8'))
      if (!line) yield {line: number, what: 'unreadable', detail: `${bytes.length} bytes; --verify says more`}
      else if (line.at >= from && (wanted === undefined || line.account === wanted)) yield rowOf(number, line)
    }
  } finally {
    log.close()
  }
}

/** The file may have been written by others: its texts are made safe again. */
function rowOf(number: number, {prev: _prev, torn: _torn, ...line}: AuditLine): AuditRow {
  const texts = Object.entries(line).map(([name, value]) => [name, typeof value === 'string' ? safeText(value) : value])
  return {line: number, ...(Object.fromEntries(texts) as typeof line)}
}

export type AuditVerdict = Verdict & {readonly path: string}

/** Throws CW_IO. */
export async function verifyAudit(clock: Clock): Promise<AuditVerdict> {
  const log = new AuditLog(clock)
  try {
    return {path: auditPath(), ...(await verifyChain(log.lines()))}
  } finally {
    log.close()
  }
}

export function verdictLines({path, state, lines, line, why, repaired, last}: AuditVerdict): string {
  if (lines === 0) return `${path}: nothing has been noted yet`
  const mended = repaired.length === 0 ? '' : `; cut short by a kill and named by a repair: line ${repaired.join(', ')}`
  if (state === 'intact') return `${path}: ${lines} lines, chain intact${mended}\nlast line SHA-256 ${last}`
  return `${path}: ${state} at line ${line}: ${why}${mended}`
}

/** A moment (ISO 8601) or how long ago (`2h`). */
function sinceAt(text: string, now: number): number {
  const at = /^\d{4}-\d\d-\d\d(?:$|[T ])/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return at
  try {
    return now - parseDuration(text, '--since')
  } catch (cause) {
    const expected = 'a time such as 2h, 2026-03-01 or 2026-03-01T08:00'
    throw new CitywatchError('CW_BAD_VALUE', {field: '--since', value: safeText(text, 40), expected}, {cause})
  }
}
