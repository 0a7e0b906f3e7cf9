/** What state an alarm is in for those who look at it, after ISA-18.2: one word made of condition, handling and visibility. */
import type {Alarm, Hidden} from '../model/alarm.ts'

/**
 * `UNACK` fires and nobody has it · `ACK` fires, somebody has it · `RTN-UNACK` over before anybody had it · `LATCHED` over, but
 * a person has to reset it · `NORM` over and acknowledged, waits for its disposition · `SHELVED`, `SUPPRESSED`,
 * `OUT-OF-SERVICE` hidden, whatever the rest says · `CLOSED`.
 */
export const SCREEN_STATES = [
  'UNACK',
  'ACK',
  'RTN-UNACK',
  'LATCHED',
  'NORM',
  'SHELVED',
  'SUPPRESSED',
  'OUT-OF-SERVICE',
  'CLOSED',
] as const
export type ScreenState = (typeof SCREEN_STATES)[number]

const HIDDEN = {shelved: 'SHELVED', suppressed: 'SUPPRESSED', 'out-of-service': 'OUT-OF-SERVICE'} as const

/** The one place where screen states come from (IEC 62682; OPC UA Part 9). */
export function screenState({
  condition,
  handling,
  hidden,
}: Pick<Alarm, 'condition' | 'handling' | 'hidden'>): ScreenState {
  if (handling === 'closed') return 'CLOSED'
  if (hidden) return HIDDEN[hidden.as]
  if (condition === 'latched') return 'LATCHED'
  if (condition === 'active') return handling === 'new' ? 'UNACK' : 'ACK'
  return handling === 'new' ? 'RTN-UNACK' : 'NORM'
}

/** How a hidden alarm is hidden; undefined for one that is shown. */
export function hiddenAs(state: ScreenState): Hidden['as'] | undefined {
  return (Object.keys(HIDDEN) as Hidden['as'][]).find((as) => HIDDEN[as] === state)
}
