/** How early warnings look: soonest first. */
import type {Warning} from '../../health/forecast/warn.ts'
import type {Column} from './rows.ts'

export const WARNING_COLUMNS: readonly Column<Warning>[] = [
  {name: 'camera', header: 'CAMERA', value: ({camera}) => camera},
  {name: 'metric', header: 'MEASURE', value: ({metric}) => metric},
  {name: 'now', header: 'NOW', value: ({now}) => tenths(now)},
  {name: 'limit', header: 'LIMIT', value: ({limit}) => tenths(limit)},
  {name: 'per-day', header: 'A DAY', value: ({perDay}) => tenths(perDay)},
  {name: 'expected', header: 'EXPECTED', value: ({at}) => new Date(at).toISOString().slice(0, 16).replace('T', ' ')},
]

function tenths(value: number): string {
  return String(Math.round(value * 10) / 10)
}
