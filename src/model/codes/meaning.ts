/** What an event code means: name, urgency, who would be sent, which condition it starts or ends, whether it is an alarm at all. */
import type {CodeMeaning, Signal} from '../signal.ts'
import {CONTACT_ID} from './contact-id.ts'
import type {CodeRow, Dispatch} from './row.ts'
import {SIA} from './sia.ts'
import {conditionOf} from './sia-pairs.ts'

type Coded = Pick<Signal, 'scheme' | 'code' | 'qualifier'>

/** Panic, hold-up and duress stay until a person resets them (GB 50394-2007, 5.2.3). */
const LATCHING = 'panic'
/** Kept in the log without an alarm, unless the table calls one of them urgent (a test report that did not come). */
const ROUTINE: ReadonlySet<string> = new Set(['openclose', 'test', 'log', 'bypass', 'schedule', 'remote', 'personnel'])
/** An alarm that nobody can name is not to be overlooked: as urgent as a burglary. */
const UNKNOWN_PRIORITY = 2

/** An unknown code keeps its raw name and is as urgent as a burglary. A restore sends nobody out. */
export function meaningOf({scheme, code, qualifier}: Coded): CodeMeaning {
  const row = rowOf(scheme, code)
  const condition = scheme === 'sia' ? conditionOf(code) : code
  if (!row) {
    return {
      name: code,
      category: 'unknown',
      priority: UNKNOWN_PRIORITY,
      dispatch: 'none',
      known: false,
      latching: false,
      condition,
    }
  }
  const [name, category, priority, dispatch] = row
  const ends = qualifier === 'restore'
  return {
    name,
    category,
    priority: ends ? 4 : priority,
    dispatch: ends ? 'none' : hintOf(dispatch),
    known: true,
    latching: category === LATCHING,
    condition,
  }
}

/** False for what is only logged: restores, openings and closings, tests, bypasses, entries of the panel's own log. */
export function raisesAlarm(meaning: CodeMeaning, {qualifier}: Pick<Signal, 'qualifier'>): boolean {
  if (qualifier === 'restore') return false
  if (!meaning.known || meaning.priority <= 2) return true
  if (ROUTINE.has(meaning.category)) return false
  return meaning.priority === 3 || meaning.dispatch !== 'none'
}

/** What the number beside a code identifies: `zone`, `user`, `area`, `door` …; `zone` for unknown codes. */
export function subjectOf(scheme: Signal['scheme'], code: string): string {
  return rowOf(scheme, code)?.[4] ?? 'zone'
}

function rowOf(scheme: Signal['scheme'], code: string): CodeRow | undefined {
  if (scheme === 'contact-id') return Object.hasOwn(CONTACT_ID, code) ? CONTACT_ID[code] : undefined
  const row = Object.hasOwn(SIA, code) ? SIA[code] : undefined
  return row && [row[0], row[1], row[2], row[3], row[4]]
}

/** Keyholders are called by the centre; nobody is sent out. */
function hintOf(dispatch: Dispatch): CodeMeaning['dispatch'] {
  return dispatch === 'keyholder' ? 'none' : dispatch
}
