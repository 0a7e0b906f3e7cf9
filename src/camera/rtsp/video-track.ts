/** Which of the streams that a camera describes is its picture, and whether we know its codec. */
import {type Format, parseSdp} from '../../protocol/sdp/sdp.ts'
import {DeviceFailure} from '../failure.ts'

export interface VideoTrack {
  readonly codec: 'H264' | 'H265' | 'JPEG' | 'MP4V-ES'
  readonly payloadType: number
  /** Control attribute of the medium and of the session, as they stand in the description. */
  readonly control?: string
  readonly sessionControl?: string
  /** H.264 parameter sets from the description, SPS and PPS. */
  readonly parameterSets: readonly Uint8Array[]
}

const CODECS: ReadonlyMap<string, VideoTrack['codec']> = new Map([
  ['H264', 'H264'],
  ['H265', 'H265'],
  ['HEVC', 'H265'],
  ['JPEG', 'JPEG'],
  ['MP4V-ES', 'MP4V-ES'],
])
const MAX_SETS = 8

/** Throws DeviceFailure `wrong-codec` (no picture, or one in a codec we do not know) and CW_PROTOCOL_REMOTE. */
export function videoTrack(description: string): VideoTrack {
  const session = parseSdp(description)
  const videos = session.media.filter(({kind}) => kind === 'video')
  const known = videos.flatMap(({formats, control}) => formats.flatMap((format) => trackFrom(format, control)))
  if (known[0]) return {...known[0], ...(session.control === undefined ? {} : {sessionControl: session.control})}
  const kinds = session.media.map(({kind}) => kind).join(', ') || 'no media'
  const names =
    videos.flatMap(({formats}) => formats.map(({encoding}) => encoding)).join(', ') || 'in an unnamed format'
  throw new DeviceFailure('wrong-codec', videos.length > 0 ? `video is ${names}` : `describes ${kinds}, no video`)
}

function trackFrom({encoding, payloadType, parameters}: Format, control: string | undefined): VideoTrack[] {
  const codec = CODECS.get(encoding)
  if (!codec) return []
  const sets = parameters.find(([name]) => name === 'sprop-parameter-sets')?.[1] ?? ''
  const parameterSets = codec === 'H264' ? decodeSets(sets) : []
  return [{codec, payloadType, parameterSets, ...(control === undefined ? {} : {control})}]
}

function decodeSets(text: string): Uint8Array[] {
  return text
    .split(',', MAX_SETS)
    .map((set) => Buffer.from(set, 'base64'))
    .filter((set) => set.length > 0)
}
