/** The tables of the embedded platform, and how its database files are opened. */
import {randomBytes} from 'node:crypto'
import {DatabaseSync} from 'node:sqlite'
import {CitywatchError} from '../../../lib/errors.ts'
import {MAX_SEEN} from '../book/events.ts'
import {type Run, SeenLog} from './seen-log.ts'
import {SEGMENT_TABLE} from './segments/catalogue.ts'
import {ALARM_COLUMNS, addAlarmColumns} from './upgrade-alarms.ts'

/** Names in the data folder: the data, and a backup on its way to replace them. */
export const DATABASE = 'platform.db'
export const RESTORING = 'platform.db.restoring'
/** Layout that this citywatch writes. */
export const VERSION = '6'
/** Layouts that become the present one. */
const OLDER: ReadonlySet<unknown> = new Set(['1', '2', '3', '4', '5'])
/** How long a writer waits for a foreign lock, such as a backup's, before the batch is refused. */
const BUSY_TIMEOUT_MS = 1_000
/** The write-ahead log is folded into the file when it has so many pages of 4 KiB, and kept at that size: one that is written over needs no room from the file system. */
const WAL_PAGES = 16_384
const WAL_LIMIT_BYTES = WAL_PAGES * 4_096
/** Pages that the writer keeps at hand: an import goes through the whole index of keys. Four times as much was slower. */
const CACHE_KIB = 16 * 1024

/** The open part of the log, and in a backup all of it. */
export const LOG_TABLE = `
  CREATE TABLE IF NOT EXISTS log (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL, entry TEXT NOT NULL
  ) STRICT;
`

const TABLES = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  ${LOG_TABLE}
  CREATE TABLE IF NOT EXISTS alarm (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, handling TEXT NOT NULL, state TEXT NOT NULL, ${ALARM_COLUMNS.join(', ')}
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS alarm_open_key ON alarm (key) WHERE handling <> 'closed';
  CREATE INDEX IF NOT EXISTS alarm_open_id ON alarm (id) WHERE handling <> 'closed';
  CREATE INDEX IF NOT EXISTS alarm_open_account ON alarm (account, fired_at) WHERE handling <> 'closed';
  CREATE TABLE IF NOT EXISTS mask (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, is_on INTEGER NOT NULL, state TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS mask_account ON mask (account);
  CREATE INDEX IF NOT EXISTS mask_on ON mask (account) WHERE is_on = 1;
  CREATE TABLE IF NOT EXISTS handoff (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, waiting INTEGER NOT NULL, changed_at INTEGER NOT NULL,
    state TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS handoff_account ON handoff (account);
  CREATE INDEX IF NOT EXISTS handoff_waiting ON handoff (id) WHERE waiting = 1;
  CREATE TABLE IF NOT EXISTS device (
    kind TEXT NOT NULL, key TEXT NOT NULL, account TEXT, state TEXT NOT NULL, PRIMARY KEY (kind, key)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS device_account ON device (account, kind, key) WHERE account IS NOT NULL;
  CREATE TABLE IF NOT EXISTS ontest (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, open INTEGER NOT NULL, state TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ontest_account ON ontest (account);
  CREATE INDEX IF NOT EXISTS ontest_open ON ontest (account) WHERE open = 1;
  CREATE INDEX IF NOT EXISTS device_place_row ON device (kind, state ->> '$.jurisdiction');
  CREATE INDEX IF NOT EXISTS alarm_open_place ON alarm (state ->> '$.jurisdiction', id) WHERE handling <> 'closed';
  CREATE TABLE IF NOT EXISTS access (
    kind TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (kind, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS audit (
    n INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, place TEXT,
    line TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS missing (
    kind TEXT NOT NULL, id TEXT NOT NULL, place TEXT NOT NULL, since INTEGER NOT NULL, heard INTEGER, outage TEXT, ontest INTEGER,
    PRIMARY KEY (kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS missing_place ON missing (kind, place, id);
  CREATE INDEX IF NOT EXISTS missing_ontest ON missing (ontest) WHERE ontest IS NOT NULL;
  CREATE TABLE IF NOT EXISTS outage (
    place TEXT PRIMARY KEY, devices INTEGER NOT NULL, total INTEGER NOT NULL,
    told_devices INTEGER NOT NULL, told_total INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS kept (
    kind TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS job (id INTEGER PRIMARY KEY, open INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS job_open ON job (id) WHERE open = 1;
  CREATE TABLE IF NOT EXISTS task (
    job INTEGER NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, open INTEGER NOT NULL, due INTEGER NOT NULL,
    lease INTEGER NOT NULL, tries INTEGER NOT NULL, worker TEXT, changed INTEGER NOT NULL, healthy INTEGER, reason TEXT,
    target TEXT NOT NULL, PRIMARY KEY (job, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS task_due ON task (kind, due, job, n) WHERE open = 1;
  CREATE INDEX IF NOT EXISTS task_unhealthy ON task (job, n) WHERE healthy = 0 OR state = 'poisoned';
  CREATE TABLE IF NOT EXISTS task_result (
    job INTEGER NOT NULL, n INTEGER NOT NULL, result TEXT NOT NULL, PRIMARY KEY (job, n)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS seen (
    kind TEXT NOT NULL, n INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (kind, n)
  ) STRICT, WITHOUT ROWID;
  ${SEGMENT_TABLE}
`

/** What layouts before 4 did not count. */
const PLACE_COUNTERS = `
  INSERT OR REPLACE INTO counter (name, value)
  SELECT 'place:' || kind || '@' || (state ->> '$.jurisdiction'), count(*) FROM device GROUP BY 1
`

/**
 * The one writing connection. A commit is on the disk when it returns: WAL with synchronous=FULL. Creates tables and
 * epoch in a new file. Throws CW_IO for a file of another layout, and SQLite's own errors.
 */
export function openForWriting(path: string, maxPages?: number): DatabaseSync {
  const db = new DatabaseSync(path, {timeout: BUSY_TIMEOUT_MS})
  db.exec('PRAGMA auto_vacuum = INCREMENTAL') // heeded in a new file: it can give pages back to the disk
  const mode = db.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode
  if (mode !== 'wal') {
    db.close()
    throw new CitywatchError('CW_IO', {path, detail: `this file system keeps no write-ahead log (${mode})`})
  }
  db.exec(
    `PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${WAL_PAGES}; PRAGMA journal_size_limit = ${WAL_LIMIT_BYTES};
     PRAGMA cache_size = -${CACHE_KIB};`,
  )
  if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`)
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").get() === undefined) create(db)
  if (OLDER.has(layoutOf(db))) upgrade(db)
  const version = layoutOf(db)
  if (version !== VERSION) {
    db.close()
    const detail = `data of layout ${version ?? 'unknown'}, this citywatch reads ${VERSION}`
    throw new CitywatchError('CW_IO', {path, detail})
  }
  return db
}

/** A connection that can only read. Open it after the writer has made the file. */
export function openForReading(path: string): DatabaseSync {
  return new DatabaseSync(path, {readOnly: true, timeout: BUSY_TIMEOUT_MS})
}

/** Whether data of this layout can be opened, as they are or after an upgrade. */
export function isReadable(layout: unknown): boolean {
  return layout === VERSION || OLDER.has(layout)
}

export function setMeta(db: DatabaseSync, name: 'epoch' | 'backup', value: string): void {
  db.prepare('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)').run(name, value)
}

export function layoutOf(db: DatabaseSync): unknown {
  return db.prepare("SELECT value FROM meta WHERE name = 'schema'").get()?.value
}

function create(db: DatabaseSync): void {
  wholly(db, () => {
    db.exec(TABLES)
    const meta = db.prepare('INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)')
    meta.run('schema', VERSION)
    meta.run('epoch', randomBytes(8).toString('hex'))
  })
}

function upgrade(db: DatabaseSync): void {
  wholly(db, () => {
    const isOldDevice = /WITHOUT ROWID/i.test(sqlOf(db, 'device'))
    if (isOldDevice) db.exec('DROP INDEX IF EXISTS device_account; ALTER TABLE device RENAME TO old_device')
    addAlarmColumns(db)
    db.exec('DROP INDEX IF EXISTS device_place')
    db.exec(TABLES)
    // Rows of up to a kilobyte in the order of their keys: each new one would write a page anew (a million: some seconds, once).
    if (isOldDevice)
      db.exec(
        'INSERT INTO device (kind, key, account, state) SELECT kind, key, account, state FROM old_device; DROP TABLE old_device',
      )
    db.exec(PLACE_COUNTERS)
    takeOverSeen(db)
    db.prepare("UPDATE meta SET value = ? WHERE name = 'schema'").run(VERSION)
  })
}

function sqlOf(db: DatabaseSync, table: string): string {
  return String(db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').get(table)?.sql)
}

/** Layout 3 had a row for each event that is recognised. */
function takeOverSeen(db: DatabaseSync): void {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'event_seen'").get() === undefined) return
  const log = new SeenLog(db, 'event', MAX_SEEN)
  const run: Run = (sql, ...values) => void db.prepare(sql).run(...values)
  for (const {key, seq} of db.prepare('SELECT key, seq FROM event_seen ORDER BY n').iterate()) {
    log.add(String(key), Number(seq))
  }
  log.flush(run)
  db.exec('DROP TABLE event_seen')
}

function wholly(db: DatabaseSync, work: () => void): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    work()
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
