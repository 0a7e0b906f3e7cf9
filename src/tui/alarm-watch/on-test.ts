/** The accounts on test, as the monitor knows them: what is not in here is real. */
import {isWithin, type Jurisdiction} from '../../model/jurisdiction.ts'
import type {OnTestWindow} from '../../model/on-test.ts'

/** Open windows by id. */
export type OnTest = ReadonlyMap<number, OnTestWindow>

export function openTests(windows: readonly OnTestWindow[]): OnTest {
  return new Map(windows.filter(({state}) => state === 'open').map((window) => [window.id, window]))
}

/** After a change; an older version than the one known changes nothing. */
export function afterTestChange(known: OnTest, window: OnTestWindow): OnTest {
  if ((known.get(window.id)?.version ?? 0) >= window.version) return known
  const next = new Map(known)
  if (window.state === 'open') next.set(window.id, window)
  else next.delete(window.id)
  return next
}

interface Tests {
  readonly onTest: OnTest
  /** The monitor's part of the hierarchy. */
  readonly scope: Jurisdiction
}

/** Accounts within the monitor's part of the hierarchy that are on test, whole or in part. */
export function accountsOnTest({onTest, scope}: Tests): number {
  const windows = [...onTest.values()].filter(({jurisdiction}) => isWithin(jurisdiction, scope))
  return new Set(windows.map(({account}) => account)).size
}

/** Windows that the platform has warned of, the one that ends first before the others. */
export function endingTests({onTest, scope}: Tests): OnTestWindow[] {
  return [...onTest.values()]
    .filter(({warnedAt, jurisdiction}) => warnedAt !== undefined && isWithin(jurisdiction, scope))
    .sort((a, b) => a.endsAt - b.endsAt)
}
