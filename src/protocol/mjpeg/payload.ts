/**
 * JPEG pictures in RTP payloads (RFC 2435 §3.1): header and a piece of the scan in each.
 *
 *   type-specific(8) offset(24) · type(8) Q(8) width/8(8) height/8(8)
 *   types 64–127: restart interval(16) F L count(14)
 *   Q ≥ 128 and offset 0: MBZ(8) precision(8) length(16) · quantisation tables
 */
import {CitywatchError} from '../../lib/errors.ts'

export interface JpegFragment {
  /** Place of `data` in the scan, bytes. */
  readonly offset: number
  /** 0 or 64: 4:2:2, 1 or 65: 4:2:0; others are the makers' own. */
  readonly type: number
  /** 1–99: tables are computed; 128–255: they come in the stream. */
  readonly quality: number
  /** Pixels, multiples of 8; 0 means larger than 2040. */
  readonly width: number
  readonly height: number
  readonly restart?: {
    readonly interval: number
    readonly first: boolean
    readonly last: boolean
    readonly count: number
  }
  readonly tables?: JpegTables
  readonly data: Uint8Array
}

/** Quantisation tables one after the other, each 64 numbers in zigzag order. */
export interface JpegTables {
  /** Bit n: table n has numbers of two bytes. */
  readonly precision: number
  /** Empty: the tables of an earlier picture with the same Q. */
  readonly data: Uint8Array
}

const HEADER_BYTES = 8
const RESTART_BYTES = 4
const TABLE_HEADER_BYTES = 4
/** Most bytes of one scan that an offset can name. */
const MAX_SCAN_BYTES = 0xff_ffff

/** Throws CW_PROTOCOL_REMOTE when the bytes are no such payload. */
export function parseJpegPayload(payload: Uint8Array): JpegFragment {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  if (bytes.length <= HEADER_BYTES) throw remote(`payload of ${bytes.length} bytes`)
  const offset = bytes.readUIntBE(1, 3)
  const [type = 0, quality = 0, across = 0, down = 0] = bytes.subarray(4, HEADER_BYTES)
  if (quality === 0 || (quality > 99 && quality < 128)) throw remote(`Q ${quality}`)
  let at = HEADER_BYTES
  const restart = type >= 64 && type <= 127 ? restartFrom(bytes.subarray(at)) : undefined
  if (restart) at += RESTART_BYTES
  const tables = quality >= 128 && offset === 0 ? tablesFrom(bytes.subarray(at)) : undefined
  if (tables) at += TABLE_HEADER_BYTES + tables.data.length
  if (at >= bytes.length) throw remote('payload without a piece of the scan')
  const size = {width: across * 8, height: down * 8}
  return {
    ...{offset, type, quality, ...size},
    ...(restart ? {restart} : {}),
    ...(tables ? {tables} : {}),
    data: bytes.subarray(at),
  }
}

/** Payloads of about `maxBytes` for one scan. Throws CW_PROTOCOL_LOCAL for a scan that is too long. */
export function packetiseJpeg(
  scan: Uint8Array,
  head: Omit<JpegFragment, 'offset' | 'data'>,
  maxBytes: number,
): Buffer[] {
  if (scan.length > MAX_SCAN_BYTES) {
    throw new CitywatchError('CW_PROTOCOL_LOCAL', {protocol: 'JPEG', detail: `scan of ${scan.length} bytes`})
  }
  const payloads: Buffer[] = []
  for (let at = 0; at < scan.length; ) {
    const front = headOf({...head, offset: at})
    const piece = scan.subarray(at, at + Math.max(1, maxBytes - front.length))
    payloads.push(Buffer.concat([front, piece]))
    at += piece.length
  }
  return payloads
}

function headOf({offset, type, quality, width, height, restart, tables}: Omit<JpegFragment, 'data'>): Buffer {
  const head = Buffer.alloc(HEADER_BYTES)
  head.writeUIntBE(offset, 1, 3)
  head.set([type, quality, width / 8, height / 8], 4)
  const parts: Uint8Array[] = [head]
  if (restart) {
    const {interval, first, last, count} = restart
    const flags = (first ? 0x80 : 0) | (last ? 0x40 : 0) | ((count >> 8) & 0x3f)
    parts.push(Buffer.of(interval >> 8, interval & 0xff, flags, count & 0xff))
  }
  if (tables && offset === 0) {
    const {precision, data} = tables
    parts.push(Buffer.of(0, precision, data.length >> 8, data.length & 0xff), data)
  }
  return Buffer.concat(parts)
}

function restartFrom(bytes: Buffer): NonNullable<JpegFragment['restart']> {
  if (bytes.length < RESTART_BYTES) throw remote('restart header cut off')
  const flags = bytes.readUInt16BE(2)
  return {
    interval: bytes.readUInt16BE(),
    first: (flags & 0x8000) !== 0,
    last: (flags & 0x4000) !== 0,
    count: flags & 0x3fff,
  }
}

function tablesFrom(bytes: Buffer): JpegTables {
  if (bytes.length < TABLE_HEADER_BYTES) throw remote('table header cut off')
  const length = bytes.readUInt16BE(2)
  const end = TABLE_HEADER_BYTES + length
  if (bytes.length < end || length % 64 !== 0) throw remote(`quantisation tables of ${length} bytes`)
  return {precision: bytes[1] ?? 0, data: bytes.subarray(TABLE_HEADER_BYTES, end)}
}

function remote(detail: string): CitywatchError {
  return new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'JPEG', detail})
}
