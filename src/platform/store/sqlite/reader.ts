/** Reads log, alarms and inventory while the writer writes: each answer is one consistent picture. */
import type {DatabaseSync} from 'node:sqlite'
import type {Alarm} from '../../../model/alarm.ts'
import type {Device} from '../../../model/device.ts'
import type {Job} from '../../../model/job.ts'
import type {LogEntry} from '../../../model/log-entry.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {Json} from '../../json.ts'
import {missingPage, rangesOf} from '../missing-page.ts'
import {bounded, cutPage, type Row} from '../page.ts'
import type {
  AlarmPageRequest,
  AlarmRows,
  Counts,
  DevicePageRequest,
  DeviceRows,
  JobPageRequest,
  JobRows,
  LogRow,
  MissingPageRequest,
  MissingRows,
  OnTestPageRequest,
  OnTestRows,
  TaskPageRequest,
  TaskRows,
} from '../port.ts'
import {taskPage} from '../task-page.ts'
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

  alarms({after, limit, all}: AlarmPageRequest): AlarmRows {
    const open = all ? '' : "AND handling <> 'closed'"
    return this.#snapshot(() => {
      const rows = bounded(
        this.#db
          .prepare(`SELECT id, state FROM alarm WHERE id > ? ${open} ORDER BY id LIMIT ?`)
          .iterate(after, limit + 1),
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

  onTestWindows({account, all, after, limit}: OnTestPageRequest): OnTestRows {
    const [ofAccount, owner] = account === undefined ? ['', []] : ['account = ? AND', [account]]
    const rows = bounded(
      this.#db
        .prepare(
          `SELECT id, state FROM ontest WHERE ${ofAccount} id > ? ${all ? '' : 'AND open = 1'} ORDER BY id LIMIT ?`,
        )
        .iterate(...owner, after, limit + 1),
      'state',
    )
    const page = cutPage(rows, limit, 'id')
    return {
      rows: page.rows.map((row) => String(row.state) as Json<OnTestWindow>),
      ...(page.next === undefined ? {} : {next: Number(page.next)}),
    }
  }

  missing(page: MissingPageRequest): MissingRows {
    const rows: Row[] = []
    for (const {kind, place, id, end} of rangesOf(page)) {
      const device = kind === 'panel' ? "account = m.id AND kind = 'panel'" : 'kind = m.kind AND key = m.id'
      const statement = this.#db.prepare(
        `SELECT m.kind, id, place, since, heard, outage, ontest, (SELECT state FROM device WHERE ${device}) AS state
         FROM missing m WHERE m.kind = ? AND (place, id) > (?, ?) AND place < ? ORDER BY place, id LIMIT ?`,
      )
      rows.push(...statement.all(kind, place, id, end, page.limit + 1 - rows.length))
    }
    return missingPage(rows, page.limit)
  }

  jobs({after, limit, all}: JobPageRequest): JobRows {
    const rows = this.#db
      .prepare(`SELECT id, state FROM job WHERE id > ? ${all ? '' : 'AND open = 1'} ORDER BY id LIMIT ?`)
      .all(after, limit + 1)
    const page = cutPage(rows, limit, 'id')
    return {
      rows: page.rows.map((row) => String(row.state) as Json<Job>),
      ...(page.next === undefined ? {} : {next: Number(page.next)}),
    }
  }

  tasks({job, unhealthy, after, limit}: TaskPageRequest): TaskRows {
    const only = unhealthy ? "AND (t.healthy = 0 OR t.state = 'poisoned')" : ''
    const rows = this.#db
      .prepare(
        `SELECT t.*, r.result FROM task t LEFT JOIN task_result r ON r.job = t.job AND r.n = t.n
         WHERE t.job = ? AND t.n > ? ${only} ORDER BY t.n LIMIT ?`,
      )
      .iterate(job, after, limit + 1)
    return taskPage(rows, limit)
  }

  counts(): Counts {
    const values = new Map(
      this.#db
        .prepare('SELECT name, value FROM counter')
        .all()
        .map((row) => [String(row.name), Number(row.value)]),
    )
    const value = (name: string) => values.get(name) ?? 0
    return {
      alarms: {new: value('alarm:new'), acked: value('alarm:acked')},
      devices: {
        site: value('device:site'),
        camera: value('device:camera'),
        panel: value('device:panel'),
        zone: value('device:zone'),
      },
      onTest: value('ontest:open'),
      refused: value('refused'),
    }
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
