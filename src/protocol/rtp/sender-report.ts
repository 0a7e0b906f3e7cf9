/** The RTCP sender report: ties a stream's time stamps to the sender's wall clock (RFC 3550 §6.4.1, §6.5). */
import {CitywatchError} from '../../lib/errors.ts'

export interface SenderReport {
  readonly ssrc: number
  /** The sender's wall clock, ms since the Unix epoch. */
  readonly at: number
  /** The same instant as an RTP time stamp. */
  readonly timestamp: number
  readonly packets: number
  readonly octets: number
  /** Name of the source, at most 255 bytes of ASCII. */
  readonly cname: string
}

/** What a sender report says of time; the source description beside it is passed over. */
export type SenderClock = Pick<SenderReport, 'ssrc' | 'at' | 'timestamp' | 'packets' | 'octets'>

/** Seconds from 1900 (NTP) to 1970 (Unix). */
const NTP_OFFSET = 2_208_988_800
const SR = 200
const SDES = 202

/** A compound packet: sender report, then the source description that every compound packet must have. */
export function buildSenderReport({ssrc, at, timestamp, packets, octets, cname}: SenderReport): Buffer {
  const report = Buffer.alloc(28)
  report.writeUInt32BE(0x8000_0000 + SR * 0x1_0000 + 6)
  report.writeUInt32BE(ssrc >>> 0, 4)
  report.writeUInt32BE((Math.floor(at / 1000) + NTP_OFFSET) >>> 0, 8)
  report.writeUInt32BE(Math.floor(((((at % 1000) + 1000) % 1000) / 1000) * 0x1_0000_0000) >>> 0, 12)
  report.writeUInt32BE(timestamp >>> 0, 16)
  report.writeUInt32BE(packets >>> 0, 20)
  report.writeUInt32BE(octets >>> 0, 24)
  return Buffer.concat([report, sourceDescription(ssrc, cname)])
}

/**
 * The first sender report of a compound packet; undefined when it has none, or one without a wall clock (RFC 3550 §6.4.1).
 * Throws CW_PROTOCOL_REMOTE when the bytes are no RTCP.
 */
export function parseSenderReport(bytes: Uint8Array): SenderClock | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < buffer.length; ) {
    if (buffer.length < at + 4 || buffer.readUInt8(at) >> 6 !== 2) throw remote(`no RTCP in ${buffer.length} bytes`)
    const end = at + 4 * (buffer.readUInt16BE(at + 2) + 1)
    if (end > buffer.length) throw remote('report cut off')
    if (buffer[at + 1] === SR) return senderClock(buffer.subarray(at, end))
    at = end
  }
  return undefined
}

function senderClock(report: Buffer): SenderClock | undefined {
  if (report.length < 28) throw remote(`sender report of ${report.length} bytes`)
  const seconds = report.readUInt32BE(8)
  const fraction = report.readUInt32BE(12)
  if (seconds === 0 && fraction === 0) return undefined
  // From 2036 on the seconds begin again at 0 (RFC 5905).
  const era = seconds < NTP_OFFSET ? 0x1_0000_0000 : 0
  return {
    ssrc: report.readUInt32BE(4),
    at: (seconds + era - NTP_OFFSET) * 1_000 + Math.floor((fraction * 1_000) / 0x1_0000_0000 + 0.5),
    timestamp: report.readUInt32BE(16),
    packets: report.readUInt32BE(20),
    octets: report.readUInt32BE(24),
  }
}

function remote(detail: string): CitywatchError {
  return new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'RTCP', detail})
}

function sourceDescription(ssrc: number, cname: string): Buffer {
  const name = Buffer.from(cname.slice(0, 255), 'ascii')
  // Header, SSRC, item type and length, name, and at least one zero byte that ends the list, in whole words.
  const words = Math.ceil((4 + 4 + 2 + name.length + 1) / 4)
  const packet = Buffer.alloc(words * 4)
  packet.writeUInt32BE(0x8100_0000 + SDES * 0x1_0000 + (words - 1))
  packet.writeUInt32BE(ssrc >>> 0, 4)
  packet[8] = 1
  packet[9] = name.length
  packet.set(name, 10)
  return packet
}
