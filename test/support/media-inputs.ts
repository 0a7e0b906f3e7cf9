/** Bad inputs for everything that reads media of a camera: each is one stream's worth of packets, the same for the same seed and number. */
import {seededRandom} from '../../src/lib/random.ts'
import {annexB} from '../../src/protocol/h264/nal.ts'
import {buildAuPayload} from '../../src/protocol/rtp/audio-payload.ts'
import {buildRtp, type RtpPacket} from '../../src/protocol/rtp/packet.ts'
import {buildSenderReport} from '../../src/protocol/rtp/sender-report.ts'
import {pictureGroup, type SimCodec} from '../../src/sim/camera/media/group.ts'

const CODECS: readonly SimCodec[] = ['H264', 'H265', 'JPEG']

export interface MediaInput {
  readonly codec: SimCodec
  /** Packets of the picture, some of them bent, some in another order, some gone. */
  readonly packets: readonly Uint8Array[]
  /** A parameter set, an access unit payload, a sender report and a byte stream, bent as well. */
  readonly pieces: Readonly<Record<'set' | 'sound' | 'report' | 'description', Uint8Array>>
}

/** Whole numbers from 0 to below `below`. */
type Dice = (below: number) => number

const GROUPS = CODECS.map((codec) => pictureGroup({width: 96, height: 64}, codec))
const PAYLOAD_TYPE = 96
const PICTURES = 3
const DESCRIPTION = `v=0\r\ns=x\r\nm=video 0 RTP/AVP 96\r\nb=AS:512\r\na=rtpmap:96 H265/90000\r\na=framerate:25\r\na=x-dimensions:96,64\r\na=fmtp:96 sprop-vps=${Buffer.from(GROUPS[1]!.sets[0]!).toString('base64')};sprop-sps=${Buffer.from(GROUPS[1]!.sets[1]!).toString('base64')}\r\nm=audio 0 RTP/AVP 97\r\na=rtpmap:97 MPEG4-GENERIC/16000\r\na=fmtp:97 mode=AAC-hbr;sizelength=13;indexlength=3;indexdeltalength=3\r\na=control:trackID=2\r\n`

/** Input `index` of the run with this seed. */
export function inputOf(seed: number, index: number): MediaInput {
  const random = seededRandom((seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0)
  const dice: Dice = (below) => Math.floor(random() * below)
  const group = GROUPS[dice(GROUPS.length)]!
  const sets = group.sets.length > 0 ? group.sets : [annexB([])]
  const sound = buildAuPayload(Array.from({length: 1 + dice(3)}, () => noise(dice, dice(40))))
  const counts = {ssrc: dice(2 ** 32), timestamp: dice(2 ** 32), packets: dice(99), octets: dice(99)}
  const report = buildSenderReport({...counts, at: dice(2 ** 31) * 1_000, cname: 'x'.repeat(dice(9))})
  return {
    codec: group.codec,
    packets: packetsOf(group.payloads, dice),
    pieces: {
      set: maybe(sets[dice(sets.length)]!, dice),
      sound: maybe(sound, dice),
      report: maybe(report, dice),
      description: maybe(Buffer.from(DESCRIPTION), dice),
    },
  }
}

function packetsOf(payloads: readonly (readonly Uint8Array[])[], dice: Dice): Uint8Array[] {
  let sequence = dice(0x10000)
  const packets: Uint8Array[] = []
  for (let picture = 0; picture < PICTURES; picture++) {
    const parts = payloads[rarely(4, dice) ? dice(payloads.length) : picture] ?? []
    for (const [index, payload] of parts.entries()) {
      sequence = (sequence + (rarely(12, dice) ? dice(9) : 1)) & 0xffff
      const packet = packetOf(payload, {sequence, timestamp: picture * 3_600, marker: index === parts.length - 1}, dice)
      packets.splice(rarely(8, dice) ? dice(packets.length + 1) : packets.length, 0, packet)
    }
  }
  return packets
}

type Place = Pick<RtpPacket, 'sequence' | 'timestamp' | 'marker'>

function packetOf(payload: Uint8Array, place: Place, dice: Dice): Uint8Array {
  const packet = buildRtp({
    ...place,
    payloadType: rarely(40, dice) ? dice(128) : PAYLOAD_TYPE,
    ssrc: rarely(60, dice) ? dice(9) : 1,
    marker: rarely(20, dice) ? dice(2) === 0 : place.marker,
    payload: rarely(4, dice) ? bent(payload, dice) : payload,
  })
  return rarely(12, dice) ? bent(packet, dice) : packet
}

function rarely(oneIn: number, dice: Dice): boolean {
  return dice(oneIn) === 0
}

function maybe(bytes: Uint8Array, dice: Dice): Uint8Array {
  return dice(5) === 0 ? bytes : bent(bytes, dice)
}

/** One to four changes: bits flipped, bytes put in, taken out, doubled; the end cut off. */
function bent(bytes: Uint8Array, dice: Dice): Buffer {
  let mutant: Buffer = Buffer.from(bytes)
  for (let left = 1 + dice(4); left > 0; left--) {
    const at = dice(mutant.length + 1)
    const [head, tail] = [mutant.subarray(0, at), mutant.subarray(at)]
    const length = 1 + dice(8)
    const ways = [
      () => [head, Buffer.of((tail[0] ?? 0) ^ (1 << dice(8))), tail.subarray(1)],
      () => [head, noise(dice, length), tail],
      () => [head, tail.subarray(length)],
      () => [head, tail.subarray(0, length), tail],
      () => [head],
    ]
    mutant = Buffer.concat(ways[dice(ways.length)]!())
  }
  return mutant
}

function noise(dice: Dice, length: number): Buffer {
  return Buffer.from(Array.from({length}, () => (dice(3) === 0 ? [0, 1, 0x80, 0xff][dice(4)]! : dice(256))))
}
