/** One second of video, made once for each codec and picture size and then shared by all cameras that show it. */
import {packetiseJpeg} from '../../../protocol/mjpeg/payload.ts'
import {type NalCodec, packetiseNal} from '../../../protocol/rtp/nal-payload.ts'
import {hevcKeyFrame, hevcLaterFrame} from './hevc-picture.ts'
import {hevcParameterSets} from './hevc-sets.ts'
import {JPEG_QUALITY, JPEG_TABLES, JPEG_TYPE, jpegScan, jpegSize} from './jpeg-picture.ts'
import {type PictureSize, pictureParameterSet, sequenceParameterSet} from './parameter-sets.ts'
import {keyFrame, laterFrame} from './picture.ts'

export const FRAMES_PER_SECOND = 25
/** Pictures from one key frame to the next. */
export const GROUP_LENGTH = 25
/** Largest RTP payload, bytes: fits an Ethernet frame with all headers. */
const MAX_PAYLOAD_BYTES = 1_400

export type SimCodec = 'H264' | 'H265' | 'JPEG'

export interface PictureGroup {
  readonly codec: SimCodec
  /** As the stream says it: of JPEG it is rounded up to eight pixels. */
  readonly size: PictureSize
  /** Parameter sets: SPS and PPS, in H.265 with the VPS before them; none in JPEG. */
  readonly sets: readonly Uint8Array[]
  /** NAL units of each picture, or its JPEG scan; the first has the parameter sets before its key frame. */
  readonly pictures: readonly (readonly Uint8Array[])[]
  /** RTP payloads of each picture. */
  readonly payloads: readonly (readonly Uint8Array[])[]
}

export function pictureGroup(size: PictureSize, codec: SimCodec = 'H264'): PictureGroup {
  if (codec === 'JPEG') return jpegGroup(jpegSize(size))
  const make = codec === 'H264' ? h264Pictures : hevcPictures
  const {sets, key, later} = make(size)
  const pictures = [[...sets, key], ...Array.from({length: GROUP_LENGTH - 1}, (_, index) => [later(index + 1)])]
  return {codec, size, sets, pictures, payloads: pictures.map((nals) => packetise(codec, nals))}
}

interface Pictures {
  readonly sets: readonly Uint8Array[]
  readonly key: Uint8Array
  later(index: number): Uint8Array
}

function h264Pictures(size: PictureSize): Pictures {
  const sets = [sequenceParameterSet(size, FRAMES_PER_SECOND), pictureParameterSet()]
  return {sets, key: keyFrame(size), later: (index) => laterFrame(size, index, GROUP_LENGTH)}
}

function hevcPictures(size: PictureSize): Pictures {
  const sets = hevcParameterSets(size, FRAMES_PER_SECOND)
  return {sets, key: hevcKeyFrame(size), later: (index) => hevcLaterFrame(size, index, GROUP_LENGTH)}
}

function packetise(codec: NalCodec, nals: readonly Uint8Array[]): Uint8Array[] {
  return nals.flatMap((nal) => packetiseNal(codec, nal, MAX_PAYLOAD_BYTES))
}

function jpegGroup(size: PictureSize): PictureGroup {
  const head = {type: JPEG_TYPE, quality: JPEG_QUALITY, ...size, tables: JPEG_TABLES}
  const pictures = Array.from({length: GROUP_LENGTH}, (_, index) => [jpegScan(size, index, GROUP_LENGTH)])
  const payloads = pictures.map((scans) => scans.flatMap((scan) => packetiseJpeg(scan, head, MAX_PAYLOAD_BYTES)))
  return {codec: 'JPEG', size, sets: [], pictures, payloads}
}

/** A shelf of groups by codec and size, for the cameras of one simulator. */
export function pictureGroups(): (size: PictureSize, codec?: SimCodec) => PictureGroup {
  const shelf = new Map<string, PictureGroup>()
  return (size, codec = 'H264') => {
    const key = `${codec} ${size.width}x${size.height}`
    const group = shelf.get(key) ?? pictureGroup(size, codec)
    shelf.set(key, group)
    return group
  }
}
