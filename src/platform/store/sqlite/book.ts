/** One open transaction of the embedded store as the rules see it. */
import type {DatabaseSync, SQLInputValue, StatementSync} from 'node:sqlite'
import type {Policy} from '../../../alarm/policy.ts'
import {screenState} from '../../../alarm/screen-state.ts'
import {type Alarm, firedAt, ownAccount} from '../../../model/alarm.ts'
import type {Device, DeviceKind, Panel, Zone} from '../../../model/device.ts'
import {type Handoff, isWaiting} from '../../../model/handoff.ts'
import type {Job, JobKind, TaskState} from '../../../model/job.ts'
import type {Jurisdiction} from '../../../model/jurisdiction.ts'
import type {LogEntry} from '../../../model/log-entry.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {WatchedId} from '../../../model/supervision.ts'
import type {AccessKind, AccessRecord} from '../../access/records.ts'
import type {KeptLine} from '../../audit/line.ts'
import {type Json, json} from '../../json.ts'
import type {AuditIndex} from '../book/audit.ts'
import type {Book, KeptAlarm, NewEntry} from '../book/book.ts'
import type {MissingRow, Outage} from '../book/missing.ts'
import {MAX_MESSAGES} from '../book/signals.ts'
import {isOpen, type Move, type TaskRow} from '../book/tasks.ts'
import {missingRow, outageRow, placeOf} from '../missing-page.ts'
import type {LogRow} from '../port.ts'
import {taskRow} from '../task-page.ts'
import type {Connection} from './connection.ts'
import type {Run, SeenLog} from './seen-log.ts'
import {HEAD_SQL} from './segments/catalogue.ts'

const SELECT_MISSING = 'SELECT kind, id, place, since, heard, outage, ontest FROM missing'
/** More than one page, so that a trial needs room as a real entry does. */
const TRIAL_BYTES = 6_000

export class SqliteBook implements Book {
  readonly rows: LogRow[] = []
  readonly policy: Policy
  readonly #db: DatabaseSync
  readonly #statements: Map<string, StatementSync>
  readonly #events: SeenLog
  readonly #messages: SeenLog
  readonly #deltas = new Map<string, number>()
  #head: number

  /** The connection, what it has prepared already, and what it remembers. */
  constructor({db, statements, events, messages}: Connection, policy: Policy) {
    this.policy = policy
    this.#db = db
    this.#statements = statements
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
    this.#run(
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

  tryRoom(): void {
    this.#run("INSERT OR REPLACE INTO meta (name, value) VALUES ('trial', ?)", 'x'.repeat(TRIAL_BYTES))
    this.#run("DELETE FROM meta WHERE name = 'trial'")
  }

  openAlarm(key: string): KeptAlarm | undefined {
    const row = this.#row("SELECT key, seq, state FROM alarm WHERE key = ? AND handling <> 'closed'", key)
    return row && keptAlarm(row)
  }

  alarm(id: number): KeptAlarm | undefined {
    const row = this.#row('SELECT key, seq, state FROM alarm WHERE id = ?', id)
    return row && keptAlarm(row)
  }

  openAlarmsOf(account: string, since: number, limit = -1): KeptAlarm[] {
    const sql = `SELECT key, seq, state FROM alarm WHERE account = ? AND fired_at >= ? AND handling <> 'closed'
      ORDER BY fired_at DESC, id DESC LIMIT ?`
    return this.#statement(sql).all(account, since, limit).map(keptAlarm)
  }

  nextAlarmId(): number {
    return Number(this.#row('SELECT id FROM alarm ORDER BY id DESC LIMIT 1')?.id ?? 0) + 1
  }

  saveAlarm({key, alarm, seq}: KeptAlarm): void {
    const {id, handling, priority} = alarm
    this.#run(
      `INSERT OR REPLACE INTO alarm (id, key, handling, account, screen, priority, fired_at, seq, state)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, key, handling, ownAccount(alarm), screenState(alarm), priority, firedAt(alarm), seq, json(alarm)],
    )
  }

  masksOn(account?: string): Mask[] {
    const rows =
      account === undefined
        ? this.#statement('SELECT state FROM mask WHERE is_on = 1 ORDER BY id').all()
        : this.#statement('SELECT state FROM mask WHERE account = ? AND is_on = 1 ORDER BY id').all(account)
    return rows.map((row) => JSON.parse(String(row.state)) as Mask)
  }

  mask(id: number): Mask | undefined {
    return this.#state<Mask>('SELECT state FROM mask WHERE id = ?', id)
  }

  nextMaskId(): number {
    return Number(this.#row('SELECT id FROM mask ORDER BY id DESC LIMIT 1')?.id ?? 0) + 1
  }

  saveMask({id, scope, state: life}: Mask, state: Json<Mask>): void {
    this.#run(
      'INSERT OR REPLACE INTO mask (id, account, is_on, state) VALUES (?, ?, ?, ?)',
      ...[id, scope.account, life === 'on' ? 1 : 0, state],
    )
  }

  handoffsOf(account: string, since: number): Handoff[] {
    const sql = 'SELECT state FROM handoff WHERE account = ? AND (waiting = 1 OR changed_at >= ?) ORDER BY id'
    return this.#statement(sql)
      .all(account, since)
      .map((row) => JSON.parse(String(row.state)) as Handoff)
  }

  handoff(id: number): Handoff | undefined {
    return this.#state<Handoff>('SELECT state FROM handoff WHERE id = ?', id)
  }

  nextHandoffId(): number {
    return Number(this.#row('SELECT id FROM handoff ORDER BY id DESC LIMIT 1')?.id ?? 0) + 1
  }

  saveHandoff(handoff: Handoff, state: Json<Handoff>): void {
    const {id, account, changedAt} = handoff
    this.#run(
      'INSERT OR REPLACE INTO handoff (id, account, waiting, changed_at, state) VALUES (?, ?, ?, ?, ?)',
      ...[id, account, isWaiting(handoff) ? 1 : 0, changedAt, state],
    )
  }

  openWindows(account?: string): OnTestWindow[] {
    const rows =
      account === undefined
        ? this.#statement('SELECT state FROM ontest WHERE open = 1 ORDER BY id').all()
        : this.#statement('SELECT state FROM ontest WHERE account = ? AND open = 1 ORDER BY id').all(account)
    return rows.map((row) => JSON.parse(String(row.state)) as OnTestWindow)
  }

  window(id: number): OnTestWindow | undefined {
    return this.#state<OnTestWindow>('SELECT state FROM ontest WHERE id = ?', id)
  }

  nextWindowId(): number {
    return Number(this.#row('SELECT id FROM ontest ORDER BY id DESC LIMIT 1')?.id ?? 0) + 1
  }

  saveWindow({id, account, state: life}: OnTestWindow, state: Json<OnTestWindow>): void {
    this.#run(
      'INSERT OR REPLACE INTO ontest (id, account, open, state) VALUES (?, ?, ?, ?)',
      ...[id, account, life === 'open' ? 1 : 0, state],
    )
  }

  seenAt(key: string): number | undefined {
    return this.#events.find(key)
  }

  see(key: string, seq: number): void {
    this.#events.add(key, seq)
  }

  forgetSeen(kept: number): void {
    this.#events.trim(kept, (sql, ...values) => this.#run(sql, ...values))
  }

  heardAt(key: string): number | undefined {
    return this.#messages.find(key)
  }

  hear(key: string, at: number): void {
    this.#messages.add(key, at)
  }

  panelOf(account: string): Panel | undefined {
    return this.#state<Panel>("SELECT state FROM device WHERE account = ? AND kind = 'panel'", account)
  }

  panelKeys(account: string): string[] {
    const sql = "SELECT key FROM device WHERE account = ? AND kind = 'panel' ORDER BY key"
    return this.#statement(sql)
      .all(account)
      .map(({key}) => String(key))
  }

  zonesOf(account: string): Zone[] {
    const sql = "SELECT state FROM device WHERE account = ? AND kind = 'zone'"
    return this.#statement(sql)
      .all(account)
      .map((row) => JSON.parse(String(row.state)) as Zone)
  }

  device(kind: DeviceKind, key: string): Json<Device> | undefined {
    return this.#row('SELECT state FROM device WHERE kind = ? AND key = ?', kind, key)?.state as
      | Json<Device>
      | undefined
  }

  admitDevice(): void {}

  saveDevice(device: Device, state: Json<Device>): void {
    const account = device.kind === 'panel' || device.kind === 'zone' ? device.account : null
    this.#run(
      `INSERT INTO device (kind, key, account, state) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, key) DO UPDATE SET account = excluded.account, state = excluded.state`,
      ...[device.kind, device.key, account, state],
    )
  }

  missingAmong(ids: readonly WatchedId[]): MissingRow[] {
    const statement = this.#statement(`${SELECT_MISSING} WHERE kind = ? AND id = ?`)
    return ids.flatMap(({kind, id}) => {
      const row = statement.get(kind, id)
      return row ? [missingRow(row)] : []
    })
  }

  missingOnTest(): MissingRow[] {
    return this.#statement(`${SELECT_MISSING} WHERE ontest IS NOT NULL`).all().map(missingRow)
  }

  saveMissing(rows: readonly MissingRow[]): void {
    const statement = this.#statement(
      'INSERT OR REPLACE INTO missing (kind, id, place, since, heard, outage, ontest) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    for (const {kind, id, jurisdiction, since, heardAt = null, group = null, onTest = null} of rows) {
      statement.run(kind, id, placeOf(jurisdiction), since, heardAt, group, onTest)
    }
  }

  dropMissing(ids: readonly WatchedId[]): void {
    const statement = this.#statement('DELETE FROM missing WHERE kind = ? AND id = ?')
    for (const {kind, id} of ids) statement.run(kind, id)
  }

  outage(place: Jurisdiction): Outage | undefined {
    const row = this.#row('SELECT * FROM outage WHERE place = ?', place)
    return row && outageRow(row)
  }

  untoldOutages(): Outage[] {
    const sql = 'SELECT * FROM outage WHERE devices <> told_devices OR total <> told_total ORDER BY place'
    return this.#statement(sql).all().map(outageRow)
  }

  saveOutage({place, devices, total, toldDevices, toldTotal}: Outage): void {
    if (devices === 0 && toldDevices === 0 && total === toldTotal) {
      this.#run('DELETE FROM outage WHERE place = ?', place)
      return
    }
    this.#run(
      'INSERT OR REPLACE INTO outage (place, devices, total, told_devices, told_total) VALUES (?, ?, ?, ?, ?)',
      ...[place, devices, total, toldDevices, toldTotal],
    )
  }

  job(id: number): Job | undefined {
    return this.#state<Job>('SELECT state FROM job WHERE id = ?', id)
  }

  nextJobId(): number {
    return Number(this.#row('SELECT id FROM job ORDER BY id DESC LIMIT 1')?.id ?? 0) + 1
  }

  saveJob(job: Job): void {
    const open = job.finishedAt === undefined ? 1 : 0
    this.#run('INSERT OR REPLACE INTO job (id, open, state) VALUES (?, ?, ?)', job.id, open, json(job))
  }

  addTasks(rows: readonly TaskRow[]): void {
    const statement = this.#statement(
      `INSERT INTO task (job, n, kind, state, open, due, lease, tries, changed, target) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    for (const {job, n, kind, state, due, lease, tries, changedAt, target} of rows) {
      statement.run(job, n, kind, state, isOpen(state) ? 1 : 0, due, lease, tries, changedAt, target)
    }
  }

  tasks(ids: readonly {readonly job: number; readonly n: number}[]): TaskRow[] {
    const statement = this.#statement('SELECT * FROM task WHERE job = ? AND n = ?')
    return ids.flatMap(({job, n}) => {
      const row = statement.get(job, n)
      return row ? [taskRow(row)] : []
    })
  }

  dueTasks(kinds: readonly JobKind[], now: number, ahead: number, limit: number): TaskRow[] {
    const sql = (when: string) =>
      `SELECT * FROM task WHERE open = 1 AND kind = ? AND due ${when} ? ORDER BY due, job, n LIMIT ?`
    return kinds
      .flatMap((kind) => [
        ...this.#statement(sql('<=')).all(kind, now, limit),
        ...this.#statement(sql('>=')).all(kind, ahead, limit),
      ])
      .map(taskRow)
      .sort((a, b) => a.due - b.due || a.job - b.job || a.n - b.n)
      .slice(0, limit)
  }

  saveTasks(rows: readonly TaskRow[]): void {
    const update = this.#statement(
      `UPDATE task SET state = ?, open = ?, due = ?, lease = ?, tries = ?, worker = ?, changed = ?, healthy = ?, reason = ?
       WHERE job = ? AND n = ?`,
    )
    const keep = this.#statement('INSERT OR REPLACE INTO task_result (job, n, result) VALUES (?, ?, ?)')
    for (const row of rows) {
      const {job, n, state, due, lease, tries, worker = null, changedAt, healthy, reason = null, result} = row
      const good = healthy === undefined ? null : Number(healthy)
      update.run(state, isOpen(state) ? 1 : 0, due, lease, tries, worker, changedAt, good, reason, job, n)
      if (result !== undefined) keep.run(job, n, result)
    }
  }

  dropTasks(job: number, after: number, upTo: number): void {
    for (const table of ['task', 'task_result']) {
      this.#run(`DELETE FROM ${table} WHERE job = ? AND n > ? AND n <= ?`, job, after, upTo)
    }
  }

  dropJob(id: number): void {
    this.#run('DELETE FROM job WHERE id = ?', id)
  }

  moveTasks(job: number, from: readonly TaskState[], to: TaskState, at: number): Move[] {
    const move = this.#statement(
      'UPDATE task SET state = ?, open = ?, due = 0, tries = 0, changed = ? WHERE job = ? AND state = ?',
    )
    return from.map((state) => {
      return {from: state, to, count: Number(move.run(to, isOpen(to) ? 1 : 0, at, job, state).changes)}
    })
  }

  revision(): number {
    return Number(this.#row("SELECT value FROM meta WHERE name = 'revision'")?.value ?? 0)
  }

  setRevision(revision: number): void {
    this.#run("INSERT OR REPLACE INTO meta (name, value) VALUES ('revision', ?)", String(revision))
  }

  access(kind: AccessKind, name: string): AccessRecord | undefined {
    const row = this.#row('SELECT state FROM access WHERE kind = ? AND name = ?', kind, name)
    return row && (JSON.parse(String(row.state)) as AccessRecord)
  }

  accessOf(kind: AccessKind): AccessRecord[] {
    const rows = this.#statement('SELECT state FROM access WHERE kind = ? ORDER BY name').all(kind)
    return rows.map((row) => JSON.parse(String(row.state)) as AccessRecord)
  }

  saveAccess(record: AccessRecord): void {
    const {kind, name} = record
    this.#run('INSERT OR REPLACE INTO access (kind, name, state) VALUES (?, ?, ?)', kind, name, json(record))
  }

  dropAccess(kind: AccessKind, name: string): void {
    this.#run('DELETE FROM access WHERE kind = ? AND name = ?', kind, name)
  }

  auditTail(): {n: number; hash: string} | undefined {
    const row = this.#statement('SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1').get()
    return row && {n: Number(row.n), hash: String(row.hash)}
  }

  saveAuditLine({n, line, hash}: KeptLine, {at, who, what, place}: AuditIndex): void {
    this.#run(
      'INSERT INTO audit (n, at, who, what, place, line, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[n, at, who, what, place, line, hash],
    )
  }

  kept(kind: string, key: string): string | undefined {
    return this.#row('SELECT text FROM kept WHERE kind = ? AND key = ?', kind, key)?.text as string | undefined
  }

  keep(kind: string, key: string, text: string | null): void {
    if (text === null) this.#run('DELETE FROM kept WHERE kind = ? AND key = ?', kind, key)
    else this.#run('INSERT OR REPLACE INTO kept (kind, key, text) VALUES (?, ?, ?)', kind, key, text)
  }

  /** Writes the counters and what was seen. Call it last. */
  finish(): void {
    const run: Run = (sql, ...values) => this.#run(sql, ...values)
    this.#messages.trim(MAX_MESSAGES, run)
    for (const log of [this.#events, this.#messages]) log.flush(run)
    for (const [name, delta] of this.#deltas) {
      this.#run(
        'INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value',
        ...[name, delta],
      )
    }
  }

  #state<State>(sql: string, value: string | number): State | undefined {
    const row = this.#row(sql, value)
    return row && (JSON.parse(String(row.state)) as State)
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#statement(sql).run(...values)
  }

  #row(sql: string, ...values: (string | number)[]): Record<string, unknown> | undefined {
    return this.#statement(sql).get(...values)
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

function keptAlarm({key, seq, state}: Record<string, unknown>): KeptAlarm {
  return {key: String(key), seq: Number(seq), alarm: JSON.parse(String(state)) as Alarm}
}
