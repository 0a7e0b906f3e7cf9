import type {Policy} from '../../../alarm/policy.ts'
import type {LogEntry} from '../../../model/log-entry.ts'
import type {AccessKind, AccessRecord} from '../../access/records.ts'
import type {KeptLine} from '../../audit/line.ts'
import {json} from '../../json.ts'
import type {AuditIndex} from '../book/audit.ts'
import type {Book, NewEntry} from '../book/book.ts'
import {MAX_MESSAGES} from '../book/signals.ts'
import type {LogRow} from '../port.ts'
import type {Connection} from './connection.ts'
import {DeviceTables} from './device-tables.ts'
import type {Run, SeenLog} from './seen-log.ts'
import {HEAD_SQL} from './segments/catalogue.ts'

/** More than one page, so that a trial needs room as a real entry does. */
const TRIAL_BYTES = 6_000

export class SqliteBook extends DeviceTables implements Book {
  readonly rows: LogRow[] = []
  readonly policy: Policy
  readonly #events: SeenLog
  readonly #messages: SeenLog
  readonly #deltas = new Map<string, number>()
  #head: number

  /** The connection, what it has prepared already, and what it remembers. */
  constructor({db, statements, events, messages}: Connection, policy: Policy) {
    super({db, statements})
    this.policy = policy
    this.#events = events
    this.#messages = messages
    this.#head = Number(db.prepare(HEAD_SQL).get()?.seq ?? 0)
  }

  get head(): number {
    return this.#head
  }

  append(entry: NewEntry, type: string, subject: string): void {
    const seq = this.#head + 1
    const row: LogRow = {seq, at: entry.at, type, subject, entry: json<LogEntry>({seq, ...entry})}
    this.run(
      'INSERT INTO log (seq, at, type, subject, entry) VALUES (?, ?, ?, ?, ?)',
      ...[seq, row.at, type, subject, row.entry],
    )
    this.#head = seq
    this.rows.push(row)
  }

  count(name: string, delta: number): void {
    if (delta !== 0) this.#deltas.set(name, (this.#deltas.get(name) ?? 0) + delta)
  }

  atomically<Result>(work: () => Result): Result {
    const before = new Map(this.#deltas)
    this.db.exec('SAVEPOINT one')
    try {
      const result = work()
      this.db.exec('RELEASE one')
      return result
    } catch (error) {
      // A full disk may have ended the whole transaction already; then there is nothing to undo here.
      if (this.db.isTransaction) this.db.exec('ROLLBACK TO one; RELEASE one')
      this.#deltas.clear()
      for (const [name, delta] of before) this.#deltas.set(name, delta)
      throw error
    }
  }

  tryRoom(): void {
    this.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('trial', ?)", 'x'.repeat(TRIAL_BYTES))
    this.run("DELETE FROM meta WHERE name = 'trial'")
  }

  seenAt(key: string): number | undefined {
    return this.#events.find(key)
  }

  see(key: string, seq: number): void {
    this.#events.add(key, seq)
  }

  forgetSeen(kept: number): void {
    this.#events.trim(kept, (sql, ...values) => this.run(sql, ...values))
  }

  heardAt(key: string): number | undefined {
    return this.#messages.find(key)
  }

  hear(key: string, at: number): void {
    this.#messages.add(key, at)
  }

  revision(): number {
    return Number(this.row("SELECT value FROM meta WHERE name = 'revision'")?.value ?? 0)
  }

  setRevision(revision: number): void {
    this.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('revision', ?)", String(revision))
  }

  access(kind: AccessKind, name: string): AccessRecord | undefined {
    const row = this.row('SELECT state FROM access WHERE kind = ? AND name = ?', kind, name)
    return row && (JSON.parse(String(row.state)) as AccessRecord)
  }

  accessOf(kind: AccessKind): AccessRecord[] {
    const rows = this.statement('SELECT state FROM access WHERE kind = ? ORDER BY name').all(kind)
    return rows.map((row) => JSON.parse(String(row.state)) as AccessRecord)
  }

  saveAccess(record: AccessRecord): void {
    const {kind, name} = record
    this.run('INSERT OR REPLACE INTO access (kind, name, state) VALUES (?, ?, ?)', kind, name, json(record))
  }

  dropAccess(kind: AccessKind, name: string): void {
    this.run('DELETE FROM access WHERE kind = ? AND name = ?', kind, name)
  }

  auditTail(): {n: number; hash: string} | undefined {
    const row = this.statement('SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1').get()
    return row && {n: Number(row.n), hash: String(row.hash)}
  }

  saveAuditLine({n, line, hash}: KeptLine, {at, who, what, place}: AuditIndex): void {
    this.run(
      'INSERT INTO audit (n, at, who, what, place, line, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[n, at, who, what, place, line, hash],
    )
  }

  kept(kind: string, key: string): string | undefined {
    return this.row('SELECT text FROM kept WHERE kind = ? AND key = ?', kind, key)?.text as string | undefined
  }

  keep(kind: string, key: string, text: string | null): void {
    if (text === null) this.run('DELETE FROM kept WHERE kind = ? AND key = ?', kind, key)
    else this.run('INSERT OR REPLACE INTO kept (kind, key, text) VALUES (?, ?, ?)', kind, key, text)
  }

  /** Writes the counters and what was seen. Call it last. */
  finish(): void {
    const run: Run = (sql, ...values) => this.run(sql, ...values)
    this.#messages.trim(MAX_MESSAGES, run)
    for (const log of [this.#events, this.#messages]) log.flush(run)
    for (const [name, delta] of this.#deltas) {
      this.run(
        'INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value',
        ...[name, delta],
      )
    }
  }
}
