/** On-test windows for tests. */
import {safeText} from '../../src/lib/safe-text.ts'
import type {OnTestEntry, SignalEntry} from '../../src/model/log-entry.ts'
import type {OnTestChange, OnTestWindow} from '../../src/model/on-test.ts'
import {NOON} from './alarms.ts'
import {signalOf} from './signals.ts'

/** Account 1234, whole, for ten minutes from 0, unless told otherwise. */
export function windowOf(changes: Partial<OnTestWindow> = {}): OnTestWindow {
  return {
    id: 1,
    version: 1,
    account: '1234',
    reason: safeText('walk test'),
    by: safeText('anna'),
    deviceName: safeText('Harbour Street 4'),
    jurisdiction: 'baltimore.central.111',
    startedAt: 0,
    endsAt: 600_000,
    state: 'open',
    ...changes,
  }
}

export function testOf(seq: number, changes: Partial<OnTestWindow>, change: OnTestChange = 'started'): OnTestEntry {
  const window = windowOf(changes)
  return {type: 'ontest', seq, at: NOON, window, change, ...(change === 'started' ? {by: window.by} : {})}
}

/** A burglary that lies in the window with this number. */
export function trialOf(seq: number, onTest: number): SignalEntry {
  return {type: 'signal', seq, at: NOON, signal: signalOf(), onTest}
}
