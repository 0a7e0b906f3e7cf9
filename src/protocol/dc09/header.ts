/** The text of a DC-09 frame between its length and its CR: header fields, data, extended data, time. */
import type {Fault} from './fault.ts'

export interface HeaderFields {
  /** `SIA-DCS`, `ADM-CID`, `NULL`, `ACK`, `NAK`, `DUH`, `RSP` or a vendor's, without the asterisk. */
  readonly token: string
  readonly encrypted: boolean
  /** 0 … 9999. */
  readonly seq: number
  /** Digits after R as they came; absent when the field is. */
  readonly receiver?: string
  /** Digits after L; absent when a sender left them out. */
  readonly line?: string
  /** Digits after #, `A0` for a NAK's fixed header, '' when there is none. */
  readonly account: string
  /** Between the brackets, one character a byte (Latin-1): hex when encrypted. */
  readonly data: string
  /** Extended data blocks without their brackets, one character a byte. */
  readonly xdata: readonly string[]
  /** `HH:MM:SS,MM-DD-YYYY`, not yet checked. */
  readonly timestamp?: string
}

/** What is odd about a frame that was accepted all the same. */
export type Lint =
  | 'lower-case-hex'
  | 'binary-crc'
  | 'no-line'
  | 'line-before-receiver'
  | 'none-literal'
  | 'account-not-hex'
  | 'no-account'
  | 'bytes-after-timestamp'

/** The header's fields with their oddities, or why there are none. */
export type Header = {readonly fields: HeaderFields; readonly lints: readonly Lint[]} | {readonly fault: Fault}

/** `None` is what pysiaalarm writes for an absent R; L and R come in either order (same owner). Lazy: `L0A0[` is L0, then A0. */
const HEADER =
  /^"(\*?)([^"*\s[\]]{1,32})"(\d{4})(?:None)?(?:R([0-9A-Fa-f]{1,6}?))?(?:L([0-9A-Fa-f]{1,6}?))?(?:R([0-9A-Fa-f]{1,6}?))?(?:(A0)|#([0-9A-Za-z]{1,16}))?\[/
const TIME = /^_(.{0,19})(.*)$/s
const MIN_ACCOUNT = 3
const MAX_XDATA = 64

/** `text`: one character a byte. Tolerates what the field is known for and says so; never throws. */
export function parseHeader(text: string): Header {
  if (text === '"NAK"') return {fields: bareNak, lints: ['no-line', 'no-account']}
  const match = HEADER.exec(text)
  if (!match) return faulty('header', '"id"seq[Rrcvr]Lpref#acct[', text.slice(0, 64))
  const [start, star, token = '', seq, before, line, after, fixed, digits] = match
  const account = fixed ?? digits ?? ''
  const isAnswer = token === 'NAK'
  if (digits !== undefined && digits.length < MIN_ACCOUNT && !isAnswer) {
    return faulty('account-length', '3 to 16 hex digits', digits)
  }
  const receiver = before ?? after
  const tail = star
    ? {data: text.slice(start.length), xdata: [], trailing: false}
    : parseContent(text.slice(start.length))
  if ('fault' in tail) return tail
  const {trailing, ...content} = tail
  const lints: readonly (readonly [boolean, Lint])[] = [
    [/"\d{4}None/.test(start), 'none-literal'],
    [line === undefined, 'no-line'],
    [line !== undefined && after !== undefined, 'line-before-receiver'],
    [account === '', 'no-account'],
    [digits !== undefined && /[^0-9A-Fa-f]/.test(digits), 'account-not-hex'],
    [trailing, 'bytes-after-timestamp'],
  ]
  return {
    fields: {
      token,
      encrypted: star === '*',
      seq: Number(seq),
      ...(receiver === undefined ? {} : {receiver}),
      ...(line === undefined ? {} : {line}),
      account,
      ...content,
    },
    lints: lints.filter(([odd]) => odd).map(([, lint]) => lint),
  }
}

/** pysiaalarm's answer to an unknown account. */
const bareNak: HeaderFields = {token: 'NAK', encrypted: false, seq: 0, account: '', data: '', xdata: []}

type Tail = Pick<HeaderFields, 'data' | 'xdata' | 'timestamp'> & {readonly trailing: boolean}

/** What follows `[`. Text in the data may itself hold brackets: the data ends at the first `][`, or at the last `]`. */
export function parseContent(text: string): Tail | {readonly fault: Fault} {
  const end = text.lastIndexOf(']')
  if (end < 0) return faulty('data', 'data closed by ]', text.slice(0, 64))
  const after = TIME.exec(text.slice(end + 1))
  if (!after && end + 1 < text.length) return faulty('timestamp', '_HH:MM:SS,MM-DD-YYYY', text.slice(end + 1, end + 33))
  const [data = '', ...xdata] = text.slice(0, end).split('][')
  if (xdata.length > MAX_XDATA) return faulty('xdata', `at most ${MAX_XDATA} blocks`, String(xdata.length))
  return {data, xdata, ...(after ? {timestamp: after[1] ?? ''} : {}), trailing: (after?.[2] ?? '') !== ''}
}

function faulty(rule: string, expected: string, got: string): {readonly fault: Fault} {
  return {fault: {step: 'header', rule, expected, got}}
}
