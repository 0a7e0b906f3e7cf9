/** What a receiver answers: ACK, RSP, DUH and NAK, each in the form in which it was asked. */
import type {Frame} from './frame.ts'
import {formatTimestamp} from './timestamp.ts'

/** Tokens that answer; a receiver never answers them, or two receivers would talk for ever. */
const ANSWERS: ReadonlySet<string> = new Set(['ACK', 'NAK', 'DUH', 'RSP'])

export function isAnswer({token}: Frame): boolean {
  return ANSWERS.has(token)
}

/** Echoes sequence number, R, L and account. A missing L is answered with L0: the answer itself obeys the rule. */
export function acknowledgement(to: Frame): Frame {
  return echo(to, 'ACK')
}

/** An acknowledgement that carries data, one character a byte, behind the account. */
export function response(to: Frame, data: string): Frame {
  return {...echo(to, 'RSP'), data: `#${to.account}|${data}`}
}

/** Received intact, cannot be handled: the panel does not repeat it. */
export function notUnderstood(to: Frame): Frame {
  return echo(to, 'DUH')
}

/** Carries the receiver's time, so that the panel can set its clock and send again. Never encrypted. */
export function refusal(to: Pick<Frame, 'crcForm'>, now: number): Frame {
  return {
    token: 'NAK',
    encrypted: false,
    seq: 0,
    receiver: '0',
    line: '0',
    account: 'A0',
    data: '',
    xdata: [],
    timestamp: formatTimestamp(now),
    crcForm: to.crcForm,
  }
}

function echo({seq, receiver, line, account, crcForm}: Frame, token: string): Frame {
  return {
    token,
    encrypted: false,
    seq,
    ...(receiver === undefined ? {} : {receiver}),
    line: line ?? '0',
    account,
    data: '',
    xdata: [],
    crcForm,
  }
}
