/** Which alarms a page shows, as conditions that both engines understand. */
import type {AlarmPageRequest} from './port.ts'

const FIRST = 3

const VISIBLE = {
  normal: "screen NOT IN ('SHELVED', 'SUPPRESSED', 'OUT-OF-SERVICE')",
  hidden: "screen IN ('SHELVED', 'SUPPRESSED', 'OUT-OF-SERVICE')",
  shelved: "screen = 'SHELVED'",
  suppressed: "screen = 'SUPPRESSED'",
  'out-of-service': "screen = 'OUT-OF-SERVICE'",
} as const

/** Conditions to be joined by AND, and the values of the third place and those after it; `sign` stands before a place: `$3` or `?3`. */
export function alarmsThat(
  {all, state, visibility, priority, unrouted}: AlarmPageRequest,
  sign: '$' | '?',
): {readonly where: readonly string[]; readonly values: readonly (string | number)[]} {
  const where: string[] = all || state === 'CLOSED' ? [] : ["handling <> 'closed'"]
  const values: (string | number)[] = []
  const is = (column: string, value: string | number | undefined) => {
    if (value === undefined) return
    where.push(`${column} = ${sign}${FIRST + values.length}`)
    values.push(value)
  }
  is('screen', state)
  is('priority', priority)
  if (visibility !== undefined) where.push(VISIBLE[visibility])
  if (unrouted) where.push("jurisdiction = ''")
  return {where, values}
}
