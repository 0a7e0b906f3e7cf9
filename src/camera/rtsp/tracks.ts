/** Which of the streams that a camera describes are its picture and its sound, and what it declares of them. */
import {isCitywatchError} from '../../lib/errors.ts'
import {parseSps} from '../../protocol/h264/sps.ts'
import {parseHevcSps} from '../../protocol/h265/parameter-sets.ts'
import {type Format, type Media, parseSdp, type SessionDescription} from '../../protocol/sdp/sdp.ts'
import type {Declared} from '../differences.ts'
import {DeviceFailure} from '../failure.ts'

export interface VideoTrack {
  readonly codec: 'H264' | 'H265' | 'JPEG' | 'MP4V-ES'
  readonly payloadType: number
  /** Time stamp units a second. */
  readonly clockRate: number
  /** Control attribute of the medium and of the session, as they stand in the description. */
  readonly control?: string
  readonly sessionControl?: string
  /** Parameter sets from the description: SPS and PPS, in H.265 also the VPS. */
  readonly parameterSets: readonly Uint8Array[]
  /** What the description says that the pictures are like. */
  readonly declared?: Declared
}

export interface AudioTrack {
  /** Upper case: `PCMA`, `MPEG4-GENERIC`. */
  readonly codec: string
  readonly payloadType: number
  readonly clockRate: number
  readonly parameters: Format['parameters']
  readonly control?: string
}

export interface Tracks {
  readonly video: VideoTrack
  readonly audio?: AudioTrack
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
export function tracksOf(description: string): Tracks {
  const session = parseSdp(description)
  const audio = session.media.filter(({kind}) => kind === 'audio').flatMap(audioFrom)[0]
  return {video: videoFrom(session), ...(audio ? {audio} : {})}
}

function videoFrom(session: SessionDescription): VideoTrack {
  const videos = session.media.filter(({kind}) => kind === 'video')
  const [known] = videos.flatMap((media) => media.formats.flatMap((format) => trackFrom(format, media)))
  if (known) return {...known, ...(session.control === undefined ? {} : {sessionControl: session.control})}
  const kinds = session.media.map(({kind}) => kind).join(', ') || 'no media'
  const names =
    videos.flatMap(({formats}) => formats.map(({encoding}) => encoding)).join(', ') || 'in an unnamed format'
  throw new DeviceFailure('wrong-codec', videos.length > 0 ? `video is ${names}` : `describes ${kinds}, no video`)
}

function trackFrom(format: Format, media: Media): VideoTrack[] {
  const codec = CODECS.get(format.encoding)
  if (!codec) return []
  const {control} = media
  const {payloadType, clockRate} = format
  const parameterSets = setsFrom(codec, format)
  const declared = declaredBy(codec, parameterSets, media)
  return [{codec, payloadType, clockRate, parameterSets, declared, ...(control === undefined ? {} : {control})}]
}

function setsFrom(codec: VideoTrack['codec'], {parameters}: Format): Uint8Array[] {
  const named = (name: string) => parameters.find(([key]) => key === name)?.[1] ?? ''
  if (codec === 'H264') return decodeSets(named('sprop-parameter-sets'))
  return codec === 'H265' ? ['sprop-vps', 'sprop-sps', 'sprop-pps'].flatMap((name) => decodeSets(named(name))) : []
}

function decodeSets(text: string): Uint8Array[] {
  return text
    .split(',', MAX_SETS)
    .map((set) => Buffer.from(set, 'base64'))
    .filter((set) => set.length > 0)
}

function declaredBy(codec: VideoTrack['codec'], sets: readonly Uint8Array[], media: Media): Declared {
  const {frameRate, dimensions, bandwidthKbps} = media
  const [width, height] = dimensions ?? sizeIn(codec, sets) ?? []
  return {
    by: 'sdp',
    codec,
    ...(width === undefined || height === undefined ? {} : {width, height}),
    ...(frameRate === undefined ? {} : {frameRate}),
    ...(bandwidthKbps === undefined ? {} : {bitRateKbps: bandwidthKbps}),
  }
}

/** The size that the description's own parameter sets give; sets that cannot be read declare nothing. */
function sizeIn(codec: VideoTrack['codec'], sets: readonly Uint8Array[]): [number, number] | undefined {
  const parse = codec === 'H265' ? parseHevcSps : parseSps
  for (const set of sets) {
    try {
      const {width, height} = parse(set)
      return [width, height]
    } catch (error) {
      if (!isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) throw error
    }
  }
  return undefined
}

function audioFrom({formats, control}: Media): AudioTrack[] {
  const [format] = formats
  if (!format) return []
  const {encoding: codec, payloadType, clockRate, parameters} = format
  return [{codec, payloadType, clockRate, parameters, ...(control === undefined ? {} : {control})}]
}
