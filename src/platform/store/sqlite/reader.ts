/** Reads log, alarms and inventory while the writer writes: each answer is one consistent picture. */
import type {DatabaseSync} from 'node:sqlite'
import type {Jurisdiction} from '../../../model/jurisdiction.ts'
import type {LogEntry} from '../../../model/log-entry.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {AccessRecord} from '../../access/records.ts'
import type {Json} from '../../json.ts'
import {ACCESS_VERSION} from '../book/access.ts'
import {countsOf} from '../counts.ts'
import {bounded, cutPage} from '../page.ts'
import type {
  AlarmPageRequest,
  AlarmRows,
  AuditPageRequest,
  AuditRows,
  Counts,
  DevicePageRequest,
  DeviceRows,
  LogRow,
  OnTestPageRequest,
  OnTestRows,
} from '../port.ts'
import {auditPage} from './audit-page.ts'
import {alarmPage, countsWithin, devicePage, subtree, WITHIN} from './pages.ts'
import {openForReading} from './schema.ts'

export class Reader {
  readonly epoch: string
  readonly #db: DatabaseSync

  /** Opens a second, read-only connection to the writer's file. */
  constructor(path: string) {
    this.#db = openForReading(path)
    this.epoch = String(this.#db.prepare("SELECT value FROM meta WHERE name = 'epoch'").get()?.value)
  }

  head(): number {
    return Number(this.#db.prepare('SELECT seq FROM log ORDER BY seq DESC LIMIT 1').get()?.seq ?? 0)
  }

  floor(): number {
    const first = this.#db.prepare('SELECT seq FROM log ORDER BY seq LIMIT 1').get()?.seq
    return first === undefined ? this.head() : Number(first) - 1
  }

  log(after: number, limit: number): LogRow[] {
    const rows = this.#db
      .prepare('SELECT seq, at, type, subject, entry FROM log WHERE seq > ? ORDER BY seq LIMIT ?')
      .iterate(after, limit)
    return bounded(rows, 'entry').map((row) => ({
      seq: Number(row.seq),
      at: Number(row.at),
      type: String(row.type),
      subject: String(row.subject),
      entry: String(row.entry) as Json<LogEntry>,
    }))
  }

  alarms(asked: AlarmPageRequest): AlarmRows {
    return this.#snapshot(() => ({head: this.head(), ...alarmPage(this.#db, asked)}))
  }

  devices(asked: DevicePageRequest): DeviceRows {
    return this.#snapshot(() => ({
      revision: Number(this.#db.prepare("SELECT value FROM meta WHERE name = 'revision'").get()?.value ?? 0),
      ...devicePage(this.#db, asked),
    }))
  }

  onTestWindows({account, all, jurisdiction = '', after, limit}: OnTestPageRequest): OnTestRows {
    const [ofAccount, owner] = account === undefined ? ['', []] : ['account = ? AND', [account]]
    const [inPlace, places] = jurisdiction === '' ? ['', []] : [`AND ${WITHIN}`, subtree(jurisdiction)]
    const rows = bounded(
      this.#db
        .prepare(
          `SELECT id, state FROM ontest WHERE ${ofAccount} id > ? ${all ? '' : 'AND open = 1'} ${inPlace} ORDER BY id LIMIT ?`,
        )
        .iterate(...owner, after, ...places, limit + 1),
      'state',
    )
    const page = cutPage(rows, limit, 'id')
    return {
      rows: page.rows.map((row) => String(row.state) as Json<OnTestWindow>),
      ...(page.next === undefined ? {} : {next: Number(page.next)}),
    }
  }

  access(): AccessRecord[] {
    const rows = this.#db.prepare('SELECT state FROM access').all()
    return rows.map((row) => JSON.parse(String(row.state)) as AccessRecord)
  }

  accessVersion(): number {
    const row = this.#db.prepare('SELECT value FROM counter WHERE name = ?').get(ACCESS_VERSION)
    return Number(row?.value ?? 0)
  }

  auditLines(asked: AuditPageRequest): AuditRows {
    return auditPage(this.#db, asked)
  }

  countsWithin(within: Jurisdiction): Counts {
    return countsWithin(this.#db, within)
  }

  counts(): Counts {
    const sql = "SELECT name, value FROM counter WHERE name < 'place:' OR name >= 'place;'"
    return countsOf(this.#db.prepare(sql).all())
  }

  close(): void {
    this.#db.close()
  }

  #snapshot<Result>(read: () => Result): Result {
    this.#db.exec('BEGIN')
    try {
      return read()
    } finally {
      this.#db.exec('COMMIT')
    }
  }
}
