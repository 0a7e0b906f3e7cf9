/** Puts a backup in the place of a platform's data, as a new life of its log; what was there is kept beside it. */
import {randomBytes} from 'node:crypto'
import {chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync} from 'node:fs'
import {copyFile} from 'node:fs/promises'
import {basename, join, resolve} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {CitywatchError} from '../../../lib/errors.ts'
import {writeAudit} from '../book/audit.ts'
import {auditPages} from './audit-file.ts'
import {checkedExtent, type LogExtent, notOurs} from './database-check.ts'
import {storeFailure} from './failure.ts'
import {lockFolder} from './lock.ts'
import {DATABASE, layoutOf, openForWriting, RESTORING, setMeta, VERSION} from './schema.ts'
import {SEGMENTS} from './segments/file.ts'
import {syncFile, syncFolder} from './sync.ts'

export interface RestoreOptions {
  readonly file: string
  /** Data folder; made when it is not there. */
  readonly folder: string
  readonly now: number
  /** Who restores, as the audit log writes it; absent: somebody at the machine. */
  readonly by?: string
}

/** The epoch is the new one. */
export interface RestoreReport extends LogExtent {
  readonly file: string
  readonly dataFolder: string
  /** When the backup was made, ms UTC. */
  readonly madeAt: number
  /** Folder with the data that were there before; null: there were none. */
  readonly replaced: string | null
}

/**
 * Nothing of the folder changes before the backup has been copied and read through. Throws CW_LOCKED while a platform has
 * the folder, CW_FILE_NOT_FOUND, CW_NOT_A_BACKUP, CW_DISK_FULL, CW_IO.
 */
export async function restore({file, folder, now, by = 'shell'}: RestoreOptions): Promise<RestoreReport> {
  requireFile(file)
  makeFolder(folder)
  const lock = lockFolder(folder, process.pid)
  const copy = join(folder, RESTORING)
  let isSound = false
  try {
    for (const end of ['', '-journal']) rmSync(copy + end, {force: true})
    await copyFile(file, copy)
    chmodSync(copy, 0o600)
    const found = asNewLife(copy, file, {by, now})
    isSound = true
    const replaced = setAside(folder, now)
    renameSync(copy, join(folder, DATABASE))
    syncFolder(folder)
    return {file: resolve(file), dataFolder: folder, ...found, replaced}
  } catch (error) {
    // Once the old data are aside the copy stays: it keeps a platform from starting with nothing.
    if (!isSound || existsSync(join(folder, DATABASE))) rmSync(copy, {force: true})
    throw storeFailure(error, folder)
  } finally {
    lock.release()
  }
}

function requireFile(file: string): void {
  try {
    if (!statSync(file).isFile()) throw notOurs(file, 'not a file')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw storeFailure(error, file)
    throw new CitywatchError('CW_FILE_NOT_FOUND', {path: file}, {cause: error})
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, {recursive: true, mode: 0o700})
  } catch (error) {
    throw storeFailure(error, folder)
  }
}

type Restorer = Required<Pick<RestoreOptions, 'by' | 'now'>>

/** Checks the copy, names `file` in what it throws, gives the log a new epoch and takes the mark of a backup away. */
function asNewLife(copy: string, file: string, {by, now}: Restorer): LogExtent & {readonly madeAt: number} {
  const db = new DatabaseSync(copy)
  try {
    const {head} = checkedExtent(db, file)
    const madeAt = Number(db.prepare("SELECT value FROM meta WHERE name = 'backup'").get()?.value)
    if (!Number.isSafeInteger(madeAt)) throw notOurs(file, 'a copy of a data folder, which may lack its last entries')
    const epoch = randomBytes(8).toString('hex')
    db.exec('BEGIN IMMEDIATE')
    setMeta(db, 'epoch', epoch)
    db.exec("DELETE FROM meta WHERE name = 'backup'")
    if (layoutOf(db) === VERSION) {
      db.exec("DELETE FROM access WHERE kind = 'session'") // who was logged in then is not now
      const detail = `backup of ${new Date(madeAt).toISOString()}, head ${head}`
      writeAudit(
        auditPages(db),
        {who: by, from: 'shell', what: 'restore.done', on: `file/${basename(file)}`, detail},
        now,
      )
    }
    db.exec('COMMIT')
    return {epoch, head, madeAt}
  } finally {
    db.close()
    syncFile(copy)
  }
}

/** Moves the present data into a folder named after the time. Null when there are none. */
function setAside(folder: string, now: number): string | null {
  foldLog(join(folder, DATABASE))
  const present = ['', '-wal', '-shm'].map((end) => DATABASE + end).filter((name) => existsSync(join(folder, name)))
  const segments = existsSync(join(folder, SEGMENTS)) ? [SEGMENTS] : []
  if (present.length + segments.length === 0) return null
  // A restore that was cut off here may have moved the database and not its segments: they belong together.
  const begun = present.length === 0 ? withoutSegments(folder) : undefined
  const aside = begun ?? newFolder(folder, now)
  for (const name of [...present, ...segments]) renameSync(join(folder, name), join(aside, name))
  syncFolder(aside)
  syncFolder(folder)
  return aside
}

function newFolder(folder: string, now: number): string {
  const aside = join(folder, `${REPLACED}${new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')}`)
  const free = [aside, ...Array.from({length: MAX_A_SECOND}, (_, n) => `${aside}-${n + 2}`)].find((f) => !existsSync(f))
  if (free === undefined) throw new CitywatchError('CW_IO', {path: aside, detail: 'there is one already'})
  mkdirSync(free, {mode: 0o700})
  return free
}

/** The folder that the last restore put data aside in, when segments are what it lacks. */
function withoutSegments(folder: string): string | undefined {
  const last = readdirSync(folder)
    .filter((name) => name.startsWith(REPLACED))
    .map((name) => ({path: join(folder, name), madeAt: statSync(join(folder, name)).mtimeMs}))
    .toSorted((a, b) => b.madeAt - a.madeAt)[0]?.path
  return last !== undefined && existsSync(join(last, DATABASE)) && !existsSync(join(last, SEGMENTS)) ? last : undefined
}

/** Brings what a killed platform had in its write-ahead log into the database, so that one file holds it all. */
function foldLog(path: string): void {
  if (!existsSync(`${path}-wal`) || !existsSync(path)) return
  try {
    openForWriting(path).close()
  } catch {
    // Damaged data are a reason to restore: database and log then go aside as they are.
  }
}

const REPLACED = 'replaced-'
const MAX_A_SECOND = 98
