/**
 * Encrypted DC-09: a clear frame ⇄ the same frame with its content as hex cipher text (AES-CBC, IV of 16 zero bytes).
 *
 *   clear text   pad | data ] [xdata]… _HH:MM:SS,MM-DD-YYYY
 *
 *   pad   1 … 16 bytes, never `|`, `[`, `]`, so that the whole is a multiple of 16; the `|` behind it is always there
 *
 * Reading is tolerant: some receivers leave the `|` out of an empty ACK, one adds sixteen 0x10 behind the time (iobroker.sia).
 * The cipher has no check of its own: whether the key was right is told by the structure of what comes out.
 */
import {CitywatchError} from '../../lib/errors.ts'
import type {Fault} from './fault.ts'
import type {Frame} from './frame.ts'
import {type Lint, parseContent} from './header.ts'
import type {AccountKey} from './key.ts'

/** Bytes that `seal` wants to pad with; it uses 1 to 16 of them. */
export const PAD_BYTES = 16

/** What a side needs to write and read encrypted frames. */
export interface Cipher {
  readonly key: AccountKey
  /** PAD_BYTES random bytes at each call. */
  readonly pad: () => Uint8Array
}

export type CipherLint = 'pad-with-marks' | 'no-pad-mark'

export type Opening =
  | {readonly frame: Frame; readonly lints: readonly (Lint | CipherLint)[]}
  | {readonly frame: null; readonly fault: Fault}

const BLOCK = 16
const HEX_PER_BLOCK = 2 * BLOCK
const TIMED_END = /\]_\d\d:\d\d:\d\d,\d\d-\d\d-\d{4}/g
const MARKS = /[|[\]]/

/** The encrypted frame that says what the clear one says. `random`: PAD_BYTES bytes. Throws CW_PROTOCOL_LOCAL without a time. */
export function seal(frame: Frame, key: AccountKey, random: Uint8Array): Frame {
  const {data, xdata, timestamp, ...header} = frame
  if (timestamp === undefined || random.length < PAD_BYTES) {
    const detail = timestamp === undefined ? 'encrypted without a time' : `only ${random.length} bytes to pad with`
    throw new CitywatchError('CW_PROTOCOL_LOCAL', {protocol: 'DC-09', detail})
  }
  const extended = xdata.length === 0 ? '' : xdata.map((text) => `[${text}]`).join('')
  const text = cipherText(`|${data}]${extended}_${timestamp}`, key, random)
  return {...header, encrypted: true, data: text, xdata: []}
}

/** Hex of a pad and `content` (one character a byte, from its | on), whatever it holds. `random`: PAD_BYTES bytes. */
export function cipherText(content: string, key: AccountKey, random: Uint8Array): string {
  const padded = `${padOf(random, BLOCK - (content.length % BLOCK))}${content}`
  return key.encrypt(Buffer.from(padded, 'latin1')).toString('hex').toUpperCase()
}

/** The clear frame inside, `encrypted` false. Any cipher text is answered with a fault where it cannot be trusted; never throws. */
export function open(frame: Frame, key: AccountKey): Opening {
  const {data: hex} = frame
  if (hex === '' || hex.length % HEX_PER_BLOCK !== 0 || !/^[0-9A-Fa-f]*$/.test(hex)) {
    const isHex = /^[0-9A-Fa-f]*$/.test(hex)
    return failed(
      'cipher-text',
      `a multiple of ${HEX_PER_BLOCK} hex digits`,
      `${hex.length} ${isHex ? 'hex digits' : 'characters'}`,
    )
  }
  const text = key.decrypt(Buffer.from(hex, 'hex')).toString('latin1')
  return read(text, frame)
}

/** Content starts behind the first `|`, or at the first `]` when that comes sooner, and stops at the end of the time. */
function read(text: string, {data: hex, xdata: _x, timestamp: _t, ...header}: Frame): Opening {
  const bar = text.indexOf('|')
  const close = text.indexOf(']')
  const hasMark = bar >= 0 && bar < close
  const start = hasMark ? bar + 1 : close
  if (close < 0) return undecrypted()
  const timed = [...text.slice(start).matchAll(TIMED_END)].at(-1)
  if (!timed) return hasMark && looksUntimed(text.slice(start)) ? untimed() : undecrypted()
  const end = start + timed.index + timed[0].length
  const content = parseContent(text.slice(start, end))
  if ('fault' in content) return undecrypted()
  const {trailing: _none, ...clear} = content
  if (!isOwn(clear.data, header.account, header.token)) {
    return failed('data-account', `account ${header.account} inside`, clear.data.slice(0, 17))
  }
  const lints: readonly (readonly [boolean, Lint | CipherLint])[] = [
    [/[a-f]/.test(hex), 'lower-case-hex'],
    [!hasMark, 'no-pad-mark'],
    [MARKS.test(text.slice(0, hasMark ? bar : start)), 'pad-with-marks'],
    [end < text.length, 'bytes-after-timestamp'],
  ]
  return {
    frame: {...header, encrypted: false, ...clear},
    lints: lints.filter(([odd]) => odd).map(([, lint]) => lint),
  }
}

/** Pima panels pad the account with zeros; Hikvision's link tests carry dummy data of account 0000. */
function isOwn(data: string, account: string, token: string): boolean {
  const inner = /^#([0-9A-Za-z]{1,16})\|/.exec(data)?.[1]
  if (inner === undefined || token === 'NULL') return true
  return bare(inner) === bare(account)
}

function bare(account: string): string {
  return account.toUpperCase().replace(/^0+/, '')
}

/** The right key and no time: printable to the closing bracket. Hardly ever true of what a wrong key makes. */
function looksUntimed(content: string): boolean {
  return /^[\x20-\x7e]*\][\x00-\x10]*$/.test(content)
}

function untimed(): Opening {
  const expected = 'a time: encrypted messages must carry one'
  return {frame: null, fault: {step: 'timestamp', rule: 'timestamp', expected, got: 'none'}}
}

function undecrypted(): Opening {
  return failed('decryption', 'pad, |, data, ] and a time', 'bytes without that structure')
}

function failed(rule: string, expected: string, got: string): Opening {
  const likely = rule === 'decryption' ? {likely: 'another key, or the key in its other form (hex or ASCII)'} : {}
  return {frame: null, fault: {step: 'key', rule, expected, got, ...likely}}
}

/** A byte that may not be in a pad is moved out of the way: the bytes stay as hard to guess as they were. */
function padOf(random: Uint8Array, length: number): string {
  const bytes = random.subarray(0, length)
  const pad = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1')
  return MARKS.test(pad) ? pad.replace(/[|[\]]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) | 0x80)) : pad
}
