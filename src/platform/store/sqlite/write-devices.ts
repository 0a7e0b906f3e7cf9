/** How a batch of devices enters the inventory: all of it or nothing. */
import {CitywatchError} from '../../../lib/errors.ts'
import type {Device} from '../../../model/device.ts'
import type {DeviceBatch, DeviceBatchResult} from '../../contract.ts'
import {json} from '../../json.ts'
import type {Transaction} from './transaction.ts'

/** Creates or replaces by kind and key. The revision grows by one when anything changed. Throws CW_CONFLICT. */
export function putDevices(transaction: Transaction, {devices, base}: DeviceBatch): DeviceBatchResult {
  const revision = Number(transaction.row("SELECT value FROM meta WHERE name = 'revision'")?.value ?? 0)
  if (base !== undefined && base !== revision) {
    throw new CitywatchError('CW_CONFLICT', {
      what: 'inventory',
      detail: `revision ${revision}, the plan was made on ${base}`,
    })
  }
  const counts = {created: 0, updated: 0, unchanged: 0}
  for (const device of devices) counts[putDevice(transaction, device)]++
  for (const device of devices) if (device.kind === 'panel') refuseSharedAccount(transaction, device.account)
  const changed = counts.created + counts.updated > 0
  if (changed) transaction.run("INSERT OR REPLACE INTO meta (name, value) VALUES ('revision', ?)", String(revision + 1))
  return {...counts, revision: changed ? revision + 1 : revision}
}

function putDevice(transaction: Transaction, device: Device): 'created' | 'updated' | 'unchanged' {
  const state = json(device)
  const before = transaction.row('SELECT state FROM device WHERE kind = ? AND key = ?', device.kind, device.key)
  if (before?.state === state) return 'unchanged'
  transaction.run(
    'INSERT OR REPLACE INTO device (kind, key, account, state) VALUES (?, ?, ?, ?)',
    device.kind,
    device.key,
    device.kind === 'panel' || device.kind === 'zone' ? device.account : null,
    state,
  )
  if (before) return 'updated'
  transaction.count(`device:${device.kind}`, 1)
  return 'created'
}

/** An account on two panels would send somebody to the wrong door. Asked after the whole batch, so two may swap. */
function refuseSharedAccount(transaction: Transaction, account: string): void {
  const row = transaction.row(
    "SELECT count(*) AS panels, group_concat(key, ', ') AS keys FROM device WHERE account = ? AND kind = 'panel'",
    account,
  )
  if (Number(row?.panels) < 2) return
  throw new CitywatchError('CW_CONFLICT', {what: `account ${account}`, detail: `it belongs to ${row?.keys}`})
}
