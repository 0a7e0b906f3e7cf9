/** How alarms are listed. */
import type {Alarm} from '../../model/alarm.ts'
import type {Column} from './rows.ts'

/** `onTest`: the open window that a signal like this one would now lie in. The alarm itself is real. */
export type AlarmRow = Alarm & {readonly onTest?: number}

export const ALARM_COLUMNS: readonly Column<AlarmRow>[] = [
  {name: 'id', header: 'ID', value: ({id}) => id},
  {name: 'priority', header: 'PRI', value: ({priority}) => priority},
  {name: 'state', header: 'STATE', value: ({condition, handling}) => `${condition}, ${handling}`},
  {name: 'name', header: 'ALARM', value: ({name}) => name},
  {name: 'zone', header: 'ZONE', value: ({zone}) => zone},
  {name: 'where', header: 'WHERE', value: ({deviceName, account}) => deviceName ?? `account ${account}`},
  {name: 'jurisdiction', header: 'JURISDICTION', value: ({jurisdiction}) => jurisdiction || '(unrouted)'},
  {name: 'raised', header: 'RAISED', value: ({raisedAt}) => new Date(raisedAt).toISOString()},
  {name: 'ontest', header: 'ON TEST', value: ({onTest}) => (onTest === undefined ? undefined : `#${onTest}`)},
  {name: 'count', header: 'TIMES', value: ({count}) => count},
  {name: 'by', header: 'ACKED BY', value: ({ackedBy}) => ackedBy},
  {name: 'from', header: 'FROM', value: from, wide: true},
  {name: 'asked', header: 'ASKED BY', value: ({pending}) => pending?.by, wide: true},
  {name: 'account', header: 'ACCOUNT', value: ({account}) => account, wide: true},
  {name: 'code', header: 'CODE', value: ({code}) => code, wide: true},
  {name: 'category', header: 'CATEGORY', value: ({category}) => category, wide: true},
  {name: 'partition', header: 'PARTITION', value: ({partition}) => partition, wide: true},
  {name: 'site', header: 'SITE', value: ({site}) => site, wide: true},
  {name: 'version', header: 'VERSION', value: ({version}) => version, wide: true},
  {name: 'text', header: 'TEXT', value: ({text}) => text, wide: true},
]

/** Names of the platforms below that it came through. */
function from({origin}: Alarm): string | undefined {
  return origin && `${origin.path.join(' / ')}${origin.lost ? ' (lost there)' : ''}`
}
