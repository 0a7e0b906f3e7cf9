/** One open transaction: the next sequence, the statements, and the counters that change with it. */
import type {DatabaseSync, StatementSync} from 'node:sqlite'
import type {LogEntry} from '../../../model/log-entry.ts'
import {json} from '../../json.ts'
import type {LogRow} from '../port.ts'
import {HEAD_SQL} from './segments/catalogue.ts'

/** A LogEntry before it has its place in the log. */
export type NewEntry = LogEntry extends infer E ? (E extends LogEntry ? Omit<E, 'seq'> : never) : never

export class Transaction {
  readonly rows: LogRow[] = []
  readonly #db: DatabaseSync
  readonly #statements: Map<string, StatementSync>
  readonly #deltas = new Map<string, number>()
  #head: number

  /** `statements` are those that this connection has prepared already. */
  constructor(db: DatabaseSync, statements: Map<string, StatementSync> = new Map()) {
    this.#db = db
    this.#statements = statements
    this.#head = Number(db.prepare(HEAD_SQL).get()?.seq ?? 0)
  }

  /** Sequence of the last row. */
  get head(): number {
    return this.#head
  }

  /** Adds a row to the log; its entry has the sequence in it. */
  append(entry: NewEntry, type: string, subject: string): void {
    const seq = this.#head + 1
    const row: LogRow = {seq, at: entry.at, type, subject, entry: json<LogEntry>({seq, ...entry})}
    this.run(
      'INSERT INTO log (seq, at, type, subject, entry) VALUES (?, ?, ?, ?, ?)',
      seq,
      row.at,
      type,
      subject,
      row.entry,
    )
    this.#head = seq
    this.rows.push(row)
  }

  run(sql: string, ...values: (string | number | null)[]): void {
    this.#statement(sql).run(...values)
  }

  row(sql: string, ...values: (string | number)[]): Record<string, unknown> | undefined {
    return this.#statement(sql).get(...values)
  }

  all(sql: string, ...values: (string | number)[]): Record<string, unknown>[] {
    return this.#statement(sql).all(...values)
  }

  count(name: string, delta: number): void {
    if (delta !== 0) this.#deltas.set(name, (this.#deltas.get(name) ?? 0) + delta)
  }

  /** Undoes what `work` wrote to tables when it throws. `work` must not append to the log. */
  atomically<Result>(work: () => Result): Result {
    const before = new Map(this.#deltas)
    this.#db.exec('SAVEPOINT one')
    try {
      const result = work()
      this.#db.exec('RELEASE one')
      return result
    } catch (error) {
      // A full disk may have ended the whole transaction already; then there is nothing to undo here.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK TO one; RELEASE one')
      this.#deltas.clear()
      for (const [name, delta] of before) this.#deltas.set(name, delta)
      throw error
    }
  }

  /** Writes the counters. Call it last. */
  finish(): void {
    for (const [name, delta] of this.#deltas) {
      this.run(
        'INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value',
        name,
        delta,
      )
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
