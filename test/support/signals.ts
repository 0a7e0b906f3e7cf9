/** Signals and panels for tests of alarms and platform. */
import {safeText} from '../../src/lib/safe-text.ts'
import type {Panel} from '../../src/model/device.ts'
import type {Signal} from '../../src/model/signal.ts'

export const panel: Panel = {
  kind: 'panel',
  key: 'panel-1',
  name: safeText('Harbour Street 4'),
  site: 'site-1',
  jurisdiction: 'baltimore.central.111',
  account: '1234',
}

/** A burglary in zone 3, unless told otherwise. */
export function signalOf(changes: Partial<Signal> = {}): Signal {
  const signal: Signal = {
    account: '1234',
    scheme: 'sia',
    code: 'BA',
    qualifier: 'new',
    zone: '3',
    raw: safeText('#1234|Nri1/BA3'),
    ...changes,
  }
  return signal
}
