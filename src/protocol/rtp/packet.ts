/**
 * RTP packets: bytes ⇄ header and payload (RFC 3550 §5.1).
 *
 *   V=2 P X CC(4) · M PT(7) · sequence(16) · timestamp(32) · SSRC(32) · CC × CSRC(32) · [extension] · payload · [padding]
 */
import {CitywatchError} from '../../lib/errors.ts'

export interface RtpPacket {
  readonly payloadType: number
  /** For video: the last packet of a picture. */
  readonly marker: boolean
  /** 16 bit, wraps. */
  readonly sequence: number
  /** 32 bit, in units of the format's clock rate, wraps. */
  readonly timestamp: number
  readonly ssrc: number
  readonly payload: Uint8Array
}

const RTP_HEADER_BYTES = 12

/** Throws CW_PROTOCOL_REMOTE when the bytes are no RTP packet. Contributing sources and extensions are passed over. */
export function parseRtp(bytes: Uint8Array): RtpPacket {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const flags = buffer[0] ?? 0
  if (buffer.length < RTP_HEADER_BYTES || flags >> 6 !== 2) throw remote(`no RTP header in ${buffer.length} bytes`)
  let start = RTP_HEADER_BYTES + 4 * (flags & 0x0f)
  if (flags & 0x10) {
    if (buffer.length < start + 4) throw remote('extension cut off')
    start += 4 + 4 * buffer.readUInt16BE(start + 2)
  }
  const padding = flags & 0x20 ? (buffer.at(-1) ?? 0) : 0
  const end = buffer.length - padding
  if (end < start || (flags & 0x20 && padding === 0)) throw remote('padding or extension longer than the packet')
  return {
    payloadType: buffer.readUInt8(1) & 0x7f,
    marker: buffer.readUInt8(1) > 0x7f,
    sequence: buffer.readUInt16BE(2),
    timestamp: buffer.readUInt32BE(4),
    ssrc: buffer.readUInt32BE(8),
    payload: buffer.subarray(start, end),
  }
}

/** A packet without sources, extension and padding. Numbers are taken modulo their width. */
export function buildRtp({payloadType, marker, sequence, timestamp, ssrc, payload}: RtpPacket): Buffer {
  const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + payload.length)
  packet[0] = 0x80
  packet[1] = (marker ? 0x80 : 0) | (payloadType & 0x7f)
  packet.writeUInt16BE(sequence & 0xffff, 2)
  packet.writeUInt32BE(timestamp >>> 0, 4)
  packet.writeUInt32BE(ssrc >>> 0, 8)
  packet.set(payload, RTP_HEADER_BYTES)
  return packet
}

function remote(detail: string): CitywatchError {
  return new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'RTP', detail})
}
