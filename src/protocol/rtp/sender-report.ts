/** The RTCP sender report: ties a stream's time stamps to the sender's wall clock (RFC 3550 §6.4.1, §6.5). */

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
