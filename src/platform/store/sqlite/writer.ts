/** Writes batches to the database: log rows, alarms, devices and counters of one batch are one transaction. */
import type {DatabaseSync, StatementSync} from 'node:sqlite'
import {isCitywatchError} from '../../../lib/errors.ts'
import {type Commit, type Failure, perform, type Write} from '../book/write.ts'
import {SqliteBook} from './book.ts'
import {storeFailure} from './failure.ts'
import {openForWriting} from './schema.ts'
import {Trimmer} from './segments/trim.ts'
import {perform as performUpkeep, type UpkeepTask} from './segments/upkeep.ts'

export interface WriterOptions {
  readonly path: string
  /** Largest database in pages; absent: as large as the disk lets it be. */
  readonly maxPages?: number
}

export class Writer {
  readonly #options: WriterOptions
  readonly #statements = new Map<string, StatementSync>()
  #open: {readonly db: DatabaseSync; readonly trimmer: Trimmer} | undefined
  /** Rows of the commit before. */
  #added = 0
  #wasFull = false

  /** Opens the database. Throws CW_IO, CW_DISK_FULL. */
  constructor(options: WriterOptions) {
    this.#options = options
    this.#opened()
  }

  /** All writes in one durable transaction. Never throws for what the disk does. */
  commit(batch: readonly Write[]): Commit {
    try {
      return this.#commit(batch)
    } catch (error) {
      return {type: 'failed', error: this.#failed(error)}
    }
  }

  /** Durable when it returns undefined; else nothing has changed. Never throws for what the disk does. */
  keep(task: UpkeepTask): Failure | undefined {
    try {
      const {db, trimmer} = this.#opened()
      performUpkeep(db, task)
      trimmer.changed()
      return undefined
    } catch (error) {
      return this.#failed(error)
    }
  }

  close(): void {
    this.#statements.clear()
    this.#open?.db.close()
    this.#open = undefined
  }

  #commit(batch: readonly Write[]): Commit {
    const {db, trimmer} = this.#opened()
    if (this.#wasFull) makeRoom(db, trimmer)
    db.exec('BEGIN IMMEDIATE')
    trimmer.clear(this.#added)
    const book = new SqliteBook(db, this.#statements)
    const outcomes = batch.map((write) => perform(book, write))
    book.finish()
    db.exec('COMMIT')
    this.#added = book.rows.length
    this.#wasFull = false
    return {type: 'committed', outcomes, rows: book.rows}
  }

  #opened(): {readonly db: DatabaseSync; readonly trimmer: Trimmer} {
    try {
      if (this.#open === undefined) {
        const db = openForWriting(this.#options.path, this.#options.maxPages)
        this.#open = {db, trimmer: new Trimmer(db)}
      }
      return this.#open
    } catch (error) {
      throw storeFailure(error, this.#options.path)
    }
  }

  /** Only the file knows now what it holds: the connection is thrown away, the next batch opens it anew. */
  #failed(error: unknown): Failure {
    try {
      this.close() // undoes an open transaction
    } catch {
      this.#open = undefined // a disk that cannot even close the file; the batch has failed already
    }
    const failure = storeFailure(error, this.#options.path)
    this.#wasFull = isCitywatchError(failure, 'CW_DISK_FULL')
    return {code: failure.code, params: failure.params}
  }
}

/** Alone, since a batch that needs more room than there is takes back what it cleared. Of no use: the batch will say so. */
function makeRoom(db: DatabaseSync, trimmer: Trimmer): void {
  db.exec('BEGIN IMMEDIATE')
  trimmer.makeRoom()
  db.exec('COMMIT')
}
