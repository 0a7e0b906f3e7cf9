/** Makes a segment file from rows of the open log: copied, indexed, checked and on the disk before it has its name. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import {dirname, join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {pathToFileURL} from 'node:url'
import {CitywatchError} from '../../../../lib/errors.ts'
import {storeFailure} from '../failure.ts'
import {DATABASE} from '../schema.ts'
import {syncFile, syncFolder} from '../sync.ts'
import type {Segment} from './catalogue.ts'
import {digestOf, firstOf, openSegment, SEGMENT_INDEXES, SEGMENT_TABLES, segmentPath, UNFINISHED} from './file.ts'

export interface SealJob {
  readonly dataFolder: string
  /** Life of the log that the rows belong to. */
  readonly epoch: string
  /** Rows of the open log; all of them are there. */
  readonly first: number
  readonly last: number
  /** Bytes that the disk must have left when the file is made: signals need them more. */
  readonly reserveBytes: number
}

/** Rows copied, and put on the disk, at a time: a large sync would hold up the one of the next signal. */
const ROWS_A_STEP = 5_000
/** A file has at most so many times the bytes of its entries: page ends, indexes, room to be wrong. */
const SIZE_FACTOR = 2
/** Where the row happened, told as the stream's filters do: the first such member; events of others name no place. */
const PLACE = '"jurisdiction":"'
const JURISDICTION = `
  CASE WHEN type GLOB 'event.*' OR instr(entry, '${PLACE}') = 0 THEN NULL
  ELSE substr(
    substr(entry, instr(entry, '${PLACE}') + ${PLACE.length}, 600), 1,
    instr(substr(entry, instr(entry, '${PLACE}') + ${PLACE.length}, 600), '"') - 1
  ) END`

/**
 * The finished file, not yet part of the log. What an earlier try left of it is replaced. Takes a second or two for 200,000
 * rows. Throws CW_DISK_FULL (also before anything is written, when too little is free), CW_IO; nothing is left then.
 */
export function seal(job: SealJob): Segment {
  const path = segmentPath(job.dataFolder, job.first)
  const partial = path + UNFINISHED
  try {
    makeFolder(dirname(path), job.dataFolder)
    dropUnfinished(dirname(path))
    closeSync(openSync(partial, 'wx', 0o600))
    const times = fill(partial, job)
    chmodSync(partial, 0o400)
    const sha256 = digestOf(partial)
    setAsideForeign(path, job.epoch)
    renameSync(partial, path)
    syncFolder(dirname(path))
    return {first: job.first, last: job.last, ...times, sizeBytes: statSync(path).size, sha256}
  } catch (error) {
    rmSync(partial, {force: true})
    throw storeFailure(error, path)
  }
}

function makeFolder(folder: string, dataFolder: string): void {
  if (existsSync(folder)) return
  mkdirSync(folder, {mode: 0o700})
  syncFolder(dataFolder)
}

function dropUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (name.endsWith(UNFINISHED) && firstOf(name) !== undefined) rmSync(join(folder, name), {force: true})
  }
}

/** Without a journal: a file that a kill leaves half made is thrown away whole. */
function fill(
  partial: string,
  {dataFolder, epoch, first, last, reserveBytes}: SealJob,
): {firstAt: number; lastAt: number} {
  const db = new DatabaseSync(partial)
  const descriptor = openSync(partial, 'r+')
  try {
    db.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; ${SEGMENT_TABLES}`)
    db.prepare('ATTACH ? AS live').run(`${pathToFileURL(join(dataFolder, DATABASE)).href}?mode=ro`)
    requireRoom(db, partial, {first, last, reserveBytes})
    const copy = db.prepare(
      `INSERT INTO main.log (seq, at, type, subject, entry, jurisdiction)
       SELECT seq, at, type, subject, entry, ${JURISDICTION} FROM live.log WHERE seq BETWEEN ? AND ? ORDER BY seq`,
    )
    for (let from = first; from <= last; from += ROWS_A_STEP) {
      copy.run(from, Math.min(last, from + ROWS_A_STEP - 1))
      fsyncSync(descriptor)
    }
    db.exec(`DETACH live; ${SEGMENT_INDEXES}`)
    const meta = db.prepare('INSERT INTO meta (name, value) VALUES (?, ?)')
    for (const [name, value] of Object.entries({epoch, first, last})) meta.run(name, String(value))
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
    db.close()
  }
  syncFile(partial)
  return checked(partial, first, last)
}

/** Asked before the first byte: what is left of the disk is for signals. */
function requireRoom(
  db: DatabaseSync,
  partial: string,
  {first, last, reserveBytes}: Pick<SealJob, 'first' | 'last' | 'reserveBytes'>,
): void {
  const {bsize, bavail} = statfsSync(partial)
  const row = db
    .prepare('SELECT sum(octet_length(entry)) AS bytes FROM live.log WHERE seq BETWEEN ? AND ?')
    .get(first, last)
  const needed = Number(row?.bytes ?? 0) * SIZE_FACTOR + reserveBytes
  if (bsize * bavail < needed) throw new CitywatchError('CW_DISK_FULL', {path: partial})
}

/** Read as it will be read. Throws CW_IO. */
function checked(path: string, first: number, last: number): {firstAt: number; lastAt: number} {
  const db = openSegment(path)
  try {
    const [found] = db.prepare('PRAGMA integrity_check(1)').all()
    const row = db
      .prepare('SELECT count(*) AS rows, min(seq) AS first, max(seq) AS last, min(at) AS a, max(at) AS z FROM log')
      .get()
    const isWhole = Number(row?.rows) === last - first + 1 && Number(row?.first) === first && Number(row?.last) === last
    if (found?.integrity_check === 'ok' && isWhole) return {firstAt: Number(row?.a), lastAt: Number(row?.z)}
    const detail = `${row?.rows} of the entries ${first} to ${last}, integrity ${found?.integrity_check}`
    throw new CitywatchError('CW_IO', {path, detail})
  } finally {
    db.close()
  }
}

/** A file of this name from another life of the log was put here by hand; it is nobody's to delete. */
function setAsideForeign(path: string, epoch: string): void {
  if (!existsSync(path) || epochOf(path) === epoch) return
  renameSync(path, `${path}.foreign-${statSync(path).mtimeMs.toFixed(0)}`)
}

/** Life of the log that a segment file came from; undefined when it cannot be read. */
export function epochOf(path: string): string | undefined {
  try {
    const db = openSegment(path)
    try {
      return String(db.prepare("SELECT value FROM meta WHERE name = 'epoch'").get()?.value)
    } finally {
      db.close()
    }
  } catch {
    return undefined
  }
}
