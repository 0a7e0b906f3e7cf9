/** Reads alarms, on-test windows and inventory: each answer is one statement, so it is one consistent picture. */
import type {Alarm} from '../../../model/alarm.ts'
import type {Device} from '../../../model/device.ts'
<<<<<<< HEAD
import {UNROUTED} from '../../../model/jurisdiction.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
||||||| parent of b2d3c5a (life)
import type {OnTestWindow} from '../../../model/on-test.ts'
=======
>>>>>>> b2d3c5a (life)
import type {Json} from '../../json.ts'
<<<<<<< HEAD
import type {ChildTally} from '../child.ts'
||||||| parent of b2d3c5a (life)
=======
import {alarmsThat} from '../alarm-filter.ts'
>>>>>>> b2d3c5a (life)
import {countsOf} from '../counts.ts'
import {missingPage, rangesOf} from '../missing-page.ts'
import {bounded, cutPage} from '../page.ts'
import type {
<<<<<<< HEAD
  AlarmFilter,
||||||| parent of b2d3c5a (life)
=======
  AccountPageRequest,
  AccountRows,
>>>>>>> b2d3c5a (life)
  AlarmPageRequest,
  AlarmRows,
  Counts,
  DevicePageRequest,
  DeviceRows,
<<<<<<< HEAD
  Kept,
  MissingPageRequest,
  MissingRows,
  OnTestPageRequest,
  OnTestRows,
||||||| parent of b2d3c5a (life)
  OnTestPageRequest,
  OnTestRows,
=======
>>>>>>> b2d3c5a (life)
} from '../port.ts'
import type {Answer, Link, Question, Row} from './link.ts'
import {pageOf} from './page-question.ts'
import {devicesWithin, subtree, withinFrom} from './read-places.ts'

<<<<<<< HEAD
export async function readAlarms(link: Link, asked: AlarmPageRequest): Promise<AlarmRows> {
  const {after, limit, all, jurisdiction = ''} = asked
  const [within, places] = jurisdiction === '' ? ['', []] : [withinFrom(3), subtree(jurisdiction)]
  const source = `SELECT id, state FROM alarm WHERE id > $1 ${all ? '' : "AND handling <> 'closed'"} ${within}`
  const answer = await link.ask(pageOf(`alarms ${all} ${within !== ''}`, source, 'id', [after, limit + 1, ...places]))
||||||| parent of b2d3c5a (life)
export async function readAlarms(link: Link, {after, limit, all}: AlarmPageRequest): Promise<AlarmRows> {
  const source = `SELECT id, state FROM alarm WHERE id > $1 ${all ? '' : "AND handling <> 'closed'"}`
  const answer = await link.ask(pageOf(`alarms ${all}`, source, 'id', [after, limit + 1]))
=======
export async function readAlarms(link: Link, request: AlarmPageRequest): Promise<AlarmRows> {
  const {after, limit} = request
  const {where, values} = alarmsThat(request, '$')
  const source = `SELECT id, state FROM alarm WHERE ${['id > $1', ...where].join(' AND ')}`
  const answer = await link.ask(pageOf(nameOf(request), source, 'id', [after, limit + 1, ...values]))
>>>>>>> b2d3c5a (life)
  const {rows, next} = cutPage(statesOf(answer), limit, 'id')
  return {
    head: Number(answer.rows[0]?.seq),
    rows: rows.map(({state}) => String(state) as Json<Alarm>),
    ...(next === undefined ? {} : {next: Number(next)}),
  }
}

export async function readDevices(link: Link, asked: DevicePageRequest): Promise<DeviceRows> {
  const answer = await link.ask(await devicesQuestion(link, asked))
  const {rows, next} = cutPage(statesOf(answer), asked.limit, 'key')
  return {
    revision: Number(answer.rows[0]?.revision),
    rows: rows.map(({state}) => String(state) as Json<Device>),
    ...(next === undefined ? {} : {next: String(next)}),
  }
}

<<<<<<< HEAD
async function devicesQuestion(link: Link, asked: DevicePageRequest): Promise<Question> {
  const {kind, account, jurisdiction = '', after, limit} = asked
  if (jurisdiction !== '' && account === undefined) return devicesWithin(link, asked, jurisdiction)
  const [ofAccount, owner] = account === undefined ? ['', []] : ['AND account = $4', [account]]
  const [within, places] = jurisdiction === '' ? ['', []] : [withinFrom(5), subtree(jurisdiction)]
  const source = `SELECT key, state FROM device WHERE key > $1 AND kind = $3 ${ofAccount} ${within}`
  const name = `devices ${owner.length} ${places.length}`
  return pageOf(name, source, 'key', [after, limit + 1, kind, ...owner, ...places])
}

export async function readWindows(link: Link, asked: OnTestPageRequest): Promise<OnTestRows> {
  const {account, all, jurisdiction = '', after, limit} = asked
||||||| parent of b2d3c5a (life)
export async function readWindows(link: Link, {account, all, after, limit}: OnTestPageRequest): Promise<OnTestRows> {
=======
/** One name for each text: PostgreSQL looks at 63 characters of it. */
function nameOf({all, state, visibility, priority, unrouted}: AlarmPageRequest): string {
  const isClosed = all || state === 'CLOSED'
  return `alarms ${isClosed} ${state !== undefined} ${visibility} ${priority !== undefined} ${unrouted}`
}

/** Sequence of the entry with the alarm's latest change; 0: nobody knows; undefined: no such alarm. */
export async function readLastChange(link: Link, alarm: number): Promise<number | undefined> {
  const {rows} = await link.ask({name: 'last change', text: 'SELECT seq FROM alarm WHERE id = $1', values: [alarm]})
  return rows[0] && Number(rows[0].seq)
}

const IS_OPEN = {ontest: 'open', mask: 'is_on', handoff: 'waiting'} as const

export async function readAccountPage<State>(
  link: Link,
  table: keyof typeof IS_OPEN,
  {account, all, after, limit}: AccountPageRequest,
): Promise<AccountRows<State>> {
>>>>>>> b2d3c5a (life)
  const [ofAccount, owner] = account === undefined ? ['', []] : ['AND account = $3', [account]]
<<<<<<< HEAD
  const [within, places] = jurisdiction === '' ? ['', []] : [withinFrom(3 + owner.length), subtree(jurisdiction)]
  const source = `SELECT id, state FROM ontest WHERE id > $1 ${all ? '' : 'AND open'} ${ofAccount} ${within}`
  const name = `windows ${all} ${owner.length} ${places.length}`
  const answer = await link.ask(pageOf(name, source, 'id', [after, limit + 1, ...owner, ...places]))
||||||| parent of b2d3c5a (life)
  const source = `SELECT id, state FROM ontest WHERE id > $1 ${all ? '' : 'AND open'} ${ofAccount}`
  const answer = await link.ask(pageOf(`windows ${all} ${owner.length}`, source, 'id', [after, limit + 1, ...owner]))
=======
  const source = `SELECT id, state FROM ${table} WHERE id > $1 ${all ? '' : `AND ${IS_OPEN[table]}`} ${ofAccount}`
  const answer = await link.ask(pageOf(`${table} ${all} ${owner.length}`, source, 'id', [after, limit + 1, ...owner]))
>>>>>>> b2d3c5a (life)
  const {rows, next} = cutPage(statesOf(answer), limit, 'id')
  return {
    rows: rows.map(({state}) => String(state) as Json<State>),
    ...(next === undefined ? {} : {next: Number(next)}),
  }
}

export async function readCounts(link: Link): Promise<Counts> {
  const {rows} = await link.ask({name: 'counts', text: "SELECT name, value FROM counter WHERE name NOT LIKE 'place:%'"})
  return countsOf(rows)
}

export async function readOpenAlarms(link: Link, {jurisdiction, priority = 4}: AlarmFilter): Promise<ChildTally> {
  const within =
    jurisdiction === undefined
      ? 'true'
      : jurisdiction === UNROUTED
        ? 'place = $2'
        : "(place = $2 OR starts_with(place, $2 || '.'))"
  const {rows} = await link.ask({
    name: `open alarms ${within}`,
    text: `
      SELECT head.seq, count(*) FILTER (WHERE handling = 'new') AS fresh, count(*) FILTER (WHERE handling <> 'new') AS acked
      FROM head LEFT JOIN (
        SELECT handling, state::json->>'jurisdiction' AS place FROM alarm
        WHERE handling <> 'closed' AND (state::json->>'priority')::integer <= $1
      ) AS open ON ${within} GROUP BY head.seq
    `,
    values: [priority, ...(jurisdiction === undefined ? [] : [jurisdiction])],
  })
  const {seq, fresh, acked} = rows[0] ?? {}
  return {seq: Number(seq ?? 0), new: Number(fresh ?? 0), acked: Number(acked ?? 0)}
}

export async function readMissing(link: Link, page: MissingPageRequest): Promise<MissingRows> {
  const rows: Row[] = []
  for (const {kind, place, id, end} of rangesOf(page)) {
    const device = kind === 'panel' ? "account = m.id AND kind = 'panel'" : 'kind = m.kind AND key = m.id'
    const answer = await link.ask({
      name: `missing ${kind}`,
      text: `
        SELECT m.kind, m.id, place, since, heard, outage, ontest,
          (SELECT state FROM device WHERE ${device} ORDER BY key LIMIT 1) AS state
        FROM missing m WHERE m.kind = $1 AND (place, id) > ($2, $3) AND place < $4 ORDER BY place, id LIMIT $5`,
      values: [kind, place, id, end, page.limit + 1 - rows.length],
    })
    rows.push(...answer.rows)
  }
  return missingPage(rows, page.limit)
}

export async function readKept(link: Link, kind: string, after: string, limit: number): Promise<Kept[]> {
  const text = 'SELECT key, text FROM kept WHERE kind = $1 AND key > $2 ORDER BY key LIMIT $3'
  const {rows} = await link.ask({name: 'kept', text, values: [kind, after, limit]})
  return rows.map(({key, text: value}) => ({key: String(key), text: String(value)}))
}

function statesOf({rows}: Answer): Row[] {
  return bounded(
    rows.filter(({state}) => state !== null),
    'state',
  )
}
