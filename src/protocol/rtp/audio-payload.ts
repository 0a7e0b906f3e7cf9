/**
 * How much sound an RTP payload carries: samples of G.711 (RFC 3551), access units of AAC-hbr (RFC 3640 §3.2.1).
 *
 *   AU-headers-length in bits(16) · n × (size(13) index(3)) · padding to a byte · access units
 */
import {CitywatchError} from '../../lib/errors.ts'

export interface AuHeaderForm {
  /** Bits of the size and of the index in each header (fmtp sizelength, indexlength, indexdeltalength). */
  readonly sizeBits: number
  readonly indexBits: number
  readonly deltaBits: number
}

export const AAC_HBR: AuHeaderForm = {sizeBits: 13, indexBits: 3, deltaBits: 3}

/** Samples of one AAC access unit. */
export const AAC_SAMPLES = 1024
const MAX_UNITS = 64

/**
 * Sizes of the access units in a payload, bytes. The last may be larger than what is there: it is continued in the next
 * packet. Throws CW_PROTOCOL_REMOTE when the headers do not fit the payload.
 */
export function auSizes(payload: Uint8Array, form: AuHeaderForm = AAC_HBR): number[] {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  if (bytes.length < 2) throw remote(`payload of ${bytes.length} bytes`)
  const headerBits = bytes.readUInt16BE()
  const data = 2 + Math.ceil(headerBits / 8)
  if (headerBits === 0 || data > bytes.length) throw remote(`${headerBits} bits of headers in ${bytes.length} bytes`)
  const sizes: number[] = []
  for (let at = 16; at < 16 + headerBits && sizes.length < MAX_UNITS; ) {
    const width = form.sizeBits + (sizes.length === 0 ? form.indexBits : form.deltaBits)
    if (width < 1 || form.sizeBits > 32 || at + width > 16 + headerBits) throw remote(`${headerBits} bits of headers`)
    sizes.push(bitsAt(bytes, at, form.sizeBits))
    at += width
  }
  const whole = sizes.slice(0, -1).reduce((sum, size) => sum + size, 0)
  if (whole > bytes.length - data) throw remote(`access units of ${whole} bytes in ${bytes.length - data}`)
  return sizes
}

/** A payload of whole access units in the form AAC-hbr. Throws CW_PROTOCOL_LOCAL for a unit of more than 8,191 bytes. */
export function buildAuPayload(units: readonly Uint8Array[]): Buffer {
  if (units.some(({length}) => length > 0x1fff)) {
    throw new CitywatchError('CW_PROTOCOL_LOCAL', {protocol: 'RTP', detail: 'access unit too large'})
  }
  const head = Buffer.alloc(2 + 2 * units.length)
  head.writeUInt16BE(16 * units.length)
  for (const [index, {length}] of units.entries()) head.writeUInt16BE(length << 3, 2 + 2 * index)
  return Buffer.concat([head, ...units])
}

function bitsAt(bytes: Uint8Array, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at++) value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1)
  return value
}

function remote(detail: string): CitywatchError {
  return new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'RTP', detail})
}
