/** What a reader of the log asks for; everything else is left out, and the platform says so. */
import type {Jurisdiction} from '../model/jurisdiction.ts'
import type {Priority} from '../model/signal.ts'

export interface EntryFilter {
  /** Only what happens within this jurisdiction; UNROUTED: only what nobody is responsible for. Hides what belongs to none. */
  readonly jurisdiction?: Jurisdiction
  /** Only these kinds of entry: `alarm.raised`, or `alarm.*` for all that begin so. */
  readonly types?: readonly string[]
  /** Only alarms of this priority and higher ones (1 is the highest). Hides what is no alarm. */
  readonly priority?: Priority
}

/** Entries of the log from one sequence to another, both included. */
export interface SkippedRange {
  readonly from: number
  readonly to: number
}

/** How UNROUTED is written in a query: no jurisdiction can be spelt so. */
export const UNROUTED_WORD = '@unrouted'
export const MAX_TYPES = 16
const TYPE = /^(?=.{1,64}$)[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:\.\*)?$/

/** True for a kind of entry or the beginning of some, as filters take them. */
export function isTypePattern(text: string): boolean {
  return TYPE.test(text)
}

/** The filter as query parameters. */
export function filterQuery({jurisdiction, types, priority}: EntryFilter): {
  jurisdiction?: string
  types?: string
  priority?: number
} {
  return {
    ...(jurisdiction === undefined ? {} : {jurisdiction: jurisdiction || UNROUTED_WORD}),
    ...(types === undefined ? {} : {types: types.join(',')}),
    ...(priority === undefined ? {} : {priority}),
  }
}
