/** A child's open alarms as of now, and what it says of those that are open here: for when its log cannot be read on. */
import {CitywatchError} from '../../lib/errors.ts'
import type {Alarm} from '../../model/alarm.ts'
import {isWithin, UNROUTED} from '../../model/jurisdiction.ts'
import type {Position} from '../../model/log-entry.ts'
import {type AlarmPage, MAX_PAGE} from '../contract.ts'
import type {EntryFilter} from '../filter.ts'
import {call, type Endpoint} from '../http-call.ts'
import type {ResyncWrite} from '../store/child.ts'
import type {Store} from '../store/port.ts'

export interface ResyncOptions {
  readonly name: string
  readonly endpoint: Endpoint
  readonly filter: EntryFilter
  readonly store: Pick<Store, 'alarms'>
  readonly signal: AbortSignal
}

type Picture = Pick<ResyncWrite, 'position' | 'ours' | 'alarms' | 'others'>

/** What changes while the pages are read comes again behind the position. Throws CW_CONFLICT when the log changes meanwhile. */
export async function resync(options: ResyncOptions): Promise<Picture> {
  const {position, alarms} = await openThere(options)
  const ours = await openHere(options)
  const there = new Set(alarms.map(({id}) => id))
  const others: Alarm[] = []
  for (const {origin} of ours) {
    const alarm = origin && !there.has(origin.id) ? await alarmThere(options, origin.id) : undefined
    if (alarm) others.push(alarm)
  }
  return {position, alarms, others, ours: ours.map(({id}) => id)}
}

async function openThere({endpoint, filter, signal}: ResyncOptions): Promise<{position: Position; alarms: Alarm[]}> {
  const alarms: Alarm[] = []
  let position: Position | undefined
  let after: number | undefined = 0
  while (after !== undefined) {
    const query: {after: number; limit: number} = {after, limit: MAX_PAGE}
    const page: AlarmPage = await call(endpoint, 'GET /v1/alarms', query, null, signal)
    position ??= page.position
    if (page.position.epoch !== position.epoch) throw replaced()
    alarms.push(...page.items.filter((alarm) => isRising(alarm, filter)))
    if (page.next !== undefined && page.next <= after) throw replaced()
    after = page.next
  }
  if (position === undefined) throw replaced()
  return {position, alarms}
}

async function openHere({name, store}: ResyncOptions): Promise<Alarm[]> {
  const ours: Alarm[] = []
  let after: number | undefined = 0
  while (after !== undefined) {
    const page = await store.alarms({after, limit: MAX_PAGE, all: false})
    for (const row of page.rows) {
      const alarm = JSON.parse(row) as Alarm
      if (alarm.origin?.child === name && !alarm.origin.lost) ours.push(alarm)
    }
    after = page.next
  }
  return ours
}

async function alarmThere({endpoint, signal}: ResyncOptions, id: number): Promise<Alarm | undefined> {
  const {items} = await call(endpoint, 'GET /v1/alarms', {after: id - 1, limit: 1, all: true}, null, signal)
  return items[0]?.id === id ? items[0] : undefined
}

function isRising({jurisdiction, priority}: Alarm, filter: EntryFilter): boolean {
  if (filter.priority !== undefined && priority > filter.priority) return false
  if (filter.jurisdiction === undefined) return true
  return filter.jurisdiction === UNROUTED ? jurisdiction === UNROUTED : isWithin(jurisdiction, filter.jurisdiction)
}

function replaced(): CitywatchError {
  return new CitywatchError('CW_CONFLICT', {what: 'log', detail: 'it was replaced while its alarms were read'})
}
