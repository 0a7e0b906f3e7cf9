/** Where an account's panel stands, as alarms and on-test windows say it. */
import type {Routing} from '../../../alarm/lifecycle.ts'
import type {Book} from './book.ts'

/** Undefined when no panel has the account. */
export function routingOf(book: Book, account: string): Routing | undefined {
  const panel = book.panelOf(account)
  if (panel === undefined) return undefined
  return {device: panel.key, deviceName: panel.name, site: panel.site, jurisdiction: panel.jurisdiction}
}
