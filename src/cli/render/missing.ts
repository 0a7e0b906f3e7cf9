/** How devices that the platform no longer hears are printed. */
import type {MissingDevice} from '../../model/supervision.ts'
import type {SupervisionSummary} from '../../platform/contract.ts'
import type {Column} from './rows.ts'

export const MISSING_COLUMNS: readonly Column<MissingDevice>[] = [
  {name: 'kind', header: 'KIND', value: ({kind}) => kind},
  {name: 'key', header: 'KEY', value: ({key}) => key},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'account', header: 'ACCOUNT', value: ({account}) => account},
  {name: 'jurisdiction', header: 'JURISDICTION', value: ({jurisdiction}) => jurisdiction || '(unrouted)'},
  {name: 'since', header: 'MISSING SINCE', value: ({since}) => new Date(since).toISOString()},
  {
    name: 'heard',
    header: 'LAST HEARD',
    value: ({heardAt}) => (heardAt === undefined ? undefined : new Date(heardAt).toISOString()),
  },
  {name: 'alarm', header: 'ALARM', value: alarmText},
  {name: 'site', header: 'SITE', value: ({site}) => site, wide: true},
]

/** `12 heard, 1 not heard since the start, 2 missing, 40 not supervised`. */
export function summaryLine({alive, unheard, missing, unsupervised, complete}: SupervisionSummary): string {
  const numbers = `${alive} heard, ${unheard} not heard since the start, ${missing} missing, ${unsupervised} not supervised`
  return complete ? numbers : `${numbers}; the inventory is still being read, there are more`
}

/** Whose alarm stands for it. */
function alarmText({group, onTest}: MissingDevice): string {
  if (onTest !== undefined) return `on test #${onTest}`
  return group === undefined ? 'its own' : `of ${group || '(unrouted)'}`
}
