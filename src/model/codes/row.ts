/** One line of a code table. */
import type {Priority} from '../signal.ts'

export type Dispatch = 'police' | 'fire' | 'medical' | 'keyholder' | 'technician' | 'none'

/** `subject`: what the number beside the code identifies (zone, user, area, door …). */
export type CodeRow = readonly [name: string, category: string, priority: Priority, dispatch: Dispatch, subject: string]

/** `open` and `close` are openings and closings; they pair like `new` and `restore`. */
export type SiaRow = readonly [...CodeRow, state: 'new' | 'restore' | 'open' | 'close']
