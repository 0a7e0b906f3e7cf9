/** Which alarms a page shows, as conditions that both engines understand. */
import type {AlarmPageRequest} from './port.ts'

const HIDDEN = "('SHELVED', 'SUPPRESSED', 'OUT-OF-SERVICE')"
const VISIBLE = {
  normal: `screen NOT IN ${HIDDEN}`,
  hidden: `screen IN ${HIDDEN}`,
  shelved: "screen = 'SHELVED'",
  suppressed: "screen = 'SUPPRESSED'",
  'out-of-service': "screen = 'OUT-OF-SERVICE'",
} as const

export interface AlarmConditions {
  /** Also closed ones: these have no index of what is asked for. */
  readonly closedToo: boolean
  /** To be joined by AND; closed ones are left out by the caller. */
  readonly where: readonly string[]
  readonly values: readonly (string | number)[]
}

/** `place` is the column with the jurisdiction; `sign` gives what stands for the value of this number, counted from 0. */
export function alarmsThat(
  {all, state, visibility, priority, unrouted}: AlarmPageRequest,
  {place, sign}: {readonly place: string; readonly sign: (n: number) => string},
): AlarmConditions {
  const where: string[] = []
  const values: (string | number)[] = []
  const is = (column: string, value: string | number | undefined) => {
    if (value === undefined) return
    where.push(`${column} = ${sign(values.length)}`)
    values.push(value)
  }
  is('screen', state)
  is('priority', priority)
  if (visibility !== undefined) where.push(VISIBLE[visibility])
  if (unrouted) where.push(`${place} = ''`)
  return {closedToo: all || state === 'CLOSED', where, values}
}
