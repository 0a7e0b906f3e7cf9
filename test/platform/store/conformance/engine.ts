/** What the conformance suite needs of a store's engine: empty places for data, and how they are opened. */
import {onTestFinished} from 'vitest'
import type {Policy} from '../../../../src/alarm/policy.ts'
import type {LogRow, Store} from '../../../../src/platform/store/port.ts'

export interface Engine {
  readonly name: string
  /** A place without data. It may be opened again when the store before is closed. */
  place(): Promise<Place>
}

export interface Place {
  /** `policy` absent: the store's own. */
  open(policy?: Policy): Promise<Store>
}

/** An open store on a place of its own for one test. */
export async function freshStore(engine: Engine): Promise<Store> {
  return opened(await engine.place())
}

/** The store of a place; closed at the end of the test, if it was not before. */
export async function opened(place: Place): Promise<Store> {
  const store = await place.open()
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= store.close()
    return closed
  }
  onTestFinished(close)
  return {...store, close}
}

/** The whole log from `after` on, read page by page. */
export async function wholeLog(store: Store, after = 0): Promise<LogRow[]> {
  const rows: LogRow[] = []
  for (;;) {
    const page = await store.read(rows.at(-1)?.seq ?? after, 1_000)
    if (page.length === 0) return rows
    rows.push(...page)
  }
}

export const upTo = (count: number): number[] => Array.from({length: count}, (_, index) => index + 1)
