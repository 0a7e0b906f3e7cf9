/** A store on a real folder for one test, and writes for it. */
import {onTestFinished} from 'vitest'
import type {Signal} from '../../src/model/signal.ts'
import type {SignalWrite, Store} from '../../src/platform/store/port.ts'
import {openStore, type StoreOptions} from '../../src/platform/store/sqlite/open.ts'
import {signalOf} from './signals.ts'

export async function testStore(
  folder: string,
  maxPages?: number,
  options: Partial<StoreOptions> = {},
): Promise<Store> {
  const store = await openStore({folder, ...(maxPages === undefined ? {} : {maxPages}), ...options})
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= store.close()
    return closed
  }
  onTestFinished(close)
  return {...store, close}
}

/** A burglary that raises an alarm, of an account that need not be known. */
export function burglary(changes: Partial<Signal> = {}): SignalWrite {
  return {
    at: 1_000,
    signal: signalOf(changes),
    meaning: {
      name: 'Burglary',
      category: 'burglary',
      priority: 2,
      dispatch: 'police',
      known: true,
      latching: false,
      condition: 'BA',
    },
    raises: true,
    acceptUnknown: true,
  }
}
