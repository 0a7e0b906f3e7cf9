/** Messages as the suite writes them: right in every byte but the one that the rule is about. */
import {type Cipher, cipherText} from '../../protocol/dc09/cipher.ts'
import {crc16} from '../../protocol/dc09/crc.ts'
import {formatTimestamp} from '../../protocol/dc09/timestamp.ts'

/** A test report sends nobody out. */
export const TEST_CODE = 'RP'
/** A code that no table has. */
export const UNKNOWN_CODE = 'QQ'

export interface Body {
  readonly token?: string
  readonly seq: string
  /** `L0` when absent; '' leaves it out. */
  readonly line?: string
  readonly account: string
  readonly code?: string
  /** Number behind the code; makes messages differ. */
  readonly number?: number
  /** Replaces the whole data block. */
  readonly data?: string
  readonly xdata?: readonly string[]
  /** Ms since the epoch; undefined leaves the time out. */
  readonly at: number | undefined
}

/** From the first quote to before CR; encrypted where there is a cipher, also what no panel would encrypt. */
export function body(parts: Body, cipher?: Cipher): string {
  const {token = 'SIA-DCS', seq, line = 'L0', account, at, xdata = [], ...event} = parts
  const {code = TEST_CODE, number = 0, data = `#${account}|Nri0/${code}${number}`} = event
  const blocks = [data, ...xdata].map((block) => `[${block}]`).join('')
  const content = `${blocks}${at === undefined ? '' : `_${formatTimestamp(at)}`}`
  const header = `"${cipher ? '*' : ''}${token}"${seq}${line}#${account}`
  return cipher ? `${header}[${cipherText(`|${content.slice(1)}`, cipher.key, cipher.pad())}` : `${header}${content}`
}

export interface Wrong {
  readonly crc?: (right: number) => string
  readonly length?: (right: number) => string
  readonly start?: ''
  readonly end?: ''
}

/** The frame of a body, with the mistakes asked for. */
export function frame(text: string, {crc = hex4, length = hex4, start, end}: Wrong = {}): Uint8Array {
  const bytes = Buffer.from(text, 'latin1')
  const head = `${start ?? '\n'}${crc(crc16(bytes))}${length(bytes.length)}`
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes, Buffer.from(end ?? '\r')])
}

/** The first of a few bodies, alike but for a number, whose check sum fits. */
export function bodyWhere(parts: Body, fits: (crc: string) => boolean, cipher?: Cipher): string {
  const bodies = Array.from({length: 64}, (_, number) => body({...parts, number}, cipher))
  return bodies.find((text) => fits(hex4(crc16(Buffer.from(text, 'latin1'))))) ?? body(parts, cipher)
}

export function hex4(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0')
}

/** Two raw bytes, high byte first. */
export function rawBytes(value: number): string {
  return String.fromCharCode(value >> 8, value & 0xff)
}

/** Bytes as one printable line: `\n983B0023"SIA-DCS"0008L0#1234[]\r`. */
export function escaped(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
