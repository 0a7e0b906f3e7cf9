/** Writes batches to the database: log rows, alarms, devices and counters of one batch are one transaction. */
import type {Policy} from '../../../alarm/policy.ts'
import {type Commit, perform, type Write} from '../book/write.ts'
import {SqliteBook} from './book.ts'
import {type Connection, connectForWriting} from './connection.ts'
import {storeFailure} from './failure.ts'

export interface WriterOptions {
  readonly path: string
  readonly policy: Policy
  /** Largest database in pages; absent: as large as the disk lets it be. */
  readonly maxPages?: number
}

export class Writer {
  readonly #options: WriterOptions
  #connection: Connection | undefined

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
      this.#abandon()
      const {code, params} = storeFailure(error, this.#options.path)
      return {type: 'failed', error: {code, params}}
    }
  }

  close(): void {
    const open = this.#connection
    this.#connection = undefined
    open?.statements.clear()
    open?.db.close()
  }

  #commit(connection: Connection, batch: readonly Write[]): Commit {
    const {db} = connection
    db.exec('BEGIN IMMEDIATE')
    const book = new SqliteBook(connection, this.#options.policy)
    const outcomes = batch.map((write) => perform(book, write))
    book.finish()
    db.exec('COMMIT')
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

  /** After a failed commit only the file knows what it holds: the connection is thrown away, the next batch opens it anew. */
  #abandon(): void {
    try {
      this.close() // undoes an open transaction
    } catch {
      // A disk that cannot even close the file; the batch has failed already.
    }
  }
}
