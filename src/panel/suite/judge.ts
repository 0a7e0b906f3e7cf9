/** Ways of judging that several rules share. */
import {type Outcome, outcomeOf} from './answer.ts'
import type {Judgement, Seen} from './rule.ts'

/** The outcomes that a rule allows; every other one fails. */
export type Allowed = Readonly<Partial<Record<Outcome, 'pass' | 'note'>>>

/** Never an acknowledgement; an answer that is no frame at all is the business of the rules about answers. */
export const REFUSED: Allowed = {NAK: 'pass', silence: 'pass', unreadable: 'pass'}
/** The same, and the panel may as well be told not to repeat it. */
export const TURNED_AWAY: Allowed = {...REFUSED, DUH: 'pass'}
export const ACKNOWLEDGED: Allowed = {ACK: 'pass'}

/** Judges by the word of the answer. */
export function byOutcome(allowed: Allowed): (seen: Seen) => Judgement {
  return (seen) => {
    const saw = outcomeOf(seen.answers)
    return {verdict: allowed[saw] ?? 'fail', detail: words(saw, seen), saw}
  }
}

/** `NAK, then it closed the connection`. */
export function words(saw: string, {closed}: Seen): string {
  return closed ? `${saw}, then it closed the connection` : saw
}
