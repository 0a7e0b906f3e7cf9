/** Where an account's panel stands, as alarms and on-test windows say it. */
import type {Routing} from '../../../alarm/lifecycle.ts'
import type {Panel} from '../../../model/device.ts'
import type {Transaction} from './transaction.ts'

/** Undefined when no panel has the account. */
export function routingOf(transaction: Transaction, account: string): Routing | undefined {
  const row = transaction.row("SELECT state FROM device WHERE account = ? AND kind = 'panel'", account)
  if (row === undefined) return undefined
  const panel = JSON.parse(String(row.state)) as Panel
  return {device: panel.key, deviceName: panel.name, site: panel.site, jurisdiction: panel.jurisdiction}
}
