/** What the operator decided, on its way: an alarm counts as acknowledged only when the platform has said so. */
import type {SafeText} from '../../lib/safe-text.ts'
import type {Alarm, Disposition} from '../../model/alarm.ts'

/** What is to be done. Only an acknowledgement waits for the line; nothing else is queued while it is down. */
export type Wish =
  | {readonly verb: 'ack' | 'reset' | 'unhide'}
  | {readonly verb: 'close'; readonly as: Disposition}
  | {readonly verb: 'shelve'; readonly reason: SafeText; readonly forMs?: number; readonly once?: true}
  | {readonly verb: 'dispatch'; readonly unit: SafeText}
  | {readonly verb: 'comment'; readonly comment: SafeText}

/** Absent from the table once the platform has confirmed: the alarm itself says it then. */
export interface Ack {
  /**
   * `queued` waits for the line · `sending` · `conflict` changed meanwhile: look and decide anew · `failed` refused ·
   * `expired` waited too long: ask again.
   */
  readonly state: 'queued' | 'sending' | 'conflict' | 'failed' | 'expired'
  /** What the operator saw. */
  readonly version: number
  readonly count: number
  /** When the key was pressed. */
  readonly at: number
  readonly wish: Wish
  /** Why it was refused; '' while it was not. */
  readonly detail: SafeText | ''
  /** Not sent again before. */
  readonly retryAt: number
}

export type Acks = ReadonlyMap<number, Ack>

export type AckReply =
  | {readonly type: 'ack-sent'; readonly id: number}
  | {readonly type: 'ack-done'; readonly id: number; readonly alarm: Alarm}
  | {
      readonly type: 'ack-refused'
      readonly id: number
      readonly why: 'conflict' | 'failed' | 'unreachable'
      readonly detail: SafeText
    }

/** A queued acknowledgement is asked for again after this time. */
export const ACK_EXPIRES_MS = 10 * 60_000
const RETRY_MS = 2_000

export function newAck(alarm: Alarm, now: number, wish: Wish): Ack {
  const {version, count} = alarm
  return {state: 'queued', version, count, at: now, wish, detail: '', retryAt: now}
}

export function isPending(ack: Ack | undefined): boolean {
  return ack?.state === 'queued' || ack?.state === 'sending'
}

/** The acknowledgement after a reply. `alarm` is what is known of the alarm by now. */
export function afterReply(ack: Ack, reply: Exclude<AckReply, {type: 'ack-done'}>, alarm: Alarm, now: number): Ack {
  if (reply.type === 'ack-sent') return {...ack, state: 'sending'}
  const {why, detail} = reply
  if (why === 'conflict') return rebased(ack, alarm) ?? {...ack, state: 'conflict', detail}
  if (why === 'unreachable' && ack.wish.verb === 'ack')
    return {...ack, state: 'queued', detail, retryAt: now + RETRY_MS}
  return {...ack, state: 'failed', detail}
}

/** The acknowledgement after the alarm changed; undefined when nothing is left to acknowledge. */
export function afterChange(ack: Ack, alarm: Alarm): Ack | undefined {
  if (isFulfilled(ack, alarm)) return undefined
  if (ack.state !== 'queued' || alarm.version <= ack.version) return ack
  return rebased(ack, alarm) ?? {...ack, state: 'conflict', detail: ''}
}

export function afterTime(ack: Ack, now: number): Ack {
  return ack.state === 'queued' && now - ack.at >= ACK_EXPIRES_MS ? {...ack, state: 'expired'} : ack
}

/** True when nothing is left to do: by whomever, and for what only we can have meant, by us. */
function isFulfilled({wish, version}: Ack, {handling, condition, hidden, last}: Alarm): boolean {
  switch (wish.verb) {
    case 'ack':
      return handling !== 'new'
    case 'reset':
      return handling === 'closed' || (condition === 'restored' && handling !== 'new')
    case 'unhide':
      return hidden === undefined
    case 'comment':
      return last?.verb === wish.verb && last.version === version
    default:
      return handling === 'closed' || (last?.verb === wish.verb && last.version === version)
  }
}

/** The same acknowledgement for a newer version, when nothing fired since: that it was restored is no reason to ask again. */
function rebased(ack: Ack, alarm: Alarm): Ack | undefined {
  if (ack.wish.verb !== 'ack') return undefined
  if (alarm.version <= ack.version || alarm.count !== ack.count) return undefined
  return {...ack, state: 'queued', version: alarm.version, detail: ''}
}
