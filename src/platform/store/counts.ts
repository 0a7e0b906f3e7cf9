/** The counters of a store, which change with what they count, as the port shows them. */
import {hiddenAs, type ScreenState} from '../../alarm/screen-state.ts'
import {TALLIES, type Tallies, type Tally, talliesOf} from '../../alarm/tally.ts'
import type {Alarm} from '../../model/alarm.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
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

/** Of rows that count (`n`) the open alarms of one `handling`, `screen` and `condition` within a jurisdiction. */
export function talliesWithin(rows: readonly Row[], jurisdiction: Jurisdiction): Tallies {
  const sums = Object.fromEntries(TALLIES.map((name) => [name, 0])) as Record<Tally, number>
  for (const {handling, screen, condition, n} of rows) {
    const as = hiddenAs(screen as ScreenState)
    const group = {handling, condition, jurisdiction} as Pick<Alarm, 'handling' | 'condition' | 'jurisdiction'>
    for (const name of talliesOf({...group, ...(as === undefined ? {} : {hidden: {as}})})) sums[name] += Number(n)
  }
  return sums
}
