/** How alarms and what became of them are printed. */
import {screenState} from '../../alarm/screen-state.ts'
import type {Alarm} from '../../model/alarm.ts'
import type {Failure} from '../base-command.ts'
import type {Column} from './rows.ts'

/** What became of one alarm that something was to be done to. */
export interface ActRow {
  /** As it was given. */
  readonly id: string
  /** `asked`: a platform below has been asked and has not answered yet. */
  readonly outcome: 'done' | 'asked' | 'failed'
  /** The alarm after it; absent when failed. */
  readonly alarm?: Alarm
  readonly error?: Failure
}

export const ACT_COLUMNS: readonly Column<ActRow>[] = [
  {name: 'id', header: 'ALARM', value: ({id}) => id},
  {name: 'outcome', header: 'OUTCOME', value: ({outcome}) => outcome},
  {name: 'state', header: 'STATE', value: ({alarm}) => alarm && screenState(alarm)},
  {name: 'handling', header: 'HANDLING', value: ({alarm}) => alarm && handlingText(alarm)},
  {name: 'by', header: 'BY', value: ({alarm}) => alarm?.last?.by ?? alarm?.ackedBy},
  {name: 'version', header: 'VERSION', value: ({alarm}) => alarm?.version, wide: true},
  {name: 'why', header: 'WHY NOT', value: ({error}) => error?.message},
]

/** `onTest`: the open window that a signal like this one would now lie in. The alarm itself is real. `handoff`: its hand-over to 110. */
export type AlarmRow = Alarm & {readonly onTest?: number; readonly handoff?: string}

export const ALARM_COLUMNS: readonly Column<AlarmRow>[] = [
  {name: 'id', header: 'ID', value: ({id}) => id},
  {name: 'priority', header: 'PRI', value: ({priority}) => priority},
  {name: 'state', header: 'STATE', value: (alarm) => screenState(alarm)},
  {name: 'handling', header: 'HANDLING', value: handlingText},
  {name: 'name', header: 'ALARM', value: ({name}) => name},
  {name: 'zone', header: 'ZONE', value: ({zone}) => zone},
  {name: 'where', header: 'WHERE', value: ({deviceName, account}) => deviceName ?? `account ${account}`},
  {name: 'jurisdiction', header: 'JURISDICTION', value: ({jurisdiction}) => jurisdiction || '(unrouted)'},
  {name: 'raised', header: 'RAISED', value: ({raisedAt}) => new Date(raisedAt).toISOString()},
  {name: 'ontest', header: 'ON TEST', value: ({onTest}) => (onTest === undefined ? undefined : `#${onTest}`)},
  {name: 'handoff', header: '110', value: ({handoff}) => handoff},
  {name: 'count', header: 'TIMES', value: ({count}) => count},
  {name: 'by', header: 'ACKED BY', value: ({ackedBy}) => ackedBy},
  {name: 'hidden', header: 'HIDDEN', value: hiddenText},
  {name: 'from', header: 'FROM', value: from, wide: true},
  {name: 'asked', header: 'ASKED BY', value: ({pending}) => pending?.by, wide: true},
  {name: 'comment', header: 'COMMENT', value: ({comment}) => comment?.text, wide: true},
  {name: 'account', header: 'ACCOUNT', value: ({account}) => account, wide: true},
  {name: 'code', header: 'CODE', value: ({code}) => code, wide: true},
  {name: 'category', header: 'CATEGORY', value: ({category}) => category, wide: true},
  {name: 'partition', header: 'PARTITION', value: ({partition}) => partition, wide: true},
  {name: 'site', header: 'SITE', value: ({site}) => site, wide: true},
  {name: 'version', header: 'VERSION', value: ({version}) => version, wide: true},
  {name: 'text', header: 'TEXT', value: ({text}) => text, wide: true},
]

/** `new`, `acked`, `dispatched car 7`, `closed as false`. */
export function handlingText({handling, dispatch, closed}: Alarm): string {
  if (handling === 'dispatched') return `dispatched ${dispatch?.unit ?? ''}`.trim()
  if (handling === 'closed') return closed?.as === undefined ? 'closed' : `closed as ${closed.as}`
  return dispatch === undefined ? handling : `${handling}, ${dispatch.unit} on the way`
}

/** `until 2026-11-26T08:00:00.000Z or its end: rain`. */
export function hiddenText({hidden}: Alarm): string | undefined {
  if (hidden === undefined) return undefined
  const until = hidden.until === undefined ? 'until it is ended' : `until ${new Date(hidden.until).toISOString()}`
  const once = hidden.as === 'shelved' && hidden.once ? ' or its end' : ''
  const owner = hidden.as === 'out-of-service' ? `, ${hidden.owner} has it` : ''
  return `${until}${once}: ${hidden.reason}${owner}`
}

/** Names of the platforms below that it came through. */
function from({origin}: Alarm): string | undefined {
  return origin && `${origin.path.join(' / ')}${origin.lost ? ' (lost there)' : ''}`
}
