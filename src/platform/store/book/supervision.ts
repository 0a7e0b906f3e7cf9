/** How devices that fall silent and come back enter log and alarms: one by one, or a place's together. */

import type {Occurrence, Transition} from '../../../alarm/lifecycle.ts'
import {type SafeText, safeText} from '../../../lib/safe-text.ts'
import type {Camera, Panel} from '../../../model/device.ts'
import {type Jurisdiction, UNROUTED} from '../../../model/jurisdiction.ts'
import {isOnTest, type OnTestWindow} from '../../../model/on-test.ts'
import type {Signal} from '../../../model/signal.ts'
import type {SupervisionNews, WatchedId} from '../../../model/supervision.ts'
import type {SupervisionItem, SupervisionWrite} from '../port.ts'
import type {Book} from './book.ts'
import type {MissingRow, Outage} from './missing.ts'
import {nameOf} from './save-alarm.ts'
import {changeAlarm} from './signals.ts'

/** "Communications failed" of SIA DC-03: what a receiver says of a panel that it no longer hears. */
const CODE = 'YC'

/** What is there already is not written again, so that a write whose fate was not known may be repeated. */
export function writeSupervision(book: Book, {at, items, announces}: SupervisionWrite): void {
  const known = new Map(book.missingAmong(items).map((row) => [nameOfId(row), row]))
  const windows = book.openWindows().filter((window) => isWhole(window) && isOnTest(window, at))
  const lost = items.filter((item) => item.change === 'missing' && !known.has(nameOfId(item)))
  const back = items.flatMap((item) => {
    const row = item.change === 'missing' ? undefined : known.get(nameOfId(item))
    return row ? [{item, row}] : []
  })
  const rows = lost.map((item) => lose(book, item, at, windowOf(windows, item)))
  book.saveMissing(rows)
  book.dropMissing(back.map(({row}) => row))
  for (const {item, row} of back) if (row.group === undefined) single(book, item, row.jurisdiction, item, at)
  changeOutages(
    book,
    rows,
    back.map(({row}) => row),
  )
  if (announces) for (const outage of book.untoldOutages()) announce(book, outage, at)
}

/** Alarms for those that are still missing when their test is over. */
export function writeTestsOver(book: Book, at: number): void {
  const windows = book.openWindows().filter((window) => isWhole(window) && isOnTest(window, at))
  for (const row of book.missingOnTest()) {
    if (windowOf(windows, row)) continue
    const {onTest: _over, ...rest} = row
    book.saveMissing([rest])
    const silentMs = Math.max(0, at - (row.heardAt ?? row.since))
    const news: SingleNews = {change: 'missing', silentMs, everHeard: row.heardAt !== undefined}
    single(book, row, row.jurisdiction, news, at)
  }
}

type Tell = (transition: Transition | null) => void
type SingleNews = Pick<SupervisionNews, 'change' | 'silentMs' | 'everHeard'>

/** The row of a device that is missing from now on; its entry, unless it is counted with its group. */
function lose(book: Book, item: SupervisionItem, at: number, window: OnTestWindow | undefined): MissingRow {
  const {kind, id, jurisdiction, silentMs, everHeard, group} = item
  const row = {kind, id, jurisdiction, since: at, ...(everHeard ? {heardAt: at - silentMs} : {})}
  if (window === undefined && group !== undefined) return {...row, group}
  single(book, item, jurisdiction, item, at, window)
  return window === undefined ? row : {...row, onTest: window.id}
}

/** One device's entry, with the alarm that it raises or ends; on test it raises none. */
function single(
  book: Book,
  id: WatchedId,
  place: Jurisdiction,
  {change, silentMs, everHeard}: SingleNews,
  at: number,
  window?: OnTestWindow,
): void {
  const device = deviceOf(book, id)
  const {key = id.id, name = safeText(id.id, 128), site = '', jurisdiction = place} = device ?? {}
  const account = id.kind === 'panel' ? {account: id.id} : {}
  const news: SupervisionNews = {
    change,
    devices: 1,
    left: change === 'missing' ? 1 : 0,
    jurisdiction,
    device: {kind: id.kind, key, name, site, ...account},
    ...(silentMs === undefined ? {} : {silentMs}),
    ...(everHeard === undefined ? {} : {everHeard}),
  }
  const occurrence: Occurrence = {
    ...occurred(id.kind === 'panel' ? 'Panel silent' : 'Camera silent', 3, change !== 'missing', account.account ?? ''),
    routing: {site, jurisdiction, ...(device ? {device: key, deviceName: name} : {})},
  }
  const isTrial = window !== undefined && change === 'missing'
  const tell: Tell = (transition) => append(book, news, transition, at, `device/${id.kind}/${key}`, window)
  if (isTrial) tell(null)
  else changeAlarm(book, keyOf(id), occurrence, at, tell)
}

/** Sums of the places that the rows are part of. */
function changeOutages(book: Book, lost: readonly MissingRow[], back: readonly MissingRow[]): void {
  const sums = new Map<Jurisdiction, {lost: number; back: number}>()
  const sumOf = (place: Jurisdiction) => {
    const sum = sums.get(place) ?? {lost: 0, back: 0}
    sums.set(place, sum)
    return sum
  }
  for (const {group} of lost) if (group !== undefined) sumOf(group).lost++
  for (const {group} of back) if (group !== undefined) sumOf(group).back++
  for (const [place, sum] of sums) {
    const before = book.outage(place) ?? {place, devices: 0, total: 0, toldDevices: 0, toldTotal: 0}
    const devices = before.devices + sum.lost - sum.back
    book.saveOutage({...before, devices, total: before.total + sum.lost})
  }
}

/** Tells the log how many more of a place are missing, or how many came back. */
function announce(book: Book, {place, devices, total, toldDevices, toldTotal}: Outage, at: number): void {
  const grew = total - toldTotal
  const subject = `outage/${place}`
  if (grew > 0) {
    const text = safeText(`${total} devices fell silent`)
    const news = {change: 'missing', devices: grew, left: devices, jurisdiction: place} as const
    const tell: Tell = (transition) => append(book, news, transition, at, subject)
    changeAlarm(book, outageKey(place), groupOccurred(place, false, text), at, tell)
  }
  const returned = toldDevices + grew - devices
  if (returned > 0 && (grew === 0 || devices === 0)) {
    const news = {change: 'restored', devices: returned, left: devices, jurisdiction: place} as const
    const tell: Tell = (transition) => append(book, news, transition, at, subject)
    if (devices > 0) tell(null)
    else changeAlarm(book, outageKey(place), groupOccurred(place, true), at, tell)
  }
  book.saveOutage({place, devices, total, toldDevices: devices, toldTotal: total})
}

function append(
  book: Book,
  news: SupervisionNews,
  transition: Transition | null,
  at: number,
  subject: string,
  window?: OnTestWindow,
): void {
  const onTest = window === undefined ? {} : {onTest: window.id}
  const [type, about] = transition ? nameOf(transition) : [`supervision.${news.change}`, subject]
  book.append({type: 'supervision', at, news, ...transition, ...onTest}, type, about)
}

function groupOccurred(place: Jurisdiction, isOver: boolean, text?: SafeText): Occurrence {
  return {...occurred('Devices silent', 2, isOver, '', text), routing: {site: '', jurisdiction: place}}
}

/** As if the receiver itself had sent a signal: the rules for alarms are the same. */
function occurred(
  name: string,
  priority: 2 | 3,
  isOver: boolean,
  account: string,
  text?: SafeText,
): Omit<Occurrence, 'routing'> {
  const signal: Signal = {
    account,
    scheme: 'sia',
    code: CODE,
    qualifier: isOver ? 'restore' : 'new',
    ...(text === undefined ? {} : {text}),
    raw: safeText(''),
  }
  const meaning = {name, category: 'supervision', priority, condition: CODE, known: true, latching: false} as const
  return {signal, meaning: {...meaning, dispatch: 'technician'}, raises: true}
}

function deviceOf(book: Book, {kind, id}: WatchedId): Panel | Camera | undefined {
  if (kind === 'panel') return book.panelOf(id)
  const state = book.device('camera', id)
  return state === undefined ? undefined : (JSON.parse(state) as Camera)
}

/** A window of some zones or one partition says nothing of the panel as a whole. */
function isWhole({partition, zones}: OnTestWindow): boolean {
  return partition === undefined && zones === undefined
}

function windowOf(windows: readonly OnTestWindow[], {kind, id}: WatchedId): OnTestWindow | undefined {
  return kind === 'panel' ? windows.find(({account}) => account === id) : undefined
}

function nameOfId({kind, id}: WatchedId): string {
  return `${kind} ${id}`
}

function keyOf({kind, id}: WatchedId): string {
  return JSON.stringify(['supervision', kind, id])
}

function outageKey(place: Jurisdiction): string {
  return JSON.stringify(['supervision', 'place', place === UNROUTED ? null : place])
}
