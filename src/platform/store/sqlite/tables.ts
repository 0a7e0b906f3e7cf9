/** One open transaction of the embedded store: its statements, each prepared once. */
import type {DatabaseSync, SQLInputValue, StatementSync} from 'node:sqlite'
import type {Connection} from './connection.ts'

export class Tables {
  protected readonly db: DatabaseSync
  readonly #statements: Map<string, StatementSync>

  /** The connection, and what it has prepared already. */
  constructor({db, statements}: Pick<Connection, 'db' | 'statements'>) {
    this.db = db
    this.#statements = statements
  }

  protected state<State>(sql: string, value: string | number): State | undefined {
    const row = this.row(sql, value)
    return row && (JSON.parse(String(row.state)) as State)
  }

  protected run(sql: string, ...values: SQLInputValue[]): void {
    this.statement(sql).run(...values)
  }

  protected row(sql: string, ...values: (string | number)[]): Record<string, unknown> | undefined {
    return this.statement(sql).get(...values)
  }

  protected statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
