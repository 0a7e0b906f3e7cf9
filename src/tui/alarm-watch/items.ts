/** The alarms that the monitor knows: newest version of each, counted, in order, and never more than it can hold. */
import {type Tallies, type Tally, tallied, talliesOf} from '../../alarm/tally.ts'
import type {Alarm} from '../../model/alarm.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {Priority} from '../../model/signal.ts'
import {type Filter, isShown, searchText} from './filter.ts'

export interface Item {
  readonly alarm: Alarm
  /** When it last became news: raised, or fired again after an acknowledgement. A chattering alarm keeps its place. */
  readonly newsAt: number
  readonly search: string
}

export type Items = ReadonlyMap<number, Item>

export interface Counts {
  /** In the list and not acknowledged, by priority. */
  readonly unacked: Readonly<Record<Priority, number>>
  /** In the list, somebody has it, and it is not over. */
  readonly acked: number
  readonly closed: number
  /** Everything that is open, in the list or not, by what it is. */
  readonly totals: Tallies
}

const NONE: Readonly<Record<Tally, number>> = tallied([])
export const MAX_CLOSED = 500
/** Beyond this, acknowledged alarms whose condition is over leave too. Active and un-acked ones never do. */
export const MAX_ITEMS = 20_000

/** True when `alarm` is newer than what `items` (changed) has of it; it is in there then. */
export function upsert(items: Map<number, Item>, alarm: Alarm): boolean {
  const known = items.get(alarm.id)
  if (known !== undefined && known.alarm.version >= alarm.version) return false
  items.set(alarm.id, {alarm, newsAt: newsAt(known, alarm), search: searchText(alarm)})
  return true
}

function newsAt(known: Item | undefined, alarm: Alarm): number {
  if (known === undefined) return alarm.count > 1 ? alarm.changedAt : alarm.raisedAt
  const again = alarm.handling === 'new' && (known.alarm.handling !== 'new' || (known.alarm.hidden && !alarm.hidden))
  return again ? alarm.changedAt : known.newsAt
}

export function countItems(items: Items): Counts {
  const unacked: Record<Priority, number> = {1: 0, 2: 0, 3: 0, 4: 0}
  const totals = {...NONE}
  let acked = 0
  let closed = 0
  for (const {alarm} of items.values()) {
    for (const tally of talliesOf(alarm)) totals[tally]++
    if (alarm.handling === 'closed') closed++
    else if (alarm.hidden) continue
    else if (alarm.handling === 'new') unacked[alarm.priority]++
    else if (alarm.condition !== 'restored') acked++
  }
  return {unacked, acked, closed, totals}
}

export function unackedOf({unacked}: Counts): number {
  return unacked[1] + unacked[2] + unacked[3] + unacked[4]
}

/** Ids that the filter lets through: un-acknowledged first, then by priority, then newest first. */
export function ordered(items: Items, filter: Filter, scope: Jurisdiction): number[] {
  const shown: Item[] = []
  for (const item of items.values()) if (isShown(filter, scope, item.alarm, item.search)) shown.push(item)
  return shown.sort(before).map(({alarm}) => alarm.id)
}

/** What is over and only waits for its disposition stands below what is not. */
function rankOf({handling, condition}: Alarm): number {
  if (handling === 'new') return 0
  if (handling === 'closed') return 3
  return condition === 'restored' ? 2 : 1
}

function before(a: Item, b: Item): number {
  return (
    rankOf(a.alarm) - rankOf(b.alarm) ||
    a.alarm.priority - b.alarm.priority ||
    b.newsAt - a.newsAt ||
    b.alarm.id - a.alarm.id
  )
}

/** Removes from `items` (changed) what is too much: the longest closed, then the longest acknowledged and restored. */
export function evict(items: Map<number, Item>, counts: Counts, keep: ReadonlySet<number>): readonly number[] {
  const closed = oldest(items, counts.closed - MAX_CLOSED, keep, ({handling}) => handling === 'closed')
  for (const id of closed) items.delete(id)
  const over = oldest(items, items.size - MAX_ITEMS, keep, isOver)
  for (const id of over) items.delete(id)
  return [...closed, ...over]
}

function isOver({handling, condition}: Alarm): boolean {
  return handling === 'closed' || (handling !== 'new' && condition === 'restored')
}

function oldest(items: Items, count: number, keep: ReadonlySet<number>, fits: (alarm: Alarm) => boolean): number[] {
  if (count <= 0) return []
  const candidates = [...items.values()].map(({alarm}) => alarm).filter((alarm) => fits(alarm) && !keep.has(alarm.id))
  return candidates
    .sort((a, b) => a.changedAt - b.changedAt)
    .slice(0, count)
    .map(({id}) => id)
}
