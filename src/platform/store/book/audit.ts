/** How a line enters the audit log: in the transaction of the change that it tells of. */
import {type AuditNote, BEFORE_FIRST, hashOf, type KeptLine, lineText} from '../../audit/line.ts'

/** The pages of a Book that the audit log is written on. */
export interface AuditPages {
  /** Number and hash of the last line; undefined when there is none. */
  auditTail(): {readonly n: number; readonly hash: string} | undefined
  /** Adds a line behind the last one, with what it is found by. */
  saveAuditLine(kept: KeptLine, found: AuditIndex): void
}

/** What the lines of a page are chosen by. */
export interface AuditIndex {
  readonly at: number
  readonly who: string
  readonly what: string
  readonly place: string | null
}

export function writeAudit(book: AuditPages, note: AuditNote, at: number): void {
  const {n: last, hash: before} = book.auditTail() ?? {n: 0, hash: BEFORE_FIRST}
  const n = last + 1
  const line = lineText({n, at, ...note})
  book.saveAuditLine({n, line, hash: hashOf(before, line)}, indexOf(line, at))
}

/** Read off the text, so that both always say the same. */
function indexOf(line: string, at: number): AuditIndex {
  const {who, what, place} = JSON.parse(line) as {who: string; what: string; place?: string}
  return {at, who, what, place: place ?? null}
}
