/** A hand-over of an incident to the 110 centre (移交): why it was proposed, who told whom what, and what the answer was. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Jurisdiction} from './jurisdiction.ts'

export interface Handoff {
  /** Number of the hand-over on its platform, counted from 1. */
  readonly id: number
  /** Grows with every change. */
  readonly version: number
  readonly account: string
  /** '' when unknown. */
  readonly site: string
  readonly jurisdiction: Jurisdiction
  readonly deviceName?: SafeText
  /** Ids of the alarms of this incident, each of which it covers. */
  readonly alarms: readonly number[]
  /** What the rules say for it; none: a person decided alone. */
  readonly grounds: readonly Ground[]
  /**
   * `proposed` a rule says that 110 should know, nobody has told it · `direct` 110 has the line itself: do not report twice ·
   * `handed` told, no answer yet · `answered` · `dropped` a person decided that 110 need not know.
   */
  readonly state: 'proposed' | 'direct' | 'handed' | 'answered' | 'dropped'
  /** Ms since the epoch, UTC, by the platform's clock. */
  readonly openedAt: number
  readonly changedAt: number
  readonly handed?: Handing
  readonly answer?: {readonly text: SafeText; readonly by: SafeText; readonly at: number}
  readonly dropped?: {readonly reason: SafeText; readonly by: SafeText; readonly at: number}
}

export interface Ground {
  /** Id of the rule in the profile. */
  readonly rule: string
  readonly at: number
  /** The alarms that together fulfil it. */
  readonly alarms: readonly number[]
}

export const WAYS = ['phone', 'link', 'radio', 'in-person'] as const

export interface Handing {
  readonly by: SafeText
  readonly at: number
  readonly how: (typeof WAYS)[number]
  /** Who took it: a desk, a number, a name. */
  readonly to: SafeText
  /** What was said. */
  readonly what: SafeText
  /** Why it was told although 110 has the line itself. */
  readonly again?: SafeText
}

export const HANDOFF_CHANGES = ['proposed', 'joined', 'handed', 'answered', 'dropped'] as const
export type HandoffChange = (typeof HANDOFF_CHANGES)[number]

/** True while somebody has to do something about it: tell 110, or get its answer. */
export function isWaiting({state}: Handoff): boolean {
  return state === 'proposed' || state === 'direct' || state === 'handed'
}
