/** The segment files that were read last, kept open: most readers are near the end of the log, a few go through all of it. */
import type {DatabaseSync, StatementSync} from 'node:sqlite'
import {CitywatchError} from '../../../../lib/errors.ts'
import type {Segment} from './catalogue.ts'
import {openSegment, segmentPath} from './file.ts'

/** Files open at a time. */
const MAX_OPEN = 8

interface OpenFile {
  readonly db: DatabaseSync
  readonly rows: StatementSync
}

export class Shelf {
  readonly #dataFolder: string
  /** By first row, the one read last at the end. */
  readonly #open = new Map<number, OpenFile>()

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder
  }

  /** Rows of the segment after a sequence, as the log's columns; at most `limit`. Throws CW_IO, also for a row that is not there. */
  *rows({first, last}: Segment, after: number, limit: number): Generator<Record<string, unknown>> {
    let left = Math.min(limit, last - Math.max(after, first - 1))
    try {
      for (const row of this.#file(first).rows.iterate(after, limit)) {
        left--
        yield row
      }
      if (left > 0) throw new Error(`${left} entries are missing`)
    } catch (error) {
      this.forget(first)
      throw this.#unreadable(first, error)
    }
  }

  /** Closes the file, so that it can be deleted everywhere. */
  forget(first: number): void {
    this.#open.get(first)?.db.close()
    this.#open.delete(first)
  }

  close(): void {
    for (const first of [...this.#open.keys()]) this.forget(first)
  }

  #file(first: number): OpenFile {
    const file = this.#open.get(first) ?? this.#opened(first)
    this.#open.delete(first)
    this.#open.set(first, file)
    const [oldest] = this.#open.keys()
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.forget(oldest)
    return file
  }

  #opened(first: number): OpenFile {
    const db = openSegment(segmentPath(this.#dataFolder, first))
    return {db, rows: db.prepare('SELECT seq, at, type, subject, entry FROM log WHERE seq > ? ORDER BY seq LIMIT ?')}
  }

  #unreadable(first: number, cause: unknown): CitywatchError {
    const detail = `a segment of the log cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`
    return new CitywatchError('CW_IO', {path: segmentPath(this.#dataFolder, first), detail}, {cause})
  }
}
