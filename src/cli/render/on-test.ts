/** How on-test windows are printed: what is on test, until when, how long that still is. */
import {durationText} from '../../lib/duration.ts'
import {isOnTest, type OnTestScope, type OnTestWindow} from '../../model/on-test.ts'
import type {Column} from './rows.ts'

/** A window with what is left of it by the platform's clock, ms; 0 when it is over. */
export interface TimedWindow extends OnTestWindow {
  readonly leftMs: number
}

export function timed(window: OnTestWindow, now: number): TimedWindow {
  return {...window, leftMs: isOnTest(window, now) ? window.endsAt - now : 0}
}

export const ON_TEST_COLUMNS: readonly Column<TimedWindow>[] = [
  {name: 'id', header: 'ID', value: ({id}) => id},
  {name: 'account', header: 'ACCOUNT', value: ({account}) => account},
  {name: 'scope', header: 'ON TEST', value: scopeText},
  {name: 'where', header: 'WHERE', value: ({deviceName}) => deviceName},
  {name: 'state', header: 'STATE', value: ({state, leftMs}) => (state === 'open' && leftMs === 0 ? 'expired' : state)},
  {name: 'until', header: 'UNTIL', value: ({endedAt, endsAt}) => new Date(endedAt ?? endsAt).toISOString()},
  {name: 'left', header: 'LEFT', value: ({leftMs}) => (leftMs === 0 ? undefined : durationText(leftMs))},
  {name: 'reason', header: 'REASON', value: ({reason}) => reason},
  {name: 'reference', header: 'REFERENCE', value: ({reference}) => reference},
  {name: 'by', header: 'BY', value: ({by}) => by},
  {name: 'started', header: 'SINCE', value: ({startedAt}) => new Date(startedAt).toISOString(), wide: true},
  {name: 'ended-by', header: 'ENDED BY', value: ({endedBy}) => endedBy, wide: true},
  {name: 'jurisdiction', header: 'JURISDICTION', value: ({jurisdiction}) => jurisdiction, wide: true},
]

/** `everything`, `partition 2`, `partition 1, zones 3 4`. */
function scopeText({partition, zones}: OnTestScope): string {
  const parts = [
    ...(partition === undefined ? [] : [`partition ${partition}`]),
    ...(zones === undefined ? [] : [`${zones.length === 1 ? 'zone' : 'zones'} ${zones.join(' ')}`]),
  ]
  return parts.join(', ') || 'everything'
}

/** `account 1234 (Harbour Street 4) is on test: #12, zones 3 4, until …, 2 h left`. */
export function onTestLine(window: TimedWindow): string {
  const {id, account, deviceName, endsAt, endedAt = endsAt, leftMs, state} = window
  const whose = `account ${account}${deviceName === undefined ? '' : ` (${deviceName})`}`
  if (leftMs > 0) {
    const until = `until ${new Date(endsAt).toISOString()}, ${durationText(leftMs)} left`
    return `${whose} is on test: #${id}, ${scopeText(window)}, ${until}`
  }
  return `${whose} is no longer on test by #${id}: ${state === 'ended' ? 'ended' : 'it ran out'} ${new Date(endedAt).toISOString()}`
}
