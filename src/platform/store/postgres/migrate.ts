/** Brings a database to the layout that this citywatch writes, once, however many nodes start at the same time. */
import {CitywatchError} from '../../../lib/errors.ts'
import {LOCKS, SCHEMA, STEPS} from './layout.ts'
import type {Link} from './link.ts'

/** Oldest server that is used: MERGE and the partitioning of 15 are what the tests run on. */
const OLDEST_SERVER = 150_000

export interface DatabaseFacts {
  readonly epoch: string
}

export interface MigrateOptions {
  readonly label: string
  /** Also a server that does not write through to the disk: for tests of everything but durability. */
  readonly allowNoFsync: boolean
}

/** Throws CW_IO for a server or a layout that this citywatch does not know, and the server's own errors. */
export async function migrate(link: Link, {label, allowNoFsync}: MigrateOptions): Promise<DatabaseFacts> {
  const refuse = (detail: string) => new CitywatchError('CW_IO', {path: label, detail})
  const {rows} = await link.run(FACTS)
  const {version, fsync, encoding, full} = rows[0] ?? {}
  if (Number(version) < OLDEST_SERVER)
    throw refuse(`PostgreSQL ${Math.floor(Number(version) / 10_000)}; 15 or newer is needed`)
  if (encoding !== 'UTF8') throw refuse(`the database is encoded in ${encoding}; UTF8 is needed`)
  if (!allowNoFsync && (fsync !== 'on' || full !== 'on')) {
    throw refuse('fsync or full_page_writes is off: what is acknowledged would not be safe there')
  }
  await link.run(`SET lock_timeout TO 0; SELECT pg_advisory_lock(${LOCKS.class}, ${LOCKS.layout})`)
  try {
    await migrateAlone(link, refuse)
  } finally {
    if (!link.lost) await link.run(`SELECT pg_advisory_unlock(${LOCKS.class}, ${LOCKS.layout})`)
  }
  const epoch = await link.run("SELECT value FROM meta WHERE name = 'epoch'")
  return {epoch: String(epoch.rows[0]?.value)}
}

const FACTS = `
  SELECT current_setting('server_version_num') AS version, current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS full, current_setting('server_encoding') AS encoding
`

async function migrateAlone(link: Link, refuse: (detail: string) => CitywatchError): Promise<void> {
  await link.run(`
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = '${SCHEMA}') THEN CREATE SCHEMA ${SCHEMA}; END IF;
    END $$;
    CREATE TABLE IF NOT EXISTS layout (version integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
  `)
  const {rows} = await link.run('SELECT coalesce(max(version), 0) AS version FROM layout')
  const found = Number(rows[0]?.version)
  if (found > STEPS.length) throw refuse(`data of layout ${found}, this citywatch reads ${STEPS.length}`)
  for (const [index, step] of STEPS.entries()) {
    const version = index + 1
    if (version > found) await takeStep(link, version, step)
  }
}

async function takeStep(link: Link, version: number, step: string): Promise<void> {
  try {
    await link.run(`BEGIN; ${step}; INSERT INTO layout (version) VALUES (${version}); COMMIT`)
  } catch (error) {
    if (!link.lost) await link.run('ROLLBACK')
    throw error
  }
}
