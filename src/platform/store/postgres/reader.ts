/** Reads alarms, on-test windows and inventory: each answer is one statement, so it is one consistent picture. */
import type {Alarm} from '../../../model/alarm.ts'
import type {Device} from '../../../model/device.ts'
import {UNROUTED} from '../../../model/jurisdiction.ts'
import type {Json} from '../../json.ts'
import {alarmsThat} from '../alarm-filter.ts'
import type {ChildTally} from '../child.ts'
import {countsOf} from '../counts.ts'
import {missingPage, rangesOf} from '../missing-page.ts'
import {bounded, cutPage} from '../page.ts'
import type {
  AccountPageRequest,
  AccountRows,
  AlarmFilter,
  AlarmPageRequest,
  AlarmRows,
  Counts,
  DevicePageRequest,
  DeviceRows,
  Kept,
  MissingPageRequest,
  MissingRows,
} from '../port.ts'
import type {Answer, Link, Question, Row} from './link.ts'
import {pageOf} from './page-question.ts'
import {devicesWithin, subtree, withinFrom} from './read-places.ts'

export async function readAlarms(link: Link, asked: AlarmPageRequest): Promise<AlarmRows> {
  const {after, limit, jurisdiction = ''} = asked
  const [within, places] = jurisdiction === '' ? ['', []] : [withinFrom(3), subtree(jurisdiction)]
  const first = 3 + places.length
  const {closedToo, where, values} = alarmsThat(asked, {place: 'place', sign: (n) => `$${first + n}`})
  const that = ['id > $1', ...(closedToo ? [] : ["handling <> 'closed'"]), ...where].join(' AND ')
  const source = `SELECT id, state FROM alarm WHERE ${that} ${within}`
  const answer = await link.ask(pageOf(nameOf(asked), source, 'id', [after, limit + 1, ...places, ...values]))
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

async function devicesQuestion(link: Link, asked: DevicePageRequest): Promise<Question> {
  const {kind, account, jurisdiction = '', after, limit} = asked
  if (jurisdiction !== '' && account === undefined) return devicesWithin(link, asked, jurisdiction)
  const [ofAccount, owner] = account === undefined ? ['', []] : ['AND account = $4', [account]]
  const [within, places] = jurisdiction === '' ? ['', []] : [withinFrom(5), subtree(jurisdiction)]
  const source = `SELECT key, state FROM device WHERE key > $1 AND kind = $3 ${ofAccount} ${within}`
  const name = `devices ${owner.length} ${places.length}`
  return pageOf(name, source, 'key', [after, limit + 1, kind, ...owner, ...places])
}

/** One name for each text: PostgreSQL looks at 63 characters of it. */
function nameOf({all, state, visibility, priority, unrouted, jurisdiction = ''}: AlarmPageRequest): string {
  const isClosed = all || state === 'CLOSED'
  const flags = [isClosed, state !== undefined, priority !== undefined, unrouted === true, jurisdiction !== '']
  return `alarms ${flags.map(Number).join('')} ${visibility}`
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
  {account, all, jurisdiction = '', after, limit}: AccountPageRequest,
): Promise<AccountRows<State>> {
  const [ofAccount, owner] = account === undefined ? ['', []] : ['AND account = $3', [account]]
  const [within, places] = jurisdiction === '' ? ['', []] : [withinFrom(3 + owner.length), subtree(jurisdiction)]
  const isOpen = all ? '' : `AND ${IS_OPEN[table]}`
  const source = `SELECT id, state FROM ${table} WHERE id > $1 ${isOpen} ${ofAccount} ${within}`
  const name = `${table} ${all} ${owner.length} ${places.length}`
  const answer = await link.ask(pageOf(name, source, 'id', [after, limit + 1, ...owner, ...places]))
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
