/** How schedules are shown. */
import {durationText} from '../../lib/duration.ts'
import type {Schedule} from '../../model/schedule.ts'
import type {Column} from './rows.ts'

export const SCHEDULE_COLUMNS: readonly Column<Schedule>[] = [
  {name: 'name', header: 'SCHEDULE', value: ({name}) => name},
  {name: 'every', header: 'EVERY', value: ({everyMs}) => durationText(everyMs)},
  {name: 'jurisdiction', header: 'JURISDICTION', value: ({jurisdiction}) => jurisdiction || '(all)'},
  {name: 'next', header: 'NEXT', value: ({nextAt}) => iso(nextAt)},
  {name: 'turns', header: 'TURNS', value: ({turns}) => turns},
  {name: 'skipped', header: 'LEFT OUT', value: ({skipped}) => skipped},
  {name: 'job', header: 'LAST JOB', value: ({lastJob}) => lastJob},
  {name: 'by', header: 'BY', value: ({by}) => by},
  {name: 'timeout', header: 'TIMEOUT', value: ({work}) => durationText(work.timeoutMs), wide: true},
  {name: 'transport', header: 'TRANSPORT', value: ({work}) => work.transport, wide: true},
  {name: 'tries', header: 'TRIES', value: ({maxTries}) => maxTries, wide: true},
  {name: 'keep', header: 'KEEP', value: ({keepMs}) => durationText(keepMs), wide: true},
  {name: 'created', header: 'CREATED', value: ({createdAt}) => iso(createdAt), wide: true},
]

/** `schedule night: a probe every 15 min, next at 2026-11-26T15:00:00.000Z`. */
export function scheduleLine({name, everyMs, nextAt}: Schedule): string {
  return `schedule ${name}: a probe every ${durationText(everyMs)}, next at ${iso(nextAt)}`
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
