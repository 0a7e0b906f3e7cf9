/** Watches RTP packets for the first whole key frame, and keeps count of what is missing on the way. */
import {isCitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {StreamFacts} from '../../model/probe.ts'
import {annexB, NAL, nalType} from '../../protocol/h264/nal.ts'
import {parseSps, type SpsFacts} from '../../protocol/h264/sps.ts'
import {isHevcKeyFrame} from '../../protocol/h265/nal.ts'
import {NalAssembler} from '../../protocol/rtp/nal-payload.ts'
import {parseRtp, type RtpPacket} from '../../protocol/rtp/packet.ts'
import {SequenceAccount} from '../../protocol/rtp/sequence.ts'
import {DeviceFailure} from '../failure.ts'
import type {StreamWatch} from './stream-watch.ts'
import type {VideoTrack} from './video-track.ts'

/** Units and bytes of one picture beyond which it is given up. */
const MAX_PICTURE_UNITS = 512
const MAX_PICTURE_BYTES = 8 * 1024 * 1024

/**
 * H.264 is judged by its pictures: an IDR picture, whole, with parameter sets from the stream or the description. H.265 by
 * the type of its units, without a resolution. Of JPEG and MPEG-4 the first packet is enough: their key frames are not told
 * apart here, and no resolution is given.
 */
export class KeyFrameWatch {
  readonly #track: VideoTrack
  readonly #playedAt: number
  readonly #account = new SequenceAccount()
  readonly #assembler: NalAssembler | undefined
  #sets: readonly Uint8Array[]
  #picture: Uint8Array[] = []
  #pictureBytes = 0
  #timestamp: number | undefined
  /** Packets of this picture are missing. */
  #damaged = false
  #firstPacketAt: number | undefined
  #doneAt: number | undefined
  packets = 0
  /** Packets that were no RTP, or RTP of another format. */
  foreign = 0

  constructor(track: VideoTrack, playedAt: number) {
    this.#track = track
    this.#playedAt = playedAt
    this.#sets = track.parameterSets
    this.#assembler = track.codec === 'H264' || track.codec === 'H265' ? new NalAssembler(track.codec) : undefined
  }

  get done(): boolean {
    return this.#doneAt !== undefined
  }

  /** One RTP packet. What is no RTP, or of another format, is counted and passed over. */
  receive(bytes: Uint8Array, now: number): void {
    if (this.done) return
    const packet = packetFrom(bytes)
    if (packet?.payloadType !== this.#track.payloadType) {
      this.foreign += 1
      return
    }
    const arrival = this.#account.note(packet.sequence, packet.ssrc)
    if (arrival === 'duplicate') return
    this.packets += 1
    this.#firstPacketAt ??= now
    if (!this.#assembler) this.#doneAt = now
    // A late packet's place is gone by: its picture already counts as damaged.
    else if (arrival !== 'late') this.#take(packet, arrival !== 'next', now)
  }

  /** What was found. Throws DeviceFailure `stream-mismatch` when the key frame's parameter sets cannot be read. */
  found(transport: StreamFacts['transport'], keepBytes: number): StreamWatch {
    const {codec} = this.#track
    const size = codec === 'H264' ? sizeFrom(this.#sets) : undefined
    const kept = this.#assembler && keepBytes > 0 ? this.#kept(keepBytes) : undefined
    return {
      facts: {
        codec: safeText(codec),
        ...(size ? {width: size.width, height: size.height} : {}),
        transport,
        ...(this.#firstPacketAt === undefined ? {} : {firstPacketMs: Math.round(this.#firstPacketAt - this.#playedAt)}),
        ...(this.#doneAt === undefined || !this.#assembler
          ? {}
          : {firstKeyFrameMs: Math.round(this.#doneAt - this.#playedAt)}),
        packets: this.packets,
        lost: this.#account.lost,
      },
      ...(kept && kept.length > 0 ? {annexB: kept} : {}),
    }
  }

  #take(packet: RtpPacket, gap: boolean, now: number): void {
    if (gap) {
      this.#assembler?.lose()
      this.#damaged = true
    }
    if (packet.timestamp !== this.#timestamp) {
      // The marker of a picture may be lost or never set: the next time stamp ends it as well.
      this.#finish(now)
      if (this.done) return
      this.#timestamp = packet.timestamp
    }
    for (const nal of this.#units(packet.payload)) this.#add(nal)
    if (packet.marker) this.#finish(now)
  }

  #units(payload: Uint8Array): Uint8Array[] {
    try {
      return this.#assembler?.push(payload) ?? []
    } catch (error) {
      if (!isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) throw error
      this.#damaged = true
      return []
    }
  }

  #add(nal: Uint8Array): void {
    this.#pictureBytes += nal.length
    if (this.#picture.length >= MAX_PICTURE_UNITS || this.#pictureBytes > MAX_PICTURE_BYTES) this.#damaged = true
    else this.#picture.push(nal)
  }

  /** The picture is over: the one we wait for, or on to the next. */
  #finish(now: number): void {
    if (this.#track.codec === 'H264') this.#sets = newest(this.#sets, this.#picture)
    if (!this.#damaged && isKeyFrame(this.#track.codec, this.#picture)) {
      this.#doneAt = now
      return
    }
    this.#picture = []
    this.#pictureBytes = 0
    this.#damaged = false
    this.#timestamp = undefined
  }

  #kept(maxBytes: number): Buffer {
    const slices = this.#picture.filter((nal) => this.#track.codec !== 'H264' || !isParameterSet(nal))
    const whole: Uint8Array[] = []
    let size = 0
    for (const nal of [...this.#sets, ...slices]) {
      size += nal.length + 4
      if (size > maxBytes) break
      whole.push(nal)
    }
    return annexB(whole)
  }
}

function packetFrom(bytes: Uint8Array): RtpPacket | undefined {
  try {
    return parseRtp(bytes)
  } catch (error) {
    if (isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) return undefined
    throw error
  }
}

function isKeyFrame(codec: VideoTrack['codec'], picture: readonly Uint8Array[]): boolean {
  const [slice] = picture.filter(codec === 'H265' ? isHevcKeyFrame : (nal) => nalType(nal) === NAL.idr)
  // The first bit behind the header is set in the slice that a picture begins with: an earlier one was lost where it is not.
  const behindHeader = slice?.[codec === 'H265' ? 2 : 1] ?? 0
  return (behindHeader & 0x80) !== 0
}

function isParameterSet(nal: Uint8Array): boolean {
  const type = nalType(nal)
  return type === NAL.sps || type === NAL.pps
}

/** Parameter sets in the stream replace those of the description. */
function newest(known: readonly Uint8Array[], picture: readonly Uint8Array[]): readonly Uint8Array[] {
  const inBand = picture.filter(isParameterSet)
  if (inBand.length === 0) return known
  const types = new Set(inBand.map(nalType))
  return [...known.filter((nal) => !types.has(nalType(nal))), ...inBand].toSorted((a, b) => nalType(a) - nalType(b))
}

function sizeFrom(sets: readonly Uint8Array[]): SpsFacts {
  const sps = sets.find((nal) => nalType(nal) === NAL.sps)
  if (!sps) throw new DeviceFailure('stream-mismatch', 'key frame without a sequence parameter set')
  try {
    return parseSps(sps)
  } catch (error) {
    if (!isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) throw error
    throw new DeviceFailure('stream-mismatch', `unreadable parameter set: ${error.params.detail}`, {cause: error})
  }
}
