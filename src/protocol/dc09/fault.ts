/** Why a frame cannot be accepted, and what the panel most likely did wrong. */
import {crc16, misprintedCrc16} from './crc.ts'

/** The order in which a receiver looks at a frame. */
export type CheckStep =
  | 'framing'
  | 'length'
  | 'crc'
  | 'header'
  | 'account'
  | 'key'
  | 'timestamp'
  | 'token'
  | 'data'
  | 'store'

export interface Fault {
  readonly step: CheckStep
  /** Which rule was broken, as a word. */
  readonly rule: string
  readonly expected: string
  /** As it came: sanitise before printing. */
  readonly got: string
  /** What fits the mistake, where something does. */
  readonly likely?: string
}

interface Likely {
  readonly likely?: string
}

const CR = Buffer.of(0x0d)
const LF = Buffer.of(0x0a)
const UNDERSCORE = 0x5f
const ASTERISK = 0x2a
const BRACKET = 0x5b

/** Ways of computing a wrong check sum that real panels have, tried in turn. */
export function likelyCrc(body: Uint8Array, crc: number): Likely {
  const right = crc16(body)
  const untimed = beforeTimestamp(body)
  const tries: readonly (readonly [boolean, string])[] = [
    [crc === crc16(Buffer.concat([body, CR])), 'CRC includes the CR (Eldes panels)'],
    [untimed !== undefined && crc === crc16(untimed), 'CRC stops before the timestamp'],
    [crc === crc16(Buffer.concat([LF, body])), 'CRC includes the LF'],
    [crc === misprintedCrc16(body), 'CRC from the misprinted table (EB01 as BE01)'],
    [crc === (((right & 0xff) << 8) | (right >> 8)), 'CRC bytes swapped'],
  ]
  return named(tries)
}

/** Ways of counting wrongly. `digits` as in the frame. */
export function likelyLength(body: Uint8Array, digits: string): Likely {
  const length = Number.parseInt(digits, 16)
  const tries: readonly (readonly [boolean, string])[] = [
    [/^\d+$/.test(digits) && Number(digits) === body.length, 'length written as decimal'],
    [length === beforeTimestamp(body)?.length, 'length stops before the timestamp'],
    [length === body.length + 1, 'length counts the CR'],
    [length === inBytes(body), 'length counts the cipher text in bytes, not in hex digits'],
  ]
  return named(tries)
}

/** The length of an encrypted frame whose cipher text was counted before it was written as hex. */
function inBytes(body: Uint8Array): number | undefined {
  const at = body.indexOf(BRACKET)
  return body[1] === ASTERISK && at > 0 ? at + 1 + (body.length - at - 1) / 2 : undefined
}

function named(tries: readonly (readonly [boolean, string])[]): Likely {
  const hit = tries.find(([fits]) => fits)
  return hit ? {likely: hit[1]} : {}
}

function beforeTimestamp(body: Uint8Array): Uint8Array | undefined {
  const at = body.lastIndexOf(UNDERSCORE)
  return at > 0 ? body.subarray(0, at) : undefined
}
