/** Writes batches to the database: log rows, alarms, devices and counters of one batch are one transaction. */
import type {Policy} from '../../../alarm/policy.ts'
import {isCitywatchError} from '../../../lib/errors.ts'
import {perform} from '../book/perform.ts'
import type {Commit, Failure, Write} from '../book/write.ts'
import {SqliteBook} from './book.ts'
import {type Connection, connectForWriting} from './connection.ts'
import {storeFailure} from './failure.ts'
import {perform as performUpkeep, type UpkeepTask} from './segments/upkeep.ts'

export interface WriterOptions {
  readonly path: string
  readonly policy: Policy
  /** Largest database in pages; absent: as large as the disk lets it be. */
  readonly maxPages?: number
}

export class Writer {
  readonly #options: WriterOptions
  #connection: Connection | undefined
  /** Rows of the commit before. */
  #added = 0
  #wasFull = false

  /** Opens the database. Throws CW_IO, CW_DISK_FULL. */
  constructor(options: WriterOptions) {
    this.#options = options
    this.#open()
  }

  /** All writes in one durable transaction. Never throws for what the disk does. */
  commit(batch: readonly Write[]): Commit {
    try {
      return this.#commit(this.#connection ?? this.#open(), batch)
    } catch (error) {
      return {type: 'failed', error: this.#abandon(error)}
    }
  }

  /** Durable when it returns undefined; else nothing has changed. Never throws for what the disk does. */
  keep(task: UpkeepTask): Failure | undefined {
    try {
      const {db, trimmer} = this.#connection ?? this.#open()
      performUpkeep(db, task)
      trimmer.changed()
      return undefined
    } catch (error) {
      return this.#abandon(error)
    }
  }

  close(): void {
    const open = this.#connection
    this.#connection = undefined
    open?.statements.clear()
    open?.db.close()
  }

  #commit(connection: Connection, batch: readonly Write[]): Commit {
    const {db, trimmer} = connection
    if (this.#wasFull) makeRoom(connection)
    db.exec('BEGIN IMMEDIATE')
    trimmer.clear(this.#added)
    const book = new SqliteBook(connection, this.#options.policy)
    const outcomes = batch.map((write) => perform(book, write))
    book.finish()
    db.exec('COMMIT')
    this.#added = book.rows.length
    this.#wasFull = false
    return {type: 'committed', outcomes, rows: book.rows}
  }

  #open(): Connection {
    try {
      this.#connection = connectForWriting(this.#options.path, this.#options.maxPages)
      return this.#connection
    } catch (error) {
      throw storeFailure(error, this.#options.path)
    }
  }

  /** Only the file knows now what it holds: the connection is thrown away, the next batch opens it anew. */
  #abandon(error: unknown): Failure {
    try {
      this.close() // undoes an open transaction
    } catch {
      // A disk that cannot even close the file; the batch has failed already.
    }
    const failure = storeFailure(error, this.#options.path)
    this.#wasFull = isCitywatchError(failure, 'CW_DISK_FULL')
    return {code: failure.code, params: failure.params}
  }
}

/** Alone, since a batch that needs more room than there is takes back what it cleared. */
function makeRoom({db, trimmer}: Connection): void {
  db.exec('BEGIN IMMEDIATE')
  trimmer.makeRoom()
  db.exec('COMMIT')
}
