/** Which stretches of the log lie in segment files, and what has been dropped: the database's list of them, the only word on it. */
import type {DatabaseSync, SQLOutputValue} from 'node:sqlite'
import {CitywatchError} from '../../../../lib/errors.ts'

/** One sealed file: rows `first` to `last`, without a hole. */
export interface Segment {
  readonly first: number
  readonly last: number
  /** Earliest and latest time of a row, ms UTC. */
  readonly firstAt: number
  readonly lastAt: number
  readonly sizeBytes: number
  /** Of the whole file, base64url. */
  readonly sha256: string
}

export const SEGMENT_TABLE = `
  CREATE TABLE IF NOT EXISTS segment (
    last INTEGER PRIMARY KEY, first INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL
  ) STRICT;
`

/** Counter of rows that retention has taken: since the log is dense and begins at 1, also the last of them. */
export const DROPPED = 'log:dropped'
const COLUMNS = 'first, last, first_at, last_at, size_bytes, sha256'

/** Sequence of the last row, wherever it lies; 0 when there never was one. */
export const HEAD_SQL = `
  SELECT max(
    ifnull((SELECT seq FROM log ORDER BY seq DESC LIMIT 1), 0),
    ifnull((SELECT last FROM segment ORDER BY last DESC LIMIT 1), 0),
    ifnull((SELECT value FROM counter WHERE name = '${DROPPED}'), 0)
  ) AS seq`

/** Sequence before the oldest row that is still kept. */
export const FLOOR_SQL = `
  SELECT ifnull(
    (SELECT first FROM segment ORDER BY last LIMIT 1) - 1,
    max(
      ifnull((SELECT seq FROM log ORDER BY seq LIMIT 1) - 1, 0),
      ifnull((SELECT value FROM counter WHERE name = '${DROPPED}'), 0)
    )
  ) AS seq`

/** Last row that lies in a segment, 0 when there is none; what the open part still has of it is about to be cleared away. */
export const SEALED_SQL = `
  SELECT max(
    ifnull((SELECT last FROM segment ORDER BY last DESC LIMIT 1), 0),
    ifnull((SELECT value FROM counter WHERE name = '${DROPPED}'), 0)
  ) AS seq`

/** All of them, oldest first. */
export function segmentsOf(db: DatabaseSync): Segment[] {
  return db.prepare(`SELECT ${COLUMNS} FROM segment ORDER BY last`).all().map(segmentOf)
}

/** The file that has row `seq`, or the oldest one behind it; undefined: no file does. */
export function segmentAt(db: DatabaseSync, seq: number): Segment | undefined {
  const row = db.prepare(`SELECT ${COLUMNS} FROM segment WHERE last >= ? ORDER BY last LIMIT 1`).get(seq)
  return row && segmentOf(row)
}

/** From now on the rows are read from the file, which is on the disk. Throws CW_INTERNAL when it does not join the one before. */
export function register(db: DatabaseSync, {first, last, firstAt, lastAt, sizeBytes, sha256}: Segment): void {
  const sealed = Number(db.prepare(SEALED_SQL).get()?.seq ?? 0)
  if (first !== sealed + 1) {
    throw new CitywatchError('CW_INTERNAL', {detail: `a segment from ${first} on, behind one up to ${sealed}`})
  }
  db.prepare('INSERT INTO segment (first, last, first_at, last_at, size_bytes, sha256) VALUES (?, ?, ?, ?, ?, ?)').run(
    ...[first, last, firstAt, lastAt, sizeBytes, sha256],
  )
}

/** The oldest segments up to and with row `last` are no longer part of the log. Their files may go once this is on the disk. */
export function drop(db: DatabaseSync, last: number): void {
  db.prepare('DELETE FROM segment WHERE last <= ?').run(last)
  db.prepare('INSERT OR REPLACE INTO counter (name, value) VALUES (?, ?)').run(DROPPED, last)
}

function segmentOf(row: Record<string, SQLOutputValue>): Segment {
  return {
    first: Number(row.first),
    last: Number(row.last),
    firstAt: Number(row.first_at),
    lastAt: Number(row.last_at),
    sizeBytes: Number(row.size_bytes),
    sha256: String(row.sha256),
  }
}
