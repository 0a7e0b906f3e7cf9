/** Segment files: where they lie, what is in them, how they are opened. A file with its final name never changes. */
import {createHash} from 'node:crypto'
import {closeSync, openSync, readSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {pathToFileURL} from 'node:url'

/** Folder in the data folder. */
export const SEGMENTS = 'segments'
/** End of a file that is being made. */
export const UNFINISHED = '.part'
const DIGITS = 12
const NAME = new RegExp(`^log-(\\d{${DIGITS},16})\\.db(?:\\${UNFINISHED})?$`)
const READ_BYTES = 4 * 1024 * 1024

/** Indexes are made when the file is complete. `jurisdiction`: null when the row belongs to none. */
export const SEGMENT_TABLES = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE log (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL, entry TEXT NOT NULL,
    jurisdiction TEXT
  ) STRICT;
`
export const SEGMENT_INDEXES = `
  CREATE INDEX log_jurisdiction ON log (jurisdiction, seq) WHERE jurisdiction IS NOT NULL;
  CREATE INDEX log_type ON log (type, seq);
`

/** Named after its first row. */
export function segmentPath(dataFolder: string, first: number): string {
  return join(dataFolder, SEGMENTS, `log-${String(first).padStart(DIGITS, '0')}.db`)
}

/** First row of the segment that a file is named after, finished or not; undefined for a foreign name. */
export function firstOf(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** A file that nobody changes needs no lock. Throws SQLite's errors; reading it may throw them later. */
export function openSegment(path: string): DatabaseSync {
  const url = pathToFileURL(path)
  url.search = '?immutable=1'
  return new DatabaseSync(url, {readOnly: true})
}

/** SHA-256 of a whole file as base64url. Throws the system's errors. */
export function digestOf(path: string): string {
  const descriptor = openSync(path, 'r')
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(READ_BYTES)
    for (;;) {
      const read = readSync(descriptor, buffer, 0, READ_BYTES, null)
      if (read === 0) return hash.digest('base64url')
      hash.update(buffer.subarray(0, read))
    }
  } finally {
    closeSync(descriptor)
  }
}
