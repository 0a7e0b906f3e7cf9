/** Gives a database that was restored, or went to another server, a new epoch, so that nobody trusts a number of its life before. */
import {CitywatchError} from '../../../lib/errors.ts'
import {randomHex} from '../../../lib/secret.ts'
import type {KeptLine} from '../../audit/line.ts'
import {ACCESS_VERSION} from '../book/access.ts'
import {type AuditIndex, writeAudit} from '../book/audit.ts'
import {openFailure} from './failure.ts'
import {LOCKS} from './layout.ts'
import {type Link, openLink} from './link.ts'
import {migrate} from './migrate.ts'
import type {PostgresTarget} from './target.ts'

export interface NewLifeOptions {
  readonly target: PostgresTarget
  readonly now: number
  /** Who does it, as the audit log writes it. */
  readonly by: string
  /** Also a server that does not write through to the disk: for tests of everything but durability. */
  readonly allowNoFsync?: boolean
}

export interface NewLifeReport {
  /** `postgres://host:port/database`. */
  readonly store: string
  /** Sequence of the last entry. */
  readonly head: number
  readonly epoch: string
  /** The epoch of before. */
  readonly before: string
}

/**
 * Refuses with CW_LOCKED while a node is connected, or just starting; one that starts meanwhile waits for the new epoch, and
 * one that was cut off meanwhile writes and tells nothing more. Throws besides CW_NOT_A_BACKUP (nothing of citywatch is there),
 * CW_UNREACHABLE, CW_AUTH, CW_IO, CW_DISK_FULL.
 */
export async function beginNewLife(options: NewLifeOptions): Promise<NewLifeReport> {
  const {label} = options.target
  let link: Link | undefined
  try {
    link = await openLink(options.target, ROLE)
    return await withoutNodes(link, label, () => renamed(link!, options))
  } catch (error) {
    throw openFailure(error, label)
  } finally {
    await link?.close()
  }
}

const ROLE = 'citywatch restore'

/** Every node that starts asks for this lock first; one that has started has sessions. */
async function withoutNodes<Result>(link: Link, label: string, work: () => Promise<Result>): Promise<Result> {
  const locked = await link.run(`SELECT pg_try_advisory_lock(${LOCKS.class}, ${LOCKS.layout}) AS ours`)
  if (locked.rows[0]?.ours !== true) throw inUse(label, 'a node that is starting, or another restore')
  const {rows} = await link.run(NODES)
  const nodes = Number(rows[0]?.nodes)
  if (nodes > 0) throw inUse(label, nodes === 1 ? 'a connected node' : `${nodes} connected nodes`)
  return work()
}

/** The last word of a session's name is its node; sessions of older versions and of other tools of citywatch count too. */
const NODES = `
  SELECT count(DISTINCT substring(application_name FROM '[^ ]+$')) AS nodes FROM pg_stat_activity
  WHERE datname = current_database() AND application_name LIKE 'citywatch %' AND pid <> pg_backend_pid()
`

function inUse(label: string, holder: string): CitywatchError {
  return new CitywatchError('CW_LOCKED', {what: label, holder})
}

async function renamed(link: Link, {target, now, by, allowNoFsync = false}: NewLifeOptions): Promise<NewLifeReport> {
  const {rows} = await link.run("SELECT to_regclass('citywatch.head') IS NOT NULL AS ours")
  if (rows[0]?.ours !== true) {
    throw new CitywatchError('CW_NOT_A_BACKUP', {path: target.label, detail: 'there are no data of citywatch in it'})
  }
  const {epoch: before} = await migrate(link, {label: target.label, allowNoFsync})
  const epoch = randomHex(8)
  await link.run('BEGIN')
  const locked = await link.run('SELECT seq FROM head FOR UPDATE')
  const head = Number(locked.rows[0]?.seq)
  await link.ask({text: "UPDATE meta SET value = $1 WHERE name = 'epoch'", values: [epoch]})
  // Who was logged in then is not now; what nodes heard then says nothing of now.
  await link.run("DELETE FROM access WHERE kind = 'session'; TRUNCATE life_sign")
  const more = `INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1`
  await link.ask({text: more, values: [ACCESS_VERSION]})
  await noted(link, {by, now, detail: `epoch ${before}, head ${head}`})
  const {command} = await link.run('COMMIT')
  if (command !== 'COMMIT') throw new CitywatchError('CW_IO', {path: target.label, detail: `COMMIT: ${command}`})
  return {store: target.label, head, epoch, before}
}

/** The line of the audit log, behind the last one. */
async function noted(link: Link, {by, now, detail}: {by: string; now: number; detail: string}): Promise<void> {
  const {rows} = await link.run('SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1')
  const [tail] = rows
  const lines: {kept: KeptLine; found: AuditIndex}[] = []
  const pages = {
    auditTail: () => tail && {n: Number(tail.n), hash: String(tail.hash)},
    saveAuditLine: (kept: KeptLine, found: AuditIndex) => void lines.push({kept, found}),
  }
  writeAudit(pages, {who: by, from: 'shell', what: 'restore.done', on: 'store/postgres', detail}, now)
  for (const {kept, found} of lines) {
    const text = 'INSERT INTO audit (n, at, who, what, place, line, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)'
    await link.ask({text, values: [kept.n, found.at, found.who, found.what, found.place, kept.line, kept.hash]})
  }
}
