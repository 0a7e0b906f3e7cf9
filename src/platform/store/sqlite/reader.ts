/** Reads log, alarms and inventory while the writer writes: each answer is one consistent picture. */
import type {DatabaseSync} from 'node:sqlite'
import type {Alarm} from '../../../model/alarm.ts'
import type {Device} from '../../../model/device.ts'
import type {Handoff} from '../../../model/handoff.ts'
import type {LogEntry} from '../../../model/log-entry.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {Json} from '../../json.ts'
import {alarmsThat} from '../alarm-filter.ts'
import {countsOf} from '../counts.ts'
import {bounded, cutPage} from '../page.ts'
import type {
  AccountPageRequest,
  AccountRows,
  AlarmPageRequest,
  AlarmRows,
  Counts,
  DevicePageRequest,
  DeviceRows,
  LogRow,
} from '../port.ts'
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

  alarms(request: AlarmPageRequest): AlarmRows {
    const {after, limit} = request
    const {where, values} = alarmsThat(request, '?')
    return this.#snapshot(() => {
      const rows = bounded(
        this.#db
          .prepare(`SELECT id, state FROM alarm WHERE ${['id > ?1', ...where].join(' AND ')} ORDER BY id LIMIT ?2`)
          .iterate(after, limit + 1, ...values),
        'state',
      )
      const page = cutPage(rows, limit, 'id')
      return {
        head: this.head(),
        rows: page.rows.map((row) => String(row.state) as Json<Alarm>),
        ...(page.next === undefined ? {} : {next: Number(page.next)}),
      }
    })
  }

  devices({kind, account, after, limit}: DevicePageRequest): DeviceRows {
    const [ofAccount, owner] = account === undefined ? ['', []] : ['account = ? AND', [account]]
    return this.#snapshot(() => {
      const rows = bounded(
        this.#db
          .prepare(`SELECT key, state FROM device WHERE ${ofAccount} kind = ? AND key > ? ORDER BY key LIMIT ?`)
          .iterate(...owner, kind, after, limit + 1),
        'state',
      )
      const page = cutPage(rows, limit, 'key')
      return {
        revision: Number(this.#db.prepare("SELECT value FROM meta WHERE name = 'revision'").get()?.value ?? 0),
        rows: page.rows.map((row) => String(row.state) as Json<Device>),
        ...(page.next === undefined ? {} : {next: String(page.next)}),
      }
    })
  }

  /** Sequence of the entry with the alarm's latest change; 0: nobody knows; undefined: no such alarm. */
  lastChange(alarm: number): number | undefined {
    const row = this.#db.prepare('SELECT seq FROM alarm WHERE id = ?').get(alarm)
    return row && Number(row.seq)
  }

  onTestWindows(request: AccountPageRequest): AccountRows<OnTestWindow> {
    return this.#accountPage('ontest', 'open = 1', request)
  }

  masks(request: AccountPageRequest): AccountRows<Mask> {
    return this.#accountPage('mask', 'is_on = 1', request)
  }

  handoffs(request: AccountPageRequest): AccountRows<Handoff> {
    return this.#accountPage('handoff', 'waiting = 1', request)
  }

  #accountPage<State>(
    table: 'ontest' | 'mask' | 'handoff',
    isOpen: string,
    {account, all, after, limit}: AccountPageRequest,
  ): AccountRows<State> {
    const [ofAccount, owner] = account === undefined ? ['', []] : ['account = ? AND', [account]]
    const rows = bounded(
      this.#db
        .prepare(
          `SELECT id, state FROM ${table} WHERE ${ofAccount} id > ? ${all ? '' : `AND ${isOpen}`} ORDER BY id LIMIT ?`,
        )
        .iterate(...owner, after, limit + 1),
      'state',
    )
    const page = cutPage(rows, limit, 'id')
    return {
      rows: page.rows.map((row) => String(row.state) as Json<State>),
      ...(page.next === undefined ? {} : {next: Number(page.next)}),
    }
  }

  counts(): Counts {
    return countsOf(this.#db.prepare('SELECT name, value FROM counter').all())
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
