/**
 * One SIA DC-09 frame: bytes ⇄ header fields and the still unread data block. Panel, receiver and simulator share it.
 *
 *   LF crc 0LLL "id" seq [Rrcvr] Lpref #acct [ data ] [xdata]* [_HH:MM:SS,MM-DD-YYYY] CR      (see pieces.ts for the head)
 *
 *   crc   over the bytes from the first quote to the one before CR; 0LLL counts the same bytes, in hex, at most 0FFF
 *   "*id" encrypted: hex cipher text replaces everything after `[`, the bracket's end and the time included
 *   NAK   has the fixed header R0L0A0, without #
 *
 * Reading is tolerant as the field demands; writing is strict.
 */
import {CitywatchError} from '../../lib/errors.ts'
import {crc16} from './crc.ts'
import {type Fault, likelyCrc, likelyLength} from './fault.ts'
import {type HeaderFields, type Lint, parseHeader} from './header.ts'
import {cut, hasRawCrc} from './pieces.ts'

export interface Frame extends HeaderFields {
  /** How the check sum was written; an answer uses the same form. */
  readonly crcForm: 'hex' | 'binary'
}

export type FrameReading =
  | {readonly frame: Frame; readonly lints: readonly Lint[]}
  | {readonly frame: null; readonly fault: Fault}

const PROTOCOL = 'DC-09'
const MAX_BODY_BYTES = 0xfff

/**
 * The first frame and the bytes after it; null when more bytes are needed. Throws CW_PROTOCOL_REMOTE for bytes that are no
 * frame; who must go on behind them uses PieceBuffer and `readFrame`.
 */
export function decode(bytes: Uint8Array): {readonly frame: Frame; readonly rest: Uint8Array} | null {
  const next = cut(bytes)
  if (!next) return null
  const reading = next.piece.kind === 'frame' ? readFrame(next.piece.bytes) : undefined
  if (reading?.frame) return {frame: reading.frame, rest: next.rest}
  const fault = reading?.fault
  const detail = fault ? `${fault.rule}: expected ${fault.expected}, got ${fault.got}` : 'no line feed before the frame'
  throw new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: PROTOCOL, detail})
}

/** Reads what stands between LF and CR (both included). Checked in the order framing, length, check sum, header. Never throws. */
export function readFrame(bytes: Uint8Array): FrameReading {
  const raw = hasRawCrc(bytes)
  const head = Buffer.from(bytes.subarray(1, raw ? 7 : 9)).toString('latin1')
  const body = bytes.subarray(raw ? 7 : 9, -1)
  const match = raw ? /^..(0[0-9A-Fa-f]{3})$/s.exec(head) : /^[0-9A-Fa-f]{4}(0[0-9A-Fa-f]{3})$/.exec(head)
  if (!match?.[1]) return failed({step: 'framing', rule: 'head', expected: 'CRC and 0LLL', got: head})
  const length = Number.parseInt(match[1], 16)
  if (length !== body.length) {
    const likely = likelyLength(body, match[1])
    return failed({step: 'length', rule: 'length', expected: hex4(body.length), got: match[1], ...likely})
  }
  const crc = raw ? ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0) : Number.parseInt(head.slice(0, 4), 16)
  if (crc !== crc16(body)) {
    return failed({step: 'crc', rule: 'crc', expected: hex4(crc16(body)), got: hex4(crc), ...likelyCrc(body, crc)})
  }
  const header = parseHeader(Buffer.from(body).toString('latin1'))
  if ('fault' in header) return failed(header.fault)
  const lints: Lint[] = raw ? ['binary-crc'] : []
  if (/[a-f]/.test(raw ? match[1] : head)) lints.push('lower-case-hex')
  return {frame: {...header.fields, crcForm: raw ? 'binary' : 'hex'}, lints: [...lints, ...header.lints]}
}

/** The frame's bytes, LF to CR. Throws CW_PROTOCOL_LOCAL for what the protocol has no place for. */
export function encodeFrame(frame: Frame): Uint8Array {
  const body = Buffer.from(bodyOf(frame), 'latin1')
  if (body.length > MAX_BODY_BYTES) fail(`${body.length} bytes do not fit a frame of ${MAX_BODY_BYTES}`)
  const crc = crc16(body)
  const head = frame.crcForm === 'binary' ? Buffer.of(crc >> 8, crc & 0xff) : Buffer.from(hex4(crc))
  return Buffer.concat([Buffer.of(0x0a), head, Buffer.from(hex4(body.length)), body, Buffer.of(0x0d)])
}

function bodyOf(frame: Frame): string {
  const {token, encrypted, seq, receiver, line = '0', account, data, xdata, timestamp} = frame
  if (!/^[A-Za-z][\w-]{0,31}$/.test(token)) fail(`token ${token}`)
  if (!Number.isInteger(seq) || seq < 0 || seq > 9999) fail(`sequence number ${seq}`)
  for (const digits of [receiver ?? '0', line]) if (!/^[0-9A-Fa-f]{1,6}$/.test(digits)) fail(`digits ${digits}`)
  if ([data, ...xdata].some((text) => /[\r\n]|[^\0-\xff]/.test(text))) fail('line ends or wide characters in the data')
  if (xdata.some((text) => /[[\]]/.test(text))) fail('brackets in extended data')
  if (timestamp !== undefined && !TIMESTAMP.test(timestamp)) fail(`time ${timestamp}`)
  const header = `"${encrypted ? '*' : ''}${token}"${String(seq).padStart(4, '0')}${receiver === undefined ? '' : `R${receiver}`}L${line}`
  const opened = `${header}${accountField(frame.token, account)}[${data}`
  if (encrypted) return opened
  return `${opened}]${xdata.map((text) => `[${text}]`).join('')}${timestamp === undefined ? '' : `_${timestamp}`}`
}

const TIMESTAMP = /^\d\d:\d\d:\d\d,\d\d-\d\d-\d{4}$/

function accountField(token: string, account: string): string {
  if (token === 'NAK' && account === 'A0') return account
  if (account !== '' && !/^[0-9A-Za-z]{3,16}$/.test(account)) fail(`account ${account}: 3 to 16 hex digits`)
  return account === '' ? '' : `#${account}`
}

function hex4(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0')
}

function failed(fault: Fault): FrameReading {
  return {frame: null, fault}
}

function fail(detail: string): never {
  throw new CitywatchError('CW_PROTOCOL_LOCAL', {protocol: PROTOCOL, detail})
}
