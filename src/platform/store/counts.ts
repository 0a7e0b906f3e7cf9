/** The counters of a store, which change with what they count, as the port shows them. */
import {TALLIES, type Tally} from '../../alarm/tally.ts'
import type {Row} from './page.ts'
import type {Counts} from './port.ts'

/** Rows of `name` and `value`; a counter that never changed has none. */
export function countsOf(rows: readonly Row[]): Counts {
  const values = new Map(rows.map(({name, value}) => [String(name), Number(value)]))
  const value = (name: string) => values.get(name) ?? 0
  return {
    alarms: Object.fromEntries(TALLIES.map((tally) => [tally, value(`alarm:${tally}`)])) as Record<Tally, number>,
    masks: value('mask:on'),
    handoffs: {open: value('handoff:open'), unanswered: value('handoff:unanswered')},
    devices: {
      site: value('device:site'),
      camera: value('device:camera'),
      panel: value('device:panel'),
      zone: value('device:zone'),
    },
    onTest: value('ontest:open'),
    refused: value('refused'),
  }
}
