/** Reads log, alarms and inventory while the writer writes: each answer is one consistent picture. */
import {dirname} from 'node:path'
import type {DatabaseSync} from 'node:sqlite'
import {CitywatchError} from '../../../lib/errors.ts'
import type {Handoff} from '../../../model/handoff.ts'
import type {Job} from '../../../model/job.ts'
import {type Jurisdiction, UNROUTED} from '../../../model/jurisdiction.ts'
import type {LogEntry} from '../../../model/log-entry.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {AccessRecord} from '../../access/records.ts'
import type {Json} from '../../json.ts'
import {ACCESS_VERSION} from '../book/access.ts'
import type {ChildTally} from '../child.ts'
import {countsOf} from '../counts.ts'
import {missingPage, rangesOf} from '../missing-page.ts'
import {bounded, cutPage, type Row} from '../page.ts'
import type {
  AccountPageRequest,
  AccountRows,
  AlarmFilter,
  AlarmPageRequest,
  AlarmRows,
  AuditPageRequest,
  AuditRows,
  Counts,
  DevicePageRequest,
  DeviceRows,
  JobPageRequest,
  JobRows,
  Kept,
  LogRow,
  MissingPageRequest,
  MissingRows,
  TaskPageRequest,
  TaskRows,
} from '../port.ts'
import {taskPage} from '../task-page.ts'
import {auditPage} from './audit-page.ts'
import {alarmPage, countsWithin, devicePage, subtree, WITHIN} from './pages.ts'
import {openForReading} from './schema.ts'
import {FLOOR_SQL, HEAD_SQL, SEALED_SQL, segmentAt} from './segments/catalogue.ts'
import {type LogState, logState} from './segments/log-state.ts'
import {Shelf} from './segments/shelf.ts'

const OPEN_ROWS = 'SELECT seq, at, type, subject, entry FROM log WHERE seq > ? ORDER BY seq LIMIT ?'

export class Reader {
  readonly epoch: string
  readonly #db: DatabaseSync
  readonly #shelf: Shelf

  /** Opens a second, read-only connection to the writer's file. */
  constructor(path: string) {
    this.#db = openForReading(path)
    this.#shelf = new Shelf(dirname(path))
    this.epoch = String(this.#db.prepare("SELECT value FROM meta WHERE name = 'epoch'").get()?.value)
  }

  head(): number {
    return Number(this.#db.prepare(HEAD_SQL).get()?.seq ?? 0)
  }

  floor(): number {
    return Number(this.#db.prepare(FLOOR_SQL).get()?.seq ?? 0)
  }

  /**
   * From sealed segments, then from the open part: each row once, also while a segment changes over. Throws CW_CONFLICT when the
   * row after `after` is no longer kept: a reader who got the next one that is would have a hole and not know it.
   */
  log(after: number, limit: number): LogRow[] {
    return this.#snapshot(() => {
      const rows = bounded(this.#rowsAfter(after, limit), 'entry').map(logRow)
      if (rows[0]?.seq !== after + 1) this.#requireKept(after, rows[0]?.seq)
      return rows
    })
  }

  #requireKept(after: number, next: number | undefined): void {
    const floor = this.floor()
    if (next === undefined && after >= floor) return
    throw new CitywatchError('CW_CONFLICT', {what: 'log', detail: `entries up to ${(next ?? floor + 1) - 1} are gone`})
  }

  *#rowsAfter(after: number, limit: number): Generator<Row> {
    const sealed = Number(this.#db.prepare(SEALED_SQL).get()?.seq ?? 0)
    let [at, left] = [after, limit]
    while (at < sealed && left > 0) {
      const segment = segmentAt(this.#db, at + 1)
      if (segment === undefined) break
      for (const row of this.#shelf.rows(segment, at, left)) {
        left--
        yield row
      }
      at = segment.last
    }
    if (left > 0) yield* this.#db.prepare(OPEN_ROWS).iterate(Math.max(at, sealed), left)
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
    {account, all, jurisdiction = '', after, limit}: AccountPageRequest,
  ): AccountRows<State> {
    const [ofAccount, owner] = account === undefined ? ['', []] : ['account = ? AND', [account]]
    const [inPlace, places] = jurisdiction === '' ? ['', []] : [`AND ${WITHIN}`, subtree(jurisdiction)]
    const rows = bounded(
      this.#db
        .prepare(
          `SELECT id, state FROM ${table}
           WHERE ${ofAccount} id > ? ${all ? '' : `AND ${isOpen}`} ${inPlace} ORDER BY id LIMIT ?`,
        )
        .iterate(...owner, after, ...places, limit + 1),
      'state',
    )
    const page = cutPage(rows, limit, 'id')
    return {
      rows: page.rows.map((row) => String(row.state) as Json<State>),
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
    const sql = "SELECT name, value FROM counter WHERE name < 'place:' OR name >= 'place;'"
    return countsOf(this.#db.prepare(sql).all())
  }

  openAlarms({jurisdiction, priority = 4}: AlarmFilter): ChildTally {
    const place = "json_extract(state, '$.jurisdiction')"
    const [within, places] =
      jurisdiction === undefined
        ? ['', []]
        : jurisdiction === UNROUTED
          ? [`AND ${place} = ?`, [UNROUTED]]
          : [
              `AND (${place} = ? OR substr(${place}, 1, ?) = ?)`,
              [jurisdiction, jurisdiction.length + 1, `${jurisdiction}.`],
            ]
    return this.#snapshot(() => {
      const {fresh, acked} =
        this.#db
          .prepare(
            `SELECT sum(handling = 'new') AS fresh, sum(handling <> 'new') AS acked FROM alarm
             WHERE handling <> 'closed' AND json_extract(state, '$.priority') <= ? ${within}`,
          )
          .get(priority, ...places) ?? {}
      return {seq: this.head(), new: Number(fresh ?? 0), acked: Number(acked ?? 0)}
    })
  }

  kept(kind: string, after: string, limit: number): Kept[] {
    return this.#db
      .prepare('SELECT key, text FROM kept WHERE kind = ? AND key > ? ORDER BY key LIMIT ?')
      .all(kind, after, limit)
      .map(({key, text}) => ({key: String(key), text: String(text)}))
  }

  /** Of the log's life beyond its rows: which segments there are, and how much the open part holds. */
  state(): LogState {
    return this.#snapshot(() => logState(this.#db))
  }

  /** The segment is no longer part of the log and its file is about to go. */
  forget(first: number): void {
    this.#shelf.forget(first)
  }

  close(): void {
    this.#shelf.close()
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

function logRow(row: Row): LogRow {
  return {
    seq: Number(row.seq),
    at: Number(row.at),
    type: String(row.type),
    subject: String(row.subject),
    entry: String(row.entry) as Json<LogEntry>,
  }
}
