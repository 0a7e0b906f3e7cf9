/** How a batch of devices enters the inventory: all of it or nothing. */
import {CitywatchError} from '../../../lib/errors.ts'
import type {Device, DeviceKind} from '../../../model/device.ts'
import type {Jurisdiction} from '../../../model/jurisdiction.ts'
import type {DeviceBatch, DeviceBatchResult} from '../../contract.ts'
import {type Json, json} from '../../json.ts'
import type {Book} from './book.ts'

/** Creates or replaces by kind and key. The revision grows by one when anything changed. Throws CW_CONFLICT, CW_FORBIDDEN; nothing has changed then. */
export function putDevices(book: Book, batch: DeviceBatch): DeviceBatchResult {
  const {counts, changes} = planned(book, batch)
  const revision = book.revision()
  if (changes.length === 0) return {...counts, revision}
  for (const change of changes) putDevice(book, change)
  book.setRevision(revision + 1)
  return {...counts, revision: revision + 1}
}

/** What putDevices would do, by the same rules. `revision` is the present one. Throws CW_CONFLICT, CW_FORBIDDEN. */
export function planDevices(book: Book, batch: DeviceBatch): DeviceBatchResult {
  return {...planned(book, batch).counts, revision: book.revision()}
}

/** One device as it becomes, and as it was: undefined when it is new. */
interface Change {
  readonly device: Device
  readonly state: Json<Device>
  readonly before: Json<Device> | undefined
}

/** Everything is asked before the first device is written: a batch that is refused has nothing to undo. */
function planned(book: Book, {devices, base}: DeviceBatch) {
  const revision = book.revision()
  if (base !== undefined && base !== revision) {
    throw new CitywatchError('CW_CONFLICT', {
      what: 'inventory',
      detail: `revision ${revision}, the plan was made on ${base}`,
    })
  }
  const counts = {created: 0, updated: 0, unchanged: 0}
  const changes: Change[] = []
  const states = new Map<string, Json<Device>>()
  for (const device of devices) {
    const name = `${device.kind} ${device.key}`
    const state = json(device)
    const before = states.get(name) ?? book.device(device.kind, device.key)
    counts[before === undefined ? 'created' : before === state ? 'unchanged' : 'updated']++
    if (before === state) continue
    book.admitDevice(device)
    states.set(name, state)
    changes.push({device, state, before})
  }
  refuseSharedAccounts(book, devices)
  return {counts, changes}
}

function putDevice(book: Book, {device, state, before}: Change): void {
  const {kind, jurisdiction} = device
  book.saveDevice(device, state)
  book.count(placeCounter(kind, jurisdiction), 1)
  if (before === undefined) {
    book.count(`device:${kind}`, 1)
    return
  }
  book.count(placeCounter(kind, (JSON.parse(before) as Device).jurisdiction), -1)
  moveMissing(book, device)
}

/** Name of the counter of a jurisdiction's own devices, so that nobody has to count a million of them. */
function placeCounter(kind: DeviceKind, jurisdiction: Jurisdiction): string {
  return `place:${kind}@${jurisdiction}`
}

/** One that is missing is listed where it stands now. */
function moveMissing(book: Book, device: Device): void {
  if (device.kind !== 'panel' && device.kind !== 'camera') return
  const {kind, jurisdiction} = device
  const rows = book.missingAmong([{kind, id: kind === 'panel' ? device.account : device.key}])
  const moved = rows.filter((row) => row.jurisdiction !== jurisdiction)
  if (moved.length > 0) book.saveMissing(moved.map((row) => ({...row, jurisdiction})))
}

/** An account on two panels would send somebody to the wrong door. Told of the batch as a whole, so two may swap. */
function refuseSharedAccounts(book: Book, devices: readonly Device[]): void {
  const accounts = new Map<string, string>()
  for (const device of devices) if (device.kind === 'panel') accounts.set(device.key, device.account)
  const coming = Map.groupBy(accounts.keys(), (key) => accounts.get(key))
  for (const device of devices) {
    if (device.kind !== 'panel') continue
    const staying = book.panelKeys(device.account).filter((key) => !accounts.has(key))
    const keys = [...staying, ...(coming.get(device.account) ?? [])]
    if (keys.length < 2) continue
    const detail = `it belongs to ${keys.toSorted().join(', ')}`
    throw new CitywatchError('CW_CONFLICT', {what: `account ${device.account}`, detail})
  }
}
