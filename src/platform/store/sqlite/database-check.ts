/** Reads a database through and says what it holds, or what is wrong with it: before a backup is called good, before one is restored. */
import type {DatabaseSync} from 'node:sqlite'
import {CitywatchError} from '../../../lib/errors.ts'
import {safeText} from '../../../lib/safe-text.ts'
import {storeFailure} from './failure.ts'
import {isReadable, layoutOf, VERSION} from './schema.ts'

const EPOCH = /^[0-9a-z]{1,64}$/

export interface LogExtent {
  readonly epoch: string
  /** Sequence of the last entry, 0 when there is none. */
  readonly head: number
}

/**
 * Every page and index (SQLite's integrity check), then the log without a hole. Takes as long as reading the whole file.
 * Throws CW_NOT_A_BACKUP with what is wrong.
 */
export function checkedExtent(db: DatabaseSync, path: string): LogExtent {
  return named(path, () => {
    requireLayout(db, path)
    const [found] = db.prepare('PRAGMA integrity_check(1)').all()
    if (found?.integrity_check !== 'ok') throw damaged(path, String(found?.integrity_check))
    return {epoch: epochOf(db, path), head: denseHead(db, path)}
  })
}

/** Throws CW_NOT_A_BACKUP for a database of another program or another layout. */
export function requireLayout(db: DatabaseSync, path: string): void {
  named(path, () => {
    const isOurs = db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name IN ('meta', 'log')").get()?.n === 2
    if (!isOurs) throw notOurs(path, 'a database of another program')
    const layout = layoutOf(db)
    if (isReadable(layout)) return
    throw notOurs(path, `data of layout ${layout ?? 'unknown'}, this citywatch reads ${VERSION}`)
  })
}

export function notOurs(path: string, detail: string): CitywatchError {
  return new CitywatchError('CW_NOT_A_BACKUP', {path, detail})
}

function damaged(path: string, detail: string): CitywatchError {
  return notOurs(path, `damaged: ${safeText(detail, 200)}`)
}

function epochOf(db: DatabaseSync, path: string): string {
  const epoch = String(db.prepare("SELECT value FROM meta WHERE name = 'epoch'").get()?.value ?? '')
  if (EPOCH.test(epoch)) return epoch
  throw damaged(path, 'the log has no epoch')
}

function denseHead(db: DatabaseSync, path: string): number {
  const row = db.prepare('SELECT count(*) AS rows, min(seq) AS first, max(seq) AS last FROM log').get()
  const rows = Number(row?.rows)
  if (rows === 0) return 0
  const [first, last] = [Number(row?.first), Number(row?.last)]
  if (first < 1 || last - first + 1 !== rows) {
    throw damaged(path, `the log has ${rows} entries between ${first} and ${last}`)
  }
  return last
}

/** SQLite's own complaints about the content; what the disk does keeps its name. */
function named<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    const kind = ((error as {errcode?: number}).errcode ?? 0) & 0xff
    if (kind === SQLITE_NOT_A_DATABASE) throw notOurs(path, 'not a database')
    if (kind === SQLITE_CORRUPT || kind === SQLITE_ERROR) throw damaged(path, (error as Error).message)
    throw storeFailure(error, path)
  }
}

const SQLITE_ERROR = 1
const SQLITE_CORRUPT = 11
const SQLITE_NOT_A_DATABASE = 26
