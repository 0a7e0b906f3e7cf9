/** What happened to an alarm, one change a line, oldest first. */
import {screenState} from '../../alarm/screen-state.ts'
import type {Alarm} from '../../model/alarm.ts'
import type {LogEntry} from '../../model/log-entry.ts'
import {handlingText, hiddenText} from './alarms.ts'
import type {Column} from './rows.ts'

export interface HistoryRow {
  readonly seq: number
  readonly at: number
  readonly version: number
  readonly change: string
  readonly state: string
  readonly handling: string
  /** Who did it; absent: the panel, or time. */
  readonly by?: string
  /** What there is to say of it. */
  readonly detail: string
}

export const HISTORY_COLUMNS: readonly Column<HistoryRow>[] = [
  {name: 'at', header: 'AT', value: ({at}) => new Date(at).toISOString()},
  {name: 'change', header: 'CHANGE', value: ({change}) => change},
  {name: 'state', header: 'STATE', value: ({state}) => state},
  {name: 'handling', header: 'HANDLING', value: ({handling}) => handling},
  {name: 'by', header: 'BY', value: ({by}) => by},
  {name: 'detail', header: 'DETAIL', value: ({detail}) => detail},
  {name: 'version', header: 'VERSION', value: ({version}) => version, wide: true},
  {name: 'seq', header: 'SEQ', value: ({seq}) => seq, wide: true},
]

/** `entries` newest first, as the platform gives them. */
export function historyRows(entries: readonly LogEntry[]): HistoryRow[] {
  return entries.toReversed().flatMap((entry) => {
    if ((entry.type !== 'signal' && entry.type !== 'action') || !entry.alarm || !entry.change) return []
    const {seq, at, alarm, change} = entry
    const by = entry.type === 'action' ? entry.by : undefined
    return [
      {
        ...{seq, at, version: alarm.version, change, state: screenState(alarm), handling: handlingText(alarm)},
        ...(by === undefined ? {} : {by}),
        detail: entry.type === 'signal' ? signalText(entry.signal.code, alarm) : actionText(change, alarm, at),
      },
    ]
  })
}

function signalText(code: string, {text, count}: Alarm): string {
  return [`code ${code}`, ...(count > 1 ? [`time ${count}`] : []), ...(text === undefined ? [] : [text])].join(', ')
}

function actionText(change: string, alarm: Alarm, at: number): string {
  const {comment, checks, dispatch, jurisdiction, site, closed} = alarm
  const said = comment?.at === at ? [comment.text] : []
  switch (change) {
    case 'dispatched':
      return [dispatch?.unit ?? '', ...said].join(': ')
    case 'checked':
      return [checks?.at(-1)?.found ?? '', ...said].join(': ')
    case 'routed':
      return [site ? `${jurisdiction}, site ${site}` : jurisdiction, ...said].join(': ')
    case 'closed':
      return [...(closed?.of === undefined ? [] : [`of alarm ${closed.of}`]), ...said].join(': ')
    default:
      return [...(alarm.hidden ? [hiddenText(alarm) ?? ''] : []), ...said].join('; ')
  }
}
