/** Watches the RTP packets of a picture stream: for the first whole key frame, and beyond it for as long as they are measured. */
import {isCitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {MeasuredStream, StreamFacts} from '../../model/probe.ts'
import {JitterMeter} from '../../protocol/rtp/jitter.ts'
import {parseRtp, type RtpPacket} from '../../protocol/rtp/packet.ts'
import {type Ordered, ReorderBuffer} from '../../protocol/rtp/reorder.ts'
import {SequenceAccount} from '../../protocol/rtp/sequence.ts'
import {JpegPictures} from './jpeg-pictures.ts'
import {NalPictures} from './nal-pictures.ts'
import {PictureMeter} from './picture-meter.ts'
import type {PictureReader} from './pictures.ts'
import type {StreamWatch} from './stream-watch.ts'
import type {VideoTrack} from './tracks.ts'

/**
 * H.264 and H.265 are judged by their pictures: one at which decoding can begin, whole, with parameter sets from the stream or
 * the description. Of JPEG every whole picture is one. Of MPEG-4 the first packet is enough: its key frames are not told
 * apart here, and nothing is measured.
 */
export class KeyFrameWatch {
  readonly #track: VideoTrack
  readonly #playedAt: number
  readonly #account = new SequenceAccount()
  readonly #order = new ReorderBuffer()
  readonly #jitter: JitterMeter
  readonly #reader: PictureReader | undefined
  readonly #meter: PictureMeter
  #firstPacketAt: number | undefined
  #lastPacketAt: number | undefined
  #doneAt: number | undefined
  packets = 0
  /** Packets that were no RTP, or RTP of another format. */
  foreign = 0

  constructor(track: VideoTrack, playedAt: number) {
    this.#track = track
    this.#playedAt = playedAt
    this.#reader = readerFor(track)
    this.#jitter = new JitterMeter(track.clockRate)
    this.#meter = new PictureMeter(track.clockRate)
  }

  /** The first key frame is there. */
  get done(): boolean {
    return this.#doneAt !== undefined
  }

  /** When it came, ms. */
  get doneAt(): number | undefined {
    return this.#doneAt
  }

  /** When the newest packet came, ms. */
  get lastPacketAt(): number | undefined {
    return this.#lastPacketAt
  }

  /** One RTP packet. What is no RTP, or of another format, is counted and passed over. */
  receive(bytes: Uint8Array, now: number): void {
    const packet = packetFrom(bytes)
    if (packet?.payloadType !== this.#track.payloadType) {
      this.foreign += 1
      return
    }
    const arrival = this.#account.note(packet.sequence, packet.ssrc)
    if (arrival === 'duplicate') return
    this.packets += 1
    this.#firstPacketAt ??= now
    this.#lastPacketAt = now
    const anew = arrival === 'restart'
    if (anew) {
      this.#order.restart()
      this.#jitter.restart()
    }
    this.#jitter.note(packet.timestamp, now)
    if (!this.#reader) this.#doneAt ??= now
    else for (const ordered of this.#order.push(packet, now)) this.#take(this.#reader, ordered, anew, now)
  }

  /** What was found. Throws DeviceFailure `stream-mismatch` when the key frame's parameter sets cannot be read. */
  found(transport: StreamFacts['transport'], keepBytes: number): StreamWatch {
    const {profile, ...size} = this.#reader?.facts() ?? {}
    const kept = keepBytes > 0 ? this.#reader?.kept(keepBytes) : undefined
    const since = (at: number) => Math.round(at - this.#playedAt)
    return {
      facts: {
        codec: safeText(this.#track.codec),
        ...(profile ? {profile: safeText(profile, 40)} : {}),
        ...size,
        transport,
        ...(this.#firstPacketAt === undefined ? {} : {firstPacketMs: since(this.#firstPacketAt)}),
        ...(this.#doneAt === undefined || !this.#reader ? {} : {firstKeyFrameMs: since(this.#doneAt)}),
        packets: this.packets,
        lost: this.#account.lost,
      },
      ...(this.#track.declared ? {declared: this.#track.declared} : {}),
      ...(kept ? {picture: kept} : {}),
    }
  }

  /** Numbers of the time from the first key frame to `now`, ms; undefined where pictures are not read. */
  measured(now: number): MeasuredStream | undefined {
    if (!this.#reader) return undefined
    return {
      ...this.#meter.measured(now),
      jitterMs: Number(this.#jitter.ms.toFixed(2)),
      reordered: this.#account.reordered,
      duplicates: this.#account.duplicates,
    }
  }

  #take(reader: PictureReader, {packet, gap}: Ordered, anew: boolean, now: number): void {
    for (const picture of reader.push(packet, gap || anew)) {
      this.#meter.note(picture, now)
      if (picture.key) this.#doneAt ??= now
    }
  }
}

function readerFor({codec, parameterSets}: VideoTrack): PictureReader | undefined {
  if (codec === 'H264' || codec === 'H265') return new NalPictures(codec, parameterSets)
  return codec === 'JPEG' ? new JpegPictures() : undefined
}

function packetFrom(bytes: Uint8Array): RtpPacket | undefined {
  try {
    return parseRtp(bytes)
  } catch (error) {
    if (isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) return undefined
    throw error
  }
}
