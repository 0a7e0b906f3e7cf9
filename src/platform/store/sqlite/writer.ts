/** Writes batches to the database: log rows, alarms, devices and counters of one batch are one transaction. */
import type {DatabaseSync, StatementSync} from 'node:sqlite'
import type {Policy} from '../../../alarm/policy.ts'
import {type Commit, perform, type Write} from '../book/write.ts'
import {SqliteBook} from './book.ts'
import {storeFailure} from './failure.ts'
import {openForWriting} from './schema.ts'

export interface WriterOptions {
  readonly path: string
  readonly policy: Policy
  /** Largest database in pages; absent: as large as the disk lets it be. */
  readonly maxPages?: number
}

export class Writer {
  readonly #options: WriterOptions
  readonly #statements = new Map<string, StatementSync>()
  #db: DatabaseSync | undefined

  /** Opens the database. Throws CW_IO, CW_DISK_FULL. */
  constructor(options: WriterOptions) {
    this.#options = options
    this.#open()
  }

  /** All writes in one durable transaction. Never throws for what the disk does. */
  commit(batch: readonly Write[]): Commit {
    try {
      return this.#commit(this.#db ?? this.#open(), batch)
    } catch (error) {
      this.#abandon()
      const {code, params} = storeFailure(error, this.#options.path)
      return {type: 'failed', error: {code, params}}
    }
  }

  close(): void {
    this.#statements.clear()
    this.#db?.close()
    this.#db = undefined
  }

  #commit(db: DatabaseSync, batch: readonly Write[]): Commit {
    db.exec('BEGIN IMMEDIATE')
    const book = new SqliteBook(db, this.#options.policy, this.#statements)
    const outcomes = batch.map((write) => perform(book, write))
    book.finish()
    db.exec('COMMIT')
    return {type: 'committed', outcomes, rows: book.rows}
  }

  #open(): DatabaseSync {
    try {
      this.#db = openForWriting(this.#options.path, this.#options.maxPages)
      return this.#db
    } catch (error) {
      throw storeFailure(error, this.#options.path)
    }
  }

  /** After a failed commit only the file knows what it holds: the connection is thrown away, the next batch opens it anew. */
  #abandon(): void {
    try {
      this.close() // undoes an open transaction
    } catch {
      this.#db = undefined // a disk that cannot even close the file; the batch has failed already
    }
  }
}
