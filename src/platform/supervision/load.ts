/** Reads panels and cameras out of the inventory, a page at a time, while everything else goes on. */
import {setImmediate as turn} from 'node:timers/promises'
import type {Device} from '../../model/device.ts'
import {WATCHED_KINDS} from '../../model/supervision.ts'
import type {Store} from '../store/port.ts'

const PAGE = 1_000

/** Every panel and camera once. Rejects with CW_IO. */
export async function* loadInventory(store: Pick<Store, 'devices'>): AsyncGenerator<readonly Device[]> {
  for (const kind of WATCHED_KINDS) {
    let after: string | undefined = ''
    while (after !== undefined) {
      const page = await store.devices({kind, after, limit: PAGE})
      yield page.rows.map((row) => JSON.parse(row) as Device)
      after = page.next
      await turn()
    }
  }
}
