/** What an alarm counts for in the totals: nothing that is open is ever out of all of them. */
import type {Alarm, Hidden} from '../model/alarm.ts'
import {UNROUTED} from '../model/jurisdiction.ts'

/** `new`, `acked` and `dispatched` are all that is open, each alarm once; the others count some of those again. */
export const TALLIES = [
  'new',
  'acked',
  'dispatched',
  'latched',
  'over',
  'shelved',
  'suppressed',
  'out-of-service',
  'unrouted',
] as const
export type Tally = (typeof TALLIES)[number]

export type Tallies = Readonly<Record<Tally, number>>

/** The totals that the alarm is part of; none once it is closed. `over`: NORM, it waits for its disposition. */
export function talliesOf({
  handling,
  condition,
  hidden,
  jurisdiction,
}: Pick<Alarm, 'handling' | 'condition' | 'jurisdiction'> & {
  readonly hidden?: Pick<Hidden, 'as'>
}): readonly Tally[] {
  if (handling === 'closed') return []
  return [
    handling,
    ...(condition === 'latched' ? (['latched'] as const) : []),
    ...(condition === 'restored' && handling !== 'new' ? (['over'] as const) : []),
    ...(hidden ? [hidden.as] : []),
    ...(jurisdiction === UNROUTED ? (['unrouted'] as const) : []),
  ]
}

/** Totals of many alarms. */
export function tallied(alarms: Iterable<Alarm>): Tallies {
  const sums = Object.fromEntries(TALLIES.map((name) => [name, 0])) as Record<Tally, number>
  for (const alarm of alarms) for (const name of talliesOf(alarm)) sums[name]++
  return sums
}
