/** The audit log of a data folder or a backup, read and added to without the platform that owns it. */
import {statSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {CitywatchError} from '../../../lib/errors.ts'
import type {AuditNote} from '../../audit/line.ts'
import {type AuditPages, writeAudit} from '../book/audit.ts'
import type {AuditPageRequest, AuditRows} from '../port.ts'
import {auditPage, type CheckedLine, everyLine} from './audit-page.ts'
import {storeFailure} from './failure.ts'
import {DATABASE, layoutOf, openForReading, VERSION} from './schema.ts'

/** How long the platform's own writing is waited for, ms. */
const WAIT_MS = 5_000

export interface AuditFile {
  readonly path: string
  page(asked: AuditPageRequest): AuditRows
  /** Every line in order, with whether it is found by what it says. */
  lines(): Iterable<CheckedLine>
  close(): void
}

/** A data folder, whether its platform runs or not, or a backup. Throws CW_FILE_NOT_FOUND, CW_IO. */
export function openAuditFile(place: string): AuditFile {
  const path = databaseOf(place)
  const db = opened(path, () => openForReading(path))
  const reading = <Result>(work: () => Result): Result => {
    try {
      return work()
    } catch (error) {
      throw storeFailure(error, path)
    }
  }
  return {
    path,
    page: (asked) => reading(() => auditPage(db, asked)),
    *lines() {
      try {
        yield* everyLine(db)
      } catch (error) {
        throw storeFailure(error, path)
      }
    },
    close: () => db.close(),
  }
}

/**
 * Adds a line to a data folder's audit log beside a platform that may be running: what it commits next follows from this line.
 * Throws CW_FILE_NOT_FOUND, CW_IO, CW_DISK_FULL.
 */
export function noteInFolder(folder: string, note: AuditNote, at: number): void {
  const path = databaseOf(folder)
  const db = opened(path, () => new DatabaseSync(path, {timeout: WAIT_MS}))
  try {
    db.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE')
    writeAudit(auditPages(db), note, at)
    db.exec('COMMIT')
  } catch (error) {
    throw storeFailure(error, path)
  } finally {
    db.close()
  }
}

/** The pages of the audit log alone. */
export function auditPages(db: DatabaseSync): AuditPages {
  return {
    auditTail() {
      const row = db.prepare('SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1').get()
      return row && {n: Number(row.n), hash: String(row.hash)}
    },
    saveAuditLine({n, line, hash}, {at, who, what, place}) {
      db.prepare('INSERT INTO audit (n, at, who, what, place, line, hash) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
        ...[n, at, who, what, place, line, hash],
      )
    },
  }
}

function databaseOf(place: string): string {
  try {
    return statSync(place).isDirectory() ? join(place, DATABASE) : place
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw storeFailure(error, place)
    throw new CitywatchError('CW_FILE_NOT_FOUND', {path: place}, {cause: error})
  }
}

function opened(path: string, open: () => DatabaseSync): DatabaseSync {
  try {
    if (!statSync(path, {throwIfNoEntry: false})) throw new CitywatchError('CW_FILE_NOT_FOUND', {path})
    const db = open()
    const isOurs = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get() !== undefined
    const layout = isOurs ? layoutOf(db) : undefined
    if (layout === VERSION) return db
    db.close()
    const detail = `data of layout ${layout ?? 'unknown'} have no audit log; this citywatch writes ${VERSION}`
    throw new CitywatchError('CW_IO', {path, detail})
  } catch (error) {
    throw storeFailure(error, path)
  }
}
