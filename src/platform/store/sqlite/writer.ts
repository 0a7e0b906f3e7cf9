/** Writes batches to the database: log rows, alarms, devices and counters of one batch are one transaction. */
import type {DatabaseSync, StatementSync} from 'node:sqlite'
import {type ErrorCode, type ErrorParams, isCitywatchError} from '../../../lib/errors.ts'
import type {Alarm} from '../../../model/alarm.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {AckRequest, DeviceBatch, DeviceBatchResult, OnTestEnd} from '../../contract.ts'
import type {Json} from '../../json.ts'
import type {
  EventsOutcome,
  EventsWrite,
  LogRow,
  OnTestExtendWrite,
  OnTestStartWrite,
  RefusalWrite,
  SignalWrite,
} from '../port.ts'
import {storeFailure} from './failure.ts'
import {openForWriting} from './schema.ts'
import {Trimmer} from './segments/trim.ts'
import {perform as performUpkeep, type UpkeepTask} from './segments/upkeep.ts'
import {Transaction} from './transaction.ts'
import {putDevices} from './write-devices.ts'
import {writeEvents} from './write-events.ts'
import {writeAck, writeRefusal, writeSignal} from './write-log.ts'
import {writeEnd, writeExtension, writeStart, writeTime} from './write-on-test.ts'
import {writeTrial} from './write-trial.ts'

/** What the main thread asks the writer to do. */
export type Write =
  | ({readonly type: 'signal'} & SignalWrite)
  | ({readonly type: 'events'} & EventsWrite)
  | ({readonly type: 'refusal'} & RefusalWrite)
  | {readonly type: 'ack'; readonly request: AckRequest; readonly at: number}
  | {readonly type: 'devices'; readonly batch: DeviceBatch}
  | ({readonly type: 'ontest-start'} & OnTestStartWrite)
  | ({readonly type: 'ontest-extend'} & OnTestExtendWrite)
  | {readonly type: 'ontest-end'; readonly request: OnTestEnd; readonly at: number}
  | {readonly type: 'ontest-time'; readonly at: number}
  | {readonly type: 'trial'}

/** What became of one write. A refused one leaves no trace; the others of its batch stand. */
export type Outcome =
  | {readonly type: 'signal'; readonly result: 'stored' | 'unknown-account'}
  | {readonly type: 'events'; readonly outcome: EventsOutcome}
  | {readonly type: 'refusal'}
  | {readonly type: 'ack'; readonly alarm: Json<Alarm>}
  | {readonly type: 'devices'; readonly result: DeviceBatchResult}
  | {readonly type: 'ontest-start'; readonly window: Json<OnTestWindow>}
  | {readonly type: 'ontest-extend'; readonly window: Json<OnTestWindow>}
  | {readonly type: 'ontest-end'; readonly window: Json<OnTestWindow>}
  | {readonly type: 'ontest-time'; readonly next: number | undefined}
  | {readonly type: 'trial'}
  | {readonly type: 'refused'; readonly error: Failure}

export interface Failure {
  readonly code: ErrorCode
  readonly params: ErrorParams
}

/** `failed`: nothing of the batch is promised; the disk may hold it all the same. */
export type Commit =
  | {readonly type: 'committed'; readonly outcomes: readonly Outcome[]; readonly rows: readonly LogRow[]}
  | {readonly type: 'failed'; readonly error: Failure}

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
    const transaction = new Transaction(db, this.#statements)
    const outcomes = batch.map((write) => perform(transaction, write))
    transaction.finish()
    db.exec('COMMIT')
    this.#added = transaction.rows.length
    this.#wasFull = false
    return {type: 'committed', outcomes, rows: transaction.rows}
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

/** A write that breaks a rule of ours is undone alone; what the disk refuses fails the whole batch. */
function perform(transaction: Transaction, write: Write): Outcome {
  try {
    switch (write.type) {
      case 'signal':
        return {type: 'signal', result: writeSignal(transaction, write)}
      case 'events':
        return {type: 'events', outcome: writeEvents(transaction, write)}
      case 'refusal':
        writeRefusal(transaction, write)
        return {type: 'refusal'}
      case 'ack':
        return {type: 'ack', alarm: writeAck(transaction, write.request, write.at)}
      case 'devices':
        return {type: 'devices', result: transaction.atomically(() => putDevices(transaction, write.batch))}
      case 'ontest-start':
        return {type: write.type, window: writeStart(transaction, write)}
      case 'ontest-extend':
        return {type: write.type, window: writeExtension(transaction, write)}
      case 'ontest-end':
        return {type: write.type, window: writeEnd(transaction, write.request, write.at)}
      case 'ontest-time':
        return {type: write.type, next: writeTime(transaction, write.at)}
      case 'trial':
        writeTrial(transaction)
        return {type: write.type}
    }
  } catch (error) {
    if (!isCitywatchError(error)) throw error
    return {type: 'refused', error: {code: error.code, params: error.params}}
  }
}
