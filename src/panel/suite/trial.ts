/** Before any fault: does the receiver take a good message at all, does it keep connections, what time does it think it is? */
import {parseTimestamp} from '../../protocol/dc09/timestamp.ts'
import type {Answer} from './answer.ts'
import {converse, type Desk} from './conversation.ts'
import {body, frame} from './craft.ts'
import type {GoodMessage, Kit, Seen} from './rule.ts'

export interface Trial {
  readonly ready: boolean
  /** Why no rule can be judged. */
  readonly why?: string
  /** It never answered at all. */
  readonly silent: boolean
  /** Receiver's time − own time, ms; 0 when it is not known or small. */
  readonly offsetMs: number
  readonly perMessage: boolean
  readonly conversations: readonly Seen[]
}

/** Conversations that a trial may need. */
export const TRIAL_CONVERSATIONS = 3
/** Clocks closer than this are taken as equal: a NAK tells whole seconds. */
const SAME_CLOCK_MS = 2_000
const DAY_MS = 86_400_000

/** `seqs`: the numbers of each conversation. Throws CW_UNREACHABLE and CW_TIMEOUT when there is nobody. */
export async function tryReceiver(desk: Desk, seqs: readonly (readonly number[])[]): Promise<Trial> {
  const conversations: Seen[] = []
  const ask = async (
    change: Partial<Desk>,
    index: number,
    steps = (_: Kit) => [] as readonly {chunks: Uint8Array[]}[],
  ) => {
    const seen = await converse({steps}, seqs[index] ?? [], {...desk, ...change})
    conversations.push(seen)
    return seen
  }
  const first = await ask({}, 0)
  let offsetMs = offsetIn(first.before.answer, desk)
  const greeting = offsetMs === 0 ? first : await ask({offsetMs}, 1)
  const refusal = refusalOf(greeting)
  if (refusal) {
    const silent = conversations.every(({all}) => all.length === 0)
    return {ready: false, why: reason(refusal, offsetMs), silent, offsetMs, perMessage: false, conversations}
  }
  const perMessage = greeting.behind === 'anew'
  const old = await ask({offsetMs, perMessage}, 2, yesterday)
  offsetMs ||= offsetIn(
    old.answers.find(({says}) => says === 'NAK'),
    desk,
  )
  return {ready: true, silent: false, offsetMs, perMessage, conversations}
}

/** A NAK for a message of yesterday tells the receiver's clock to the second. */
function yesterday(kit: Kit): readonly {chunks: Uint8Array[]}[] {
  return [{chunks: [frame(body({seq: kit.seq(0), account: kit.account, at: kit.now - DAY_MS}, kit.cipher))]}]
}

function refusalOf({before, behind}: Seen): GoodMessage | undefined {
  if (!before.acked) return before
  return behind === 'anew' || behind?.acked ? undefined : behind
}

/** The middle of the second that the NAK names. */
function offsetIn(answer: Answer | undefined, {clock}: Desk): number {
  const time = answer?.frame?.timestamp
  const theirs = answer?.says === 'NAK' && time !== undefined ? parseTimestamp(time) : undefined
  const offsetMs = theirs === undefined ? 0 : theirs + 500 - clock.now()
  return Math.abs(offsetMs) > SAME_CLOCK_MS ? offsetMs : 0
}

function reason({why = 'no answer', answer}: GoodMessage, offsetMs: number): string {
  const start = `a message without fault is not acknowledged: ${why}`
  if (answer?.says !== 'NAK') return start
  if (answer.frame?.timestamp === undefined) return `${start} without a time (unknown account, or another clock)`
  const clock = offsetMs === 0 ? 'although the clocks agree' : 'also when sent with its own time'
  return `${start} ${clock} (unknown account, or it wants encryption)`
}
