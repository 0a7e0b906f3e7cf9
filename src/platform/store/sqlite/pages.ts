/** Pages of alarms and devices, of everything or of one jurisdiction, each as quick as the page is long. */
import type {DatabaseSync} from 'node:sqlite'
import type {Alarm} from '../../../model/alarm.ts'
import {DEVICE_KINDS, type Device, type DeviceKind} from '../../../model/device.ts'
import type {Jurisdiction} from '../../../model/jurisdiction.ts'
import type {Json} from '../../json.ts'
import {type AlarmConditions, alarmsThat} from '../alarm-filter.ts'
import {talliesWithin} from '../counts.ts'
import {bounded, cutPage, type Row} from '../page.ts'
import type {AlarmPageRequest, AlarmRows, Counts, DevicePageRequest, DeviceRows} from '../port.ts'

/** Where something lies, in the very words of the indexes: SQLite knows them by their text. */
const PLACE = "state ->> '$.jurisdiction'"
/** A subtree is the place itself and what begins with it and a dot; a hyphen sorts between the two, so these are two ranges. */
export const WITHIN = `(${PLACE} = ? OR (${PLACE} >= ? AND ${PLACE} < ?))`
/** Alarms, open and closed, that one page looks through for those of a jurisdiction. */
const MAX_SCANNED = 4_000

/** Values of WITHIN: '/' is the character behind the dot. */
export function subtree(place: Jurisdiction): [string, string, string] {
  return [place, `${place}.`, `${place}/`]
}

export function alarmPage(db: DatabaseSync, asked: AlarmPageRequest): Omit<AlarmRows, 'head'> {
  const {after, limit, jurisdiction = ''} = asked
  const conditions = alarmsThat(asked, {place: PLACE, sign: () => '?'})
  const {closedToo, where, values} = conditions
  if (closedToo && (jurisdiction !== '' || where.length > 0)) return scannedAlarms(db, asked, conditions)
  const rows =
    jurisdiction === ''
      ? db
          .prepare(`SELECT id, state FROM alarm ${that('id > ?', closedToo, where)} ORDER BY id LIMIT ?`)
          .iterate(after, ...values, limit + 1)
      : openAlarmsWithin(db, asked, jurisdiction, conditions)
  return alarmRows(bounded(rows, 'state'), limit)
}

function that(first: string, closedToo: boolean, where: readonly string[]): string {
  return `WHERE ${[first, ...(closedToo ? [] : ["handling <> 'closed'"]), ...where].join(' AND ')}`
}

/** Found by place alone, then sorted: there are never many open alarms. */
function openAlarmsWithin(
  db: DatabaseSync,
  {after, limit}: AlarmPageRequest,
  place: Jurisdiction,
  {where, values}: AlarmConditions,
): Iterable<Row> {
  const [own, from, to] = subtree(place)
  const ids = (within: string) =>
    `SELECT id FROM alarm INDEXED BY alarm_open_place WHERE handling <> 'closed' AND ${within} AND id > ?`
  const lies = `id IN (${ids(`${PLACE} = ?`)} UNION ALL ${ids(`${PLACE} >= ? AND ${PLACE} < ?`)})`
  return db
    .prepare(`SELECT id, state FROM alarm WHERE ${[lies, ...where].join(' AND ')} ORDER BY id LIMIT ?`)
    .iterate(own, after, from, to, after, ...values, limit + 1)
}

/** Closed ones have no index but their id: a page looks at so many in a row, and may end with few or none of them. */
function scannedAlarms(
  db: DatabaseSync,
  {after, limit, jurisdiction = ''}: AlarmPageRequest,
  {where, values}: AlarmConditions,
) {
  const [within, places] = jurisdiction === '' ? [[], []] : [[WITHIN], subtree(jurisdiction)]
  const found = db
    .prepare(
      `SELECT id, state FROM (SELECT * FROM alarm WHERE id > ? ORDER BY id LIMIT ${MAX_SCANNED})
       WHERE ${[...within, ...where].join(' AND ')} ORDER BY id LIMIT ?`,
    )
    .iterate(after, ...places, ...values, limit + 1)
  const page = alarmRows(bounded(found, 'state'), limit)
  if (page.next !== undefined) return page
  const last = db.prepare(`SELECT id FROM alarm WHERE id > ? ORDER BY id LIMIT 1 OFFSET ${MAX_SCANNED - 1}`).get(after)
  return last === undefined ? page : {...page, next: Number(last.id)}
}

function alarmRows(rows: Row[], limit: number): Omit<AlarmRows, 'head'> {
  const page = cutPage(rows, limit, 'id')
  return {
    rows: page.rows.map((row) => String(row.state) as Json<Alarm>),
    ...(page.next === undefined ? {} : {next: Number(page.next)}),
  }
}

export function devicePage(db: DatabaseSync, asked: DevicePageRequest): Omit<DeviceRows, 'revision'> {
  const {jurisdiction = '', limit} = asked
  const found = jurisdiction === '' ? devicesByKey(db, asked) : devicesWithin(db, asked, jurisdiction)
  const page = cutPage(bounded(found, 'state'), limit, 'key')
  return {
    rows: page.rows.map((row) => String(row.state) as Json<Device>),
    ...(page.next === undefined ? {} : {next: String(page.next)}),
  }
}

function devicesByKey(db: DatabaseSync, {kind, account, after, limit}: DevicePageRequest): Iterable<Row> {
  const [ofAccount, owner] = account === undefined ? ['', []] : ['account = ? AND', [account]]
  return db
    .prepare(`SELECT key, state FROM device WHERE ${ofAccount} kind = ? AND key > ? ORDER BY key LIMIT ?`)
    .iterate(...owner, kind, after, limit + 1)
}

/**
 * By jurisdiction, within one as they came in: in the order of their keys each new one would write a page of the index anew.
 * The cursor is a key; where it lies is looked up, and the page goes on from there: what is left of that place, then the places
 * behind it. Each is one range of one index.
 */
function* devicesWithin(db: DatabaseSync, asked: DevicePageRequest, place: Jurisdiction): Iterable<Row> {
  const {kind, account, after, limit} = asked
  if (account !== undefined) return yield* accountWithin(db, asked, place)
  const [own, from, to] = subtree(place)
  const at = after === '' ? {place: own, row: 0} : placeOf(db, kind, after)
  if (at === undefined) return
  let left = limit + 1
  const head = 'SELECT key, state FROM device INDEXED BY device_place_row WHERE kind = ? AND'
  for (const row of db
    .prepare(`${head} ${PLACE} = ? AND rowid > ? ORDER BY rowid LIMIT ?`)
    .iterate(kind, at.place, at.row, left)) {
    left--
    yield row
  }
  if (left === 0) return
  const [bound, first] = at.place === own ? ['>=', from] : ['>', at.place]
  yield* db
    .prepare(`${head} ${PLACE} ${bound} ? AND ${PLACE} < ? ORDER BY ${PLACE}, rowid LIMIT ?`)
    .iterate(kind, first, to, left)
}

/** An account has few devices: they are read and left out. */
function accountWithin(db: DatabaseSync, {kind, account = '', after, limit}: DevicePageRequest, place: Jurisdiction) {
  return db
    .prepare(
      `SELECT key, state FROM device WHERE account = ? AND kind = ? AND key > ? AND ${WITHIN} ORDER BY key LIMIT ?`,
    )
    .iterate(account, kind, after, ...subtree(place), limit + 1)
}

function placeOf(db: DatabaseSync, kind: DeviceKind, key: string): {place: string; row: number} | undefined {
  const found = db
    .prepare(`SELECT ${PLACE} AS place, rowid AS row FROM device WHERE kind = ? AND key = ?`)
    .get(kind, key)
  return found && {place: String(found.place), row: Number(found.row)}
}

/** Counted where few are, summed up where many are. */
export function countsWithin(db: DatabaseSync, within: Jurisdiction): Counts {
  const [own, from, to] = subtree(within)
  const open = (where: string) =>
    `SELECT handling, screen, state ->> '$.condition' AS condition
     FROM alarm INDEXED BY alarm_open_place WHERE handling <> 'closed' AND ${where}`
  const alarms = db
    .prepare(
      `SELECT handling, screen, condition, count(*) AS n
       FROM (${open(`${PLACE} = ?`)} UNION ALL ${open(`${PLACE} >= ? AND ${PLACE} < ?`)}) GROUP BY 1, 2, 3`,
    )
    .all(own, from, to)
  const devices = (kind: DeviceKind) => {
    const name = (place: string) => `place:${kind}@${place}`
    const sum = 'SELECT sum(value) AS n FROM counter WHERE name = ? OR (name >= ? AND name < ?)'
    return Number(db.prepare(sum).get(name(own), name(from), name(to))?.n ?? 0)
  }
  const onTest = db.prepare(`SELECT count(*) AS n FROM ontest WHERE open = 1 AND ${WITHIN}`).get(own, from, to)
  const masks = db.prepare(`SELECT count(*) AS n FROM mask WHERE is_on = 1 AND ${WITHIN}`).get(own, from, to)
  const handoffs = db
    .prepare(
      `SELECT count(*) AS waiting, count(*) FILTER (WHERE state ->> '$.state' = 'handed') AS handed
       FROM handoff WHERE waiting = 1 AND ${WITHIN}`,
    )
    .get(own, from, to)
  const unanswered = Number(handoffs?.handed ?? 0)
  return {
    alarms: talliesWithin(alarms, within),
    masks: Number(masks?.n ?? 0),
    handoffs: {open: Number(handoffs?.waiting ?? 0) - unanswered, unanswered},
    devices: Object.fromEntries(DEVICE_KINDS.map((kind) => [kind, devices(kind)])) as Counts['devices'],
    onTest: Number(onTest?.n ?? 0),
    refused: 0,
  }
}
