/** How a batch of devices enters the inventory: all of it or nothing. */
import {CitywatchError} from '../../../lib/errors.ts'
import type {Device, DeviceKind} from '../../../model/device.ts'
import type {Jurisdiction} from '../../../model/jurisdiction.ts'
import type {DeviceBatch, DeviceBatchResult} from '../../contract.ts'
import {json} from '../../json.ts'
import type {Book} from './book.ts'

/** Creates or replaces by kind and key. The revision grows by one when anything changed. Throws CW_CONFLICT. */
export function putDevices(book: Book, {devices, base}: DeviceBatch): DeviceBatchResult {
  const revision = book.revision()
  if (base !== undefined && base !== revision) {
    throw new CitywatchError('CW_CONFLICT', {
      what: 'inventory',
      detail: `revision ${revision}, the plan was made on ${base}`,
    })
  }
  const counts = {created: 0, updated: 0, unchanged: 0}
  for (const device of devices) counts[putDevice(book, device)]++
  for (const device of devices) if (device.kind === 'panel') refuseSharedAccount(book, device.account)
  const changed = counts.created + counts.updated > 0
  if (changed) book.setRevision(revision + 1)
  return {...counts, revision: changed ? revision + 1 : revision}
}

/** Name of the counter of a jurisdiction's own devices, so that nobody has to count a million of them. */
function placeCounter(kind: DeviceKind, jurisdiction: Jurisdiction): string {
  return `place:${kind}@${jurisdiction}`
}

/** What putDevices would do; it is done and undone, so that the plan obeys the same rules. `revision` is the present one. Throws CW_CONFLICT. */
export function planDevices(book: Book, batch: DeviceBatch): DeviceBatchResult {
  const revision = book.revision()
  try {
    return book.atomically(() => {
      throw new Undone(putDevices(book, batch))
    })
  } catch (error) {
    if (error instanceof Undone) return {...error.result, revision}
    throw error
  }
}

class Undone extends Error {
  readonly result: DeviceBatchResult

  constructor(result: DeviceBatchResult) {
    super('planned')
    this.result = result
  }
}

function putDevice(book: Book, device: Device): 'created' | 'updated' | 'unchanged' {
  const state = json(device)
  const before = book.device(device.kind, device.key)
  if (before === state) return 'unchanged'
  book.saveDevice(device, state)
  book.count(placeCounter(device.kind, device.jurisdiction), 1)
  if (before !== undefined) {
    book.count(placeCounter(device.kind, (JSON.parse(before) as Device).jurisdiction), -1)
    moveMissing(book, device)
    return 'updated'
  }
  book.count(`device:${device.kind}`, 1)
  return 'created'
}

/** One that is missing is listed where it stands now. */
function moveMissing(book: Book, device: Device): void {
  if (device.kind !== 'panel' && device.kind !== 'camera') return
  const {kind, jurisdiction} = device
  const rows = book.missingAmong([{kind, id: kind === 'panel' ? device.account : device.key}])
  const moved = rows.filter((row) => row.jurisdiction !== jurisdiction)
  if (moved.length > 0) book.saveMissing(moved.map((row) => ({...row, jurisdiction})))
}

/** An account on two panels would send somebody to the wrong door. Asked after the whole batch, so two may swap. */
function refuseSharedAccount(book: Book, account: string): void {
  const keys = book.panelKeys(account)
  if (keys.length < 2) return
  throw new CitywatchError('CW_CONFLICT', {what: `account ${account}`, detail: `it belongs to ${keys.join(', ')}`})
}
