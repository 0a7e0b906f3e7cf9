/** RTP and RTCP packets, spoiled: put in order, put together to units, counted; memory stays bounded. */
import {SoundWatch} from '../../../src/camera/rtsp/sound.ts'
import {auSizes, buildAuPayload} from '../../../src/protocol/rtp/audio-payload.ts'
import {JitterMeter} from '../../../src/protocol/rtp/jitter.ts'
import {MAX_NAL_BYTES, NalAssembler, packetiseNal} from '../../../src/protocol/rtp/nal-payload.ts'
import {buildRtp, parseRtp} from '../../../src/protocol/rtp/packet.ts'
import {ReorderBuffer} from '../../../src/protocol/rtp/reorder.ts'
import {buildSenderReport, parseSenderReport} from '../../../src/protocol/rtp/sender-report.ts'
import {SequenceAccount} from '../../../src/protocol/rtp/sequence.ts'
import {type Dice, maybeSpoiled, mustBeFinite, noise, pick, REFUSED, valueOrRefusal} from '../hostile.ts'

const CODECS = ['H264', 'H265'] as const
const START = 1_000_000
const SOUND = {
  codec: 'MPEG4-GENERIC',
  payloadType: 96,
  clockRate: 16_000,
  parameters: [
    ['sizelength', '13'],
    ['indexlength', '3'],
  ],
} as const

export function askRtp(dice: Dice): string {
  const codec = pick(CODECS, dice)
  const sound = dice(5) === 0
  const payloads = sound
    ? [buildAuPayload([noise(dice, dice(60))])]
    : packetiseNal(codec, unit(codec, dice), 40 + dice(200))
  const packets = packetsOf(
    payloads.map((payload) => (dice(6) === 0 ? maybeSpoiled(payload, dice) : payload)),
    dice,
  )
  const told = report(dice)
  if (sound) return listen(packets) ? 'sound' : told
  return assemble(codec, packets) > 0 ? 'units' : told
}

function packetsOf(payloads: readonly Uint8Array[], dice: Dice): Uint8Array[] {
  let sequence = dice(3) === 0 ? 0xfffd : dice(0x10000)
  const packets: Uint8Array[] = []
  for (const payload of payloads) {
    sequence += dice(10) === 0 ? dice(0x10000) : 1
    const packet = buildRtp({
      payloadType: 96,
      marker: dice(2) === 0,
      sequence,
      timestamp: dice(20) === 0 ? dice(2 ** 32) : sequence * 3_600,
      ssrc: dice(20) === 0 ? dice(9) : 1,
      payload,
    })
    packets.splice(
      dice(6) === 0 ? dice(packets.length + 1) : packets.length,
      0,
      dice(8) === 0 ? maybeSpoiled(packet, dice) : packet,
    )
  }
  return packets
}

function assemble(codec: (typeof CODECS)[number], packets: readonly Uint8Array[]): number {
  const [account, order, jitter, assembler] = [
    new SequenceAccount(),
    new ReorderBuffer(),
    new JitterMeter(90_000),
    new NalAssembler(codec),
  ]
  let units = 0
  for (const [index, bytes] of packets.entries()) {
    const packet = valueOrRefusal(() => parseRtp(bytes))
    if (packet === REFUSED) continue
    account.note(packet.sequence, packet.ssrc)
    jitter.note(packet.timestamp, START + index)
    for (const {packet: next, gap} of order.push(packet, START + index)) {
      if (gap) assembler.lose()
      const nals = valueOrRefusal(() => assembler.push(next.payload))
      if (nals === REFUSED) continue
      units += nals.length
      if (nals.some((nal) => nal.length > MAX_NAL_BYTES)) throw new Error('a unit larger than allowed')
    }
  }
  const {lost, reordered, duplicates} = account
  mustBeFinite({lost, reordered, duplicates, jitter: jitter.ms})
  if (lost < 0) throw new Error(`${lost} packets lost`)
  return units
}

function listen(packets: readonly Uint8Array[]): boolean {
  const sound = new SoundWatch(SOUND)
  for (const [index, packet] of packets.entries()) sound.receive(packet, START + index)
  const measured = sound.measured()
  mustBeFinite({packets: measured?.packets, lost: measured?.lost, sampleRate: measured?.sampleRate})
  return measured !== undefined
}

function report(dice: Dice): string {
  const bytes = maybeSpoiled(
    buildSenderReport({
      ssrc: dice(2 ** 32),
      timestamp: dice(2 ** 32),
      packets: dice(99),
      octets: dice(99),
      at: dice(2 ** 31) * 1_000,
      cname: 'x'.repeat(dice(9)),
    }),
    dice,
  )
  valueOrRefusal(() => auSizes(bytes))
  const read = valueOrRefusal(() => parseSenderReport(bytes))
  if (read !== REFUSED && read) mustBeFinite({at: read.at})
  return read === REFUSED || !read ? 'nothing' : 'report'
}

function unit(codec: (typeof CODECS)[number], dice: Dice): Uint8Array {
  const header = codec === 'H264' ? [dice(256)] : [dice(256), dice(256)]
  return Buffer.concat([Buffer.from(header), noise(dice, 1 + dice(600))])
}
