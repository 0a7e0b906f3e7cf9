/** H.264 and H.265 pictures from RTP packets: key frames, parameter sets, and what is damaged. */
import {isCitywatchError} from '../../lib/errors.ts'
import {annexB, NAL, nalType} from '../../protocol/h264/nal.ts'
import {parseSps} from '../../protocol/h264/sps.ts'
import {HEVC_NAL, hevcNalType, isHevcKeyFrame, isHevcParameterSet} from '../../protocol/h265/nal.ts'
import {parseHevcSps} from '../../protocol/h265/parameter-sets.ts'
import {NalAssembler, type NalCodec} from '../../protocol/rtp/nal-payload.ts'
import type {RtpPacket} from '../../protocol/rtp/packet.ts'
import {DeviceFailure} from '../failure.ts'
import type {Picture, PictureFacts, PictureReader} from './pictures.ts'

/** Units and bytes of one picture beyond which it is given up. */
const MAX_PICTURE_UNITS = 512
const MAX_PICTURE_BYTES = 8 * 1024 * 1024

interface Grammar {
  readonly typeOf: (nal: Uint8Array) => number
  readonly isKey: (nal: Uint8Array) => boolean
  readonly isSet: (nal: Uint8Array) => boolean
  readonly sps: number
  readonly headerBytes: number
  /** Throws CW_PROTOCOL_REMOTE. */
  readonly parse: (sps: Uint8Array) => {readonly profile: number; readonly width: number; readonly height: number}
  readonly profiles: Readonly<Record<number, string>>
}

const GRAMMARS: Readonly<Record<NalCodec, Grammar>> = {
  H264: {
    typeOf: nalType,
    isKey: (nal) => nalType(nal) === NAL.idr,
    isSet: (nal) => nalType(nal) === NAL.sps || nalType(nal) === NAL.pps,
    sps: NAL.sps,
    headerBytes: 1,
    parse: parseSps,
    profiles: {66: 'Baseline', 77: 'Main', 88: 'Extended', 100: 'High', 110: 'High 10', 122: 'High 4:2:2'},
  },
  H265: {
    typeOf: hevcNalType,
    isKey: isHevcKeyFrame,
    isSet: isHevcParameterSet,
    sps: HEVC_NAL.sps,
    headerBytes: 2,
    parse: parseHevcSps,
    profiles: {1: 'Main', 2: 'Main 10', 3: 'Main Still Picture', 4: 'Range Extensions'},
  },
}

export class NalPictures implements PictureReader {
  readonly #grammar: Grammar
  readonly #assembler: NalAssembler
  #sets: readonly Uint8Array[]
  #picture: Uint8Array[] = []
  #unitBytes = 0
  #bytes = 0
  #timestamp: number | undefined
  /** Packets of this picture are missing. */
  #damaged = false
  /** The first key frame with the parameter sets that were known then. */
  #first: readonly Uint8Array[] | undefined
  #firstSets: readonly Uint8Array[] = []

  /** `sets`: parameter sets of the description. */
  constructor(codec: NalCodec, sets: readonly Uint8Array[]) {
    this.#grammar = GRAMMARS[codec]
    this.#assembler = new NalAssembler(codec)
    this.#sets = sets
  }

  push(packet: RtpPacket, gap: boolean): Picture[] {
    const ended: Picture[] = []
    if (gap) {
      this.#assembler.lose()
      this.#damaged = true
    }
    if (packet.timestamp !== this.#timestamp) {
      // The marker of a picture may be lost or never set: the next time stamp ends it as well.
      ended.push(...this.#finish())
      this.#timestamp = packet.timestamp
    }
    this.#bytes += packet.payload.length
    for (const nal of this.#units(packet.payload)) this.#add(nal)
    if (packet.marker) ended.push(...this.#finish())
    return ended
  }

  facts(): PictureFacts {
    const {sps, typeOf, parse, profiles} = this.#grammar
    const set = this.#sets.find((nal) => typeOf(nal) === sps)
    if (!set) throw new DeviceFailure('stream-mismatch', 'key frame without a sequence parameter set')
    try {
      const {profile, width, height} = parse(set)
      return {profile: profiles[profile] ?? `profile ${profile}`, width, height}
    } catch (error) {
      if (!isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) throw error
      throw new DeviceFailure('stream-mismatch', `unreadable parameter set: ${error.params.detail}`, {cause: error})
    }
  }

  kept(maxBytes: number): Buffer | undefined {
    if (!this.#first) return undefined
    const slices = this.#first.filter((nal) => !this.#grammar.isSet(nal))
    const whole: Uint8Array[] = []
    let size = 0
    for (const nal of [...this.#firstSets, ...slices]) {
      size += nal.length + 4
      if (size > maxBytes) break
      whole.push(nal)
    }
    return whole.length > 0 ? annexB(whole) : undefined
  }

  #units(payload: Uint8Array): Uint8Array[] {
    try {
      return this.#assembler.push(payload)
    } catch (error) {
      if (!isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) throw error
      this.#damaged = true
      return []
    }
  }

  #add(nal: Uint8Array): void {
    this.#unitBytes += nal.length
    if (this.#picture.length >= MAX_PICTURE_UNITS || this.#unitBytes > MAX_PICTURE_BYTES) this.#damaged = true
    else this.#picture.push(nal)
  }

  /** The picture is over: on to the next. */
  #finish(): Picture[] {
    this.#sets = newest(this.#sets, this.#picture, this.#grammar)
    const whole = !this.#damaged
    const key = whole && this.#isKeyFrame()
    if (key && !this.#first) {
      this.#first = this.#picture
      this.#firstSets = this.#sets
    }
    const ended = this.#bytes > 0 ? [{timestamp: this.#timestamp ?? 0, bytes: this.#bytes, key, whole}] : []
    this.#picture = []
    this.#unitBytes = 0
    this.#bytes = 0
    this.#damaged = false
    this.#timestamp = undefined
    return ended
  }

  /** The first bit behind the header is set in the slice that a picture begins with: an earlier one was lost where it is not. */
  #isKeyFrame(): boolean {
    const {isKey, headerBytes} = this.#grammar
    const slice = this.#picture.find(isKey)
    return ((slice?.[headerBytes] ?? 0) & 0x80) !== 0
  }
}

/** Parameter sets in the stream replace those of the description. */
function newest(known: readonly Uint8Array[], picture: readonly Uint8Array[], grammar: Grammar): readonly Uint8Array[] {
  const {typeOf, isSet} = grammar
  const inBand = picture.filter(isSet)
  if (inBand.length === 0) return known
  const types = new Set(inBand.map(typeOf))
  return [...known.filter((nal) => !types.has(typeOf(nal))), ...inBand].toSorted((a, b) => typeOf(a) - typeOf(b))
}
