/** How masks are printed: what is hidden, why, for how long still. */
import {durationText} from '../../lib/duration.ts'
import {isOn, type Mask, type MaskScope} from '../../model/mask.ts'
import type {Column} from './rows.ts'

/** A mask with what is left of it by the platform's clock, ms; null: it has no end of its own; 0 when it is over. */
export interface TimedMask extends Mask {
  readonly leftMs: number | null
}

export function timedMask(mask: Mask, now: number): TimedMask {
  const {endsAt} = mask
  return {...mask, leftMs: isOn(mask, now) ? (endsAt === undefined ? null : endsAt - now) : 0}
}

export const MASK_COLUMNS: readonly Column<TimedMask>[] = [
  {name: 'id', header: 'ID', value: ({id}) => id},
  {name: 'as', header: 'HIDDEN AS', value: ({as, once}) => (once ? `${as} once` : as)},
  {name: 'account', header: 'ACCOUNT', value: ({scope}) => scope.account},
  {name: 'scope', header: 'WHAT', value: ({scope}) => scopeText(scope)},
  {name: 'where', header: 'WHERE', value: ({deviceName}) => deviceName},
  {name: 'state', header: 'STATE', value: ({state, leftMs}) => (state === 'on' && leftMs === 0 ? 'expired' : state)},
  {name: 'until', header: 'UNTIL', value: ({endedAt, endsAt}) => isoOf(endedAt ?? endsAt)},
  {name: 'left', header: 'LEFT', value: ({leftMs}) => (leftMs ? durationText(leftMs) : undefined)},
  {name: 'reason', header: 'REASON', value: ({reason}) => reason},
  {name: 'owner', header: 'OWNER', value: ({owner}) => owner},
  {name: 'by', header: 'BY', value: ({by}) => by},
  {name: 'started', header: 'SINCE', value: ({startedAt}) => isoOf(startedAt), wide: true},
  {name: 'ended-by', header: 'ENDED BY', value: ({endedBy}) => endedBy, wide: true},
  {name: 'jurisdiction', header: 'JURISDICTION', value: ({jurisdiction}) => jurisdiction, wide: true},
]

/** `alarm 12`, `everything`, `partition 1, zones 3 4`. */
function scopeText(scope: MaskScope): string {
  if (scope.of === 'alarm') return `alarm ${scope.alarm}`
  const {partition, zones} = scope
  const parts = [
    ...(partition === undefined ? [] : [`partition ${partition}`]),
    ...(zones === undefined ? [] : [`${zones.length === 1 ? 'zone' : 'zones'} ${zones.join(' ')}`]),
  ]
  return parts.join(', ') || 'everything'
}

function isoOf(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString()
}
