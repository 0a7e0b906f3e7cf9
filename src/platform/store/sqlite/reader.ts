/** Reads log, alarms and inventory while the writer writes: each answer is one consistent picture. */
import type {DatabaseSync} from 'node:sqlite'
import {TALLIES, type Tally} from '../../../alarm/tally.ts'
import type {Alarm} from '../../../model/alarm.ts'
import type {Device} from '../../../model/device.ts'
import type {Handoff} from '../../../model/handoff.ts'
import type {LogEntry} from '../../../model/log-entry.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {Json} from '../../json.ts'
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
    const {where, values} = alarmsThat(request)
    return this.#snapshot(() => {
      const rows = bounded(
        this.#db
          .prepare(`SELECT id, state FROM alarm WHERE ${['id > ?', ...where].join(' AND ')} ORDER BY id LIMIT ?`)
          .iterate(after, ...values, limit + 1),
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
    const values = new Map(
      this.#db
        .prepare('SELECT name, value FROM counter')
        .all()
        .map((row) => [String(row.name), Number(row.value)]),
    )
    const value = (name: string) => values.get(name) ?? 0
    return {
      alarms: Object.fromEntries(TALLIES.map((tally) => [tally, value(`alarm:${tally}`)])) as Record<Tally, number>,
      masks: value('mask:on'),
      handoffs: {open: value('handoff:open'), unanswered: value('handoff:unanswered')},
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

/** The conditions of a page's filter, and the values in them. */
function alarmsThat({all, state, visibility, priority, unrouted}: AlarmPageRequest) {
  const where = all || state === 'CLOSED' ? [] : ["handling <> 'closed'"]
  if (state !== undefined) where.push('screen = ?')
  if (visibility !== undefined) where.push(VISIBLE[visibility])
  if (priority !== undefined) where.push('priority = ?')
  if (unrouted) where.push("jurisdiction = ''")
  return {where, values: [state, priority].filter((value) => value !== undefined)}
}

const VISIBLE = {
  normal: "screen NOT IN ('SHELVED', 'SUPPRESSED', 'OUT-OF-SERVICE')",
  hidden: "screen IN ('SHELVED', 'SUPPRESSED', 'OUT-OF-SERVICE')",
  shelved: "screen = 'SHELVED'",
  suppressed: "screen = 'SUPPRESSED'",
  'out-of-service': "screen = 'OUT-OF-SERVICE'",
} as const
