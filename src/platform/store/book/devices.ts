/** How a batch of devices enters the inventory: all of it or nothing. */
import {CitywatchError} from '../../../lib/errors.ts'
import type {Device} from '../../../model/device.ts'
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
  if (before !== undefined) return 'updated'
  book.count(`device:${device.kind}`, 1)
  return 'created'
}

/** An account on two panels would send somebody to the wrong door. Asked after the whole batch, so two may swap. */
function refuseSharedAccount(book: Book, account: string): void {
  const keys = book.panelKeys(account)
  if (keys.length < 2) return
  throw new CitywatchError('CW_CONFLICT', {what: `account ${account}`, detail: `it belongs to ${keys.join(', ')}`})
}
