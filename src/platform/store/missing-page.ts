/** Rows of missing devices as both engines keep them, and the pages that are made of them. */
import {bad} from '../../lib/fields.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {Camera, Panel} from '../../model/device.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import {type MissingDevice, WATCHED_KINDS, type WatchedKind} from '../../model/supervision.ts'
import type {MissingRow, Outage} from './book/missing.ts'
import type {Row} from './page.ts'
import type {MissingPageRequest, MissingRows} from './port.ts'

/**
 * A path with a dot behind its last code, so that a subtree is one range of them, byte by byte: `44.4403.` up to `44.4403/`.
 * Without it `44.4403-1` would lie between `44.4403` and its parts. The empty path stays empty.
 */
export function placeOf(jurisdiction: Jurisdiction): string {
  return jurisdiction === '' ? '' : `${jurisdiction}.`
}

/** Behind every path: no code has this character, and none that its bytes come before. */
const END_OF_PLACES = '\u{10FFFF}'

export function missingRow(row: Row): MissingRow {
  return {
    kind: row.kind === 'panel' ? 'panel' : 'camera',
    id: String(row.id),
    jurisdiction: String(row.place).replace(/\.$/, ''),
    since: Number(row.since),
    ...(row.heard === null ? {} : {heardAt: Number(row.heard)}),
    ...(row.outage === null ? {} : {group: String(row.outage)}),
    ...(row.ontest === null ? {} : {onTest: Number(row.ontest)}),
  }
}

export function outageRow(row: Row): Outage {
  return {
    place: String(row.place),
    devices: Number(row.devices),
    total: Number(row.total),
    toldDevices: Number(row.told_devices),
    toldTotal: Number(row.told_total),
  }
}

/** Rows of `kind` behind (`place`, `id`) and before the place `end`. */
export interface MissingRange {
  readonly kind: WatchedKind
  readonly place: string
  readonly id: string
  readonly end: string
}

/** Where the page's rows lie, one range after the other. Throws CW_BAD_VALUE. */
export function rangesOf({after, within, kind: only}: MissingPageRequest): readonly MissingRange[] {
  const end = within === '' ? END_OF_PLACES : `${within}/` // '/' comes right behind '.'
  const cursor = after === '' ? undefined : cursorOf(after, within)
  const kinds = WATCHED_KINDS.filter((kind) => only === undefined || kind === only)
  return kinds
    .filter((kind) => cursor === undefined || WATCHED_KINDS.indexOf(kind) >= WATCHED_KINDS.indexOf(cursor.kind))
    .map((kind) => (kind === cursor?.kind ? {...cursor, end} : {kind, place: placeOf(within), id: '', end}))
}

/** What the page begins behind. A cursor from outside the subtree would lead out of it. */
function cursorOf(after: string, within: Jurisdiction): Omit<MissingRange, 'end'> {
  const [name, place, id, ...more] = Buffer.from(after, 'base64url').toString().split('\n')
  const kind = WATCHED_KINDS.find((one) => one === name)
  if (kind && place?.startsWith(placeOf(within)) && id !== undefined && more.length === 0) return {kind, place, id}
  throw bad('after', after, 'the cursor of a page')
}

/** `rows`: as the tables have them with the device's own row as `state`, one more than asked for where there are more. */
export function missingPage(rows: readonly Row[], limit: number): MissingRows {
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  const next = last && Buffer.from(`${last.kind}\n${last.place}\n${last.id}`).toString('base64url')
  return {rows: page.map(missingDevice), ...(next === undefined ? {} : {next})}
}

function missingDevice(row: Row): MissingDevice {
  const {id, kind, ...rest} = missingRow(row)
  const device = row.state === null ? undefined : (JSON.parse(String(row.state)) as Panel | Camera)
  const {key = id, name = safeText(id, 128), site = ''} = device ?? {}
  return {kind, key, name, site, ...accountIn(kind, id), ...rest}
}

function accountIn(kind: WatchedKind, id: string): {readonly account?: string} {
  return kind === 'panel' ? {account: id} : {}
}
