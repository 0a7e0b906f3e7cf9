/** One second of video, made once for each picture size and then shared by all cameras that show it. */
import {packetiseNal} from '../../../protocol/rtp/nal-payload.ts'
import {type PictureSize, pictureParameterSet, sequenceParameterSet} from './parameter-sets.ts'
import {keyFrame, laterFrame} from './picture.ts'

export const FRAMES_PER_SECOND = 25
/** Pictures from one key frame to the next. */
export const GROUP_LENGTH = 25
/** Largest RTP payload, bytes: fits an Ethernet frame with all headers. */
const MAX_PAYLOAD_BYTES = 1_400

export interface PictureGroup {
  readonly size: PictureSize
  readonly sps: Uint8Array
  readonly pps: Uint8Array
  /** NAL units of each picture; the first has the parameter sets before its key frame. */
  readonly pictures: readonly (readonly Uint8Array[])[]
  /** RTP payloads of each picture. */
  readonly payloads: readonly (readonly Uint8Array[])[]
}

export function pictureGroup(size: PictureSize): PictureGroup {
  const sps = sequenceParameterSet(size, FRAMES_PER_SECOND)
  const pps = pictureParameterSet()
  const later = Array.from({length: GROUP_LENGTH - 1}, (_, index) => [laterFrame(size, index + 1, GROUP_LENGTH)])
  const pictures = [[sps, pps, keyFrame(size)], ...later]
  const payloads = pictures.map((nals) => nals.flatMap((nal) => packetiseNal('H264', nal, MAX_PAYLOAD_BYTES)))
  return {size, sps, pps, pictures, payloads}
}

/** A shelf of groups by size, for the cameras of one simulator. */
export function pictureGroups(): (size: PictureSize) => PictureGroup {
  const shelf = new Map<string, PictureGroup>()
  return (size) => {
    const key = `${size.width}x${size.height}`
    const group = shelf.get(key) ?? pictureGroup(size)
    shelf.set(key, group)
    return group
  }
}
