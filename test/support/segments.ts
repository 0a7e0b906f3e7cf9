/** A store whose log is cut into small segments, and the way to wait until they are sealed. */
import {safeText} from '../../src/lib/safe-text.ts'
import type {Store} from '../../src/platform/store/port.ts'
import type {StoreOptions} from '../../src/platform/store/sqlite/open.ts'
import type {UpkeepEvent} from '../../src/platform/store/sqlite/segments/keeper.ts'
import {burglary, testStore} from './store.ts'

export interface SegmentedStore {
  readonly store: Store
  readonly events: readonly UpkeepEvent[]
  /** Resolves when an event so far, or to come, is the one. */
  until(isIt: (event: UpkeepEvent) => boolean): Promise<UpkeepEvent>
  /** So many rows, numbered on, at a time. */
  write(rows: number, at?: number): Promise<void>
}

export async function segmentedStore(folder: string, options: Partial<StoreOptions> = {}): Promise<SegmentedStore> {
  const events: UpkeepEvent[] = []
  const waiting = new Set<() => void>()
  const tell = (event: UpkeepEvent) => {
    events.push(event)
    for (const look of waiting) look()
  }
  const store = await testStore(folder, undefined, {segmentRows: 100, reserveBytes: 0, upkeep: tell, ...options})
  let next = store.head() + 1
  return {
    store,
    events,
    until: (isIt) =>
      new Promise((resolve) => {
        const look = () => {
          const found = events.find(isIt)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    async write(rows, at = 1_000) {
      const writes = Array.from({length: rows}, () => {
        const raw = safeText(String(next++))
        return store.signal({...burglary({raw}), at})
      })
      await Promise.all(writes)
    },
  }
}

/** True for the sealing of the segment that ends with row `last`. */
export const sealedUpTo = (last: number) => (event: UpkeepEvent) =>
  event.type === 'sealed' && event.segment.last === last

/** Every row of the log, read in pages of `page` rows; each is the next one. */
export async function wholeLog(
  store: Store,
  page = 7,
): Promise<{readonly seqs: readonly number[]; readonly raws: readonly string[]}> {
  const seqs: number[] = []
  const raws: string[] = []
  for (let after = await store.floor(); ; ) {
    const rows = await store.read(after, page)
    const last = rows.at(-1)
    if (last === undefined) return {seqs, raws}
    for (const row of rows) {
      seqs.push(row.seq)
      raws.push(String(JSON.parse(row.entry).signal?.raw))
    }
    after = last.seq
  }
}

export const numbers = (from: number, to: number) => Array.from({length: to - from + 1}, (_, index) => from + index)
