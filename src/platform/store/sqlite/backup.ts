/** Copies the platform's data into one file while the platform goes on writing: whole, checked and on the disk, or not at all. */
import {
  closeSync,
  type Dirent,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import {basename, dirname, join, resolve} from 'node:path'
import {backup, DatabaseSync} from 'node:sqlite'
import {CitywatchError, isCitywatchError} from '../../../lib/errors.ts'
import {checkedExtent, type LogExtent, requireLayout} from './database-check.ts'
import {storeFailure} from './failure.ts'
import {DATABASE, openForReading, setMeta} from './schema.ts'
import {type Segment, segmentsOf} from './segments/catalogue.ts'
import {mergeSegments} from './segments/merge.ts'
import {syncFile, syncFolder} from './sync.ts'

/** Pages of 4 KiB between two looks at the signal and the progress line: 4 MiB. */
const PAGES_A_STEP = 1_024
const PAGE_BYTES = 4_096

export interface BackupOptions {
  /** Data folder of the platform, which may be running. */
  readonly folder: string
  /** Where the backup goes; outside the data folder. */
  readonly file: string
  /** Replace a file that is there. */
  readonly force: boolean
  readonly now: number
  readonly signal?: AbortSignal
  readonly progress?: (step: {readonly done: number; readonly total: number} | 'checking') => void
}

export interface BackupReport extends LogExtent {
  readonly file: string
  readonly sizeBytes: number
}

/**
 * A copy of one instant, by SQLite's backup under one read transaction: the writer neither waits nor makes it start anew.
 * The file has its name only when it has been read back and is on the disk. Throws CW_FILE_NOT_FOUND (no data), CW_FILE_EXISTS,
 * CW_BAD_VALUE, CW_DISK_FULL, CW_IO (damaged data, too), and the signal's reason.
 */
export async function backUp(options: BackupOptions): Promise<BackupReport> {
  const {folder, force, progress, signal} = options
  const file = resolve(options.file)
  const source = join(folder, DATABASE)
  requireData(source)
  requireFree(file, folder, force)
  dropLeftovers(file)
  const partial = `${file}.${process.pid}.part`
  try {
    closeSync(openSync(partial, 'wx', 0o600))
    await copy(source, partial, options)
    await addSegments(source, partial, options)
    progress?.('checking')
    const extent = sealed(partial, options.now)
    signal?.throwIfAborted()
    requireFree(file, folder, force)
    const sizeBytes = statSync(partial).size
    renameSync(partial, file)
    syncFolder(dirname(file))
    return {file, sizeBytes, ...extent}
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (!isCitywatchError(error, 'CW_NOT_A_BACKUP')) throw storeFailure(error, file)
    throw new CitywatchError('CW_IO', {path: source, detail: error.params.detail ?? 'damaged'}, {cause: error})
  } finally {
    for (const end of ['', '-journal']) rmSync(partial + end, {force: true})
  }
}

async function copy(source: string, partial: string, {signal, progress}: BackupOptions): Promise<void> {
  const db = openForReading(source)
  try {
    requireLayout(db, source)
    db.exec('BEGIN')
    const segmentPages = pagesOf(segmentsIn(db)) // the read that fixes the instant
    await backup(db, partial, {
      rate: PAGES_A_STEP,
      progress: ({totalPages, remainingPages}) => {
        signal?.throwIfAborted()
        progress?.({done: totalPages - remainingPages, total: totalPages + segmentPages})
      },
    })
  } finally {
    db.close()
  }
}

/** What the copy lists lies in files beside the source: sealed ones, which never change. */
async function addSegments(source: string, partial: string, {folder, signal, progress}: BackupOptions): Promise<void> {
  const live = openForReading(source)
  const copied = openForReading(partial)
  const segments = segmentsIn(copied)
  copied.close()
  const basePages = Math.ceil(statSync(partial).size / PAGE_BYTES)
  try {
    if (segments.length === 0) return
    await mergeSegments({
      copy: partial,
      dataFolder: folder,
      isKept: ({first}) => segmentsIn(live).some((segment) => segment.first === first),
      step: (doneBytes) => {
        signal?.throwIfAborted()
        const done = basePages + Math.floor(doneBytes / PAGE_BYTES)
        progress?.({done, total: basePages + pagesOf(segments)})
      },
    })
  } finally {
    live.close()
  }
}

/** Data of an older layout have none. */
function segmentsIn(db: DatabaseSync): Segment[] {
  const hasList = db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'segment'").get()?.n === 1
  return hasList ? segmentsOf(db) : []
}

function pagesOf(segments: readonly Segment[]): number {
  return Math.ceil(segments.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0) / PAGE_BYTES)
}

/** One file without a write-ahead log, marked as a backup, read through, on the disk. */
function sealed(partial: string, now: number): LogExtent {
  const db = new DatabaseSync(partial)
  try {
    db.exec('PRAGMA journal_mode = DELETE')
    setMeta(db, 'backup', String(now))
    return checkedExtent(db, partial)
  } finally {
    db.close()
    syncFile(partial)
  }
}

function requireData(source: string): void {
  try {
    statSync(source)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw storeFailure(cause, source)
    throw new CitywatchError('CW_FILE_NOT_FOUND', {path: source}, {cause})
  }
}

function requireFree(file: string, folder: string, force: boolean): void {
  try {
    if (realpathSync(dirname(file)) === realpathSync(folder)) {
      const expected = 'a file outside the data folder'
      throw new CitywatchError('CW_BAD_VALUE', {field: 'backup', value: file, expected})
    }
    const found = lstatSync(file, {throwIfNoEntry: false})
    if (found === undefined) return
    if (!found.isFile()) {
      throw new CitywatchError('CW_BAD_VALUE', {field: 'backup', value: file, expected: 'the name of a file'})
    }
  } catch (error) {
    throw storeFailure(error, file)
  }
  if (!force) throw new CitywatchError('CW_FILE_EXISTS', {path: file})
}

/** What a backup of this name left that was killed. */
function dropLeftovers(file: string): void {
  const folder = dirname(file)
  const start = `${basename(file)}.`
  let names: Dirent[]
  try {
    names = readdirSync(folder, {withFileTypes: true})
  } catch {
    return // a folder that may be written and not listed
  }
  for (const {name} of names) {
    const [, pid] = name.startsWith(start)
      ? (/^(\d{1,10})\.part(?:-journal)?$/.exec(name.slice(start.length)) ?? [])
      : []
    if (pid !== undefined && (Number(pid) === process.pid || !isAlive(Number(pid))))
      rmSync(join(folder, name), {force: true})
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
