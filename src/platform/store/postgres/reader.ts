/** Reads alarms, on-test windows and inventory: each answer is one statement, so it is one consistent picture. */
import type {Alarm} from '../../../model/alarm.ts'
import type {Device} from '../../../model/device.ts'
import type {Json} from '../../json.ts'
import {alarmsThat} from '../alarm-filter.ts'
import {countsOf} from '../counts.ts'
import {bounded, cutPage, MAX_PAGE_CHARS} from '../page.ts'
import type {
  AccountPageRequest,
  AccountRows,
  AlarmPageRequest,
  AlarmRows,
  Counts,
  DevicePageRequest,
  DeviceRows,
} from '../port.ts'
import type {Answer, Link, Row, Value} from './link.ts'

export async function readAlarms(link: Link, request: AlarmPageRequest): Promise<AlarmRows> {
  const {after, limit} = request
  const {where, values} = alarmsThat(request, '$')
  const source = `SELECT id, state FROM alarm WHERE ${['id > $1', ...where].join(' AND ')}`
  const answer = await link.ask(pageOf(nameOf(request), source, 'id', [after, limit + 1, ...values]))
  const {rows, next} = cutPage(statesOf(answer), limit, 'id')
  return {
    head: Number(answer.rows[0]?.seq),
    rows: rows.map(({state}) => String(state) as Json<Alarm>),
    ...(next === undefined ? {} : {next: Number(next)}),
  }
}

export async function readDevices(link: Link, {kind, account, after, limit}: DevicePageRequest): Promise<DeviceRows> {
  const [ofAccount, owner] = account === undefined ? ['', []] : ['AND account = $4', [account]]
  const source = `SELECT key, state FROM device WHERE key > $1 AND kind = $3 ${ofAccount}`
  const name = account === undefined ? 'devices' : 'devices of an account'
  const answer = await link.ask(pageOf(name, source, 'key', [after, limit + 1, kind, ...owner]))
  const {rows, next} = cutPage(statesOf(answer), limit, 'key')
  return {
    revision: Number(answer.rows[0]?.revision),
    rows: rows.map(({state}) => String(state) as Json<Device>),
    ...(next === undefined ? {} : {next: String(next)}),
  }
}

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
  const [ofAccount, owner] = account === undefined ? ['', []] : ['AND account = $3', [account]]
  const source = `SELECT id, state FROM ${table} WHERE id > $1 ${all ? '' : `AND ${IS_OPEN[table]}`} ${ofAccount}`
  const answer = await link.ask(pageOf(`${table} ${all} ${owner.length}`, source, 'id', [after, limit + 1, ...owner]))
  const {rows, next} = cutPage(statesOf(answer), limit, 'id')
  return {
    rows: rows.map(({state}) => String(state) as Json<State>),
    ...(next === undefined ? {} : {next: Number(next)}),
  }
}

export async function readCounts(link: Link): Promise<Counts> {
  const {rows} = await link.ask({name: 'counts', text: 'SELECT name, value FROM counter'})
  return countsOf(rows)
}

/** A page with the row of `head` at the same instant; a page without rows has that alone. The texts are weighed where they lie. */
function pageOf(name: string, source: string, cursor: 'id' | 'key', values: readonly Value[]) {
  const text = `
    SELECT head.seq, head.revision, page.* FROM head LEFT JOIN (
      SELECT *, sum(octet_length(state)) OVER (ORDER BY ${cursor}) - octet_length(state) AS before,
        row_number() OVER (ORDER BY ${cursor}) AS n
      FROM (${source} ORDER BY ${cursor} LIMIT $2) AS limited
    ) AS page ON page.before <= ${MAX_PAGE_CHARS} OR page.n <= 2
    ORDER BY page.n
  `
  return {name, text, values}
}

function statesOf({rows}: Answer): Row[] {
  return bounded(
    rows.filter(({state}) => state !== null),
    'state',
  )
}
