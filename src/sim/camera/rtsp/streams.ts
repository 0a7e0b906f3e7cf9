/** The streams of a simulated camera: which there are, and how each describes itself. */
import {buildSdp, type Format, type SessionDescription} from '../../../protocol/sdp/sdp.ts'
import type {SimCamera} from '../camera.ts'
import {FRAMES_PER_SECOND, type PictureGroup, type SimCodec} from '../media/group.ts'
import type {PictureSize} from '../media/parameter-sets.ts'
import {SOUNDS} from '../media/sound.ts'

export const CLOCK_RATE = 90_000
/** Control attributes of picture and sound. */
export const TRACK = 'trackID=1'
export const SOUND_TRACK = 'trackID=2'
const DYNAMIC_TYPE = 96
const JPEG_PAYLOAD_TYPE = 26
const DEFAULT_SIZE: PictureSize = {width: 1280, height: 720}

export function payloadTypeOf(codec: SimCodec): number {
  return codec === 'JPEG' ? JPEG_PAYLOAD_TYPE : DYNAMIC_TYPE
}

/** The picture size of `/stream1` (main) or `/stream2` (half of it each way); undefined for another path. */
export function sizeOf(path: string, {spec}: SimCamera): PictureSize | undefined {
  const width = even(spec.width ?? DEFAULT_SIZE.width)
  const height = even(spec.height ?? DEFAULT_SIZE.height)
  const [, stream] = /^\/(stream[12])(?:[/?]|$)/.exec(path) ?? []
  if (stream === 'stream1') return {width, height}
  return stream === 'stream2' ? halfOf({width, height}) : undefined
}

/** Half the size each way. */
export function halfOf({width, height}: PictureSize): PictureSize {
  return {width: even(width / 2), height: even(height / 2)}
}

/** The description of a stream with these pictures, and of the camera's sound where it has one. */
export function describe(group: PictureGroup, {name, spec}: SimCamera): string {
  const {width, height} = group.size
  const sound = spec.stream?.audio && SOUNDS[spec.stream.audio]
  const description: SessionDescription = {
    name: name.replace(/[\r\n\0]+/g, ' '),
    control: '*',
    media: [
      {
        kind: 'video',
        formats: [videoFormat(group)],
        control: TRACK,
        frameRate: FRAMES_PER_SECOND,
        ...(group.codec === 'JPEG' ? {dimensions: [width, height] as const} : {}),
      },
      ...(sound ? [{kind: 'audio', formats: [sound.format], control: SOUND_TRACK}] : []),
    ],
  }
  return buildSdp(description, spec.address)
}

function videoFormat({codec, sets}: PictureGroup): Format {
  const base64 = sets.map((set) => Buffer.from(set).toString('base64'))
  const format = {payloadType: payloadTypeOf(codec), encoding: codec, clockRate: CLOCK_RATE}
  if (codec === 'JPEG') return {...format, parameters: []}
  if (codec === 'H265') {
    const [vps = '', sps = '', pps = ''] = base64
    const parameters = Object.entries({'sprop-vps': vps, 'sprop-sps': sps, 'sprop-pps': pps})
    return {...format, parameters}
  }
  const profile = Buffer.from(sets[0]?.subarray(1, 4) ?? [])
    .toString('hex')
    .toUpperCase()
  return {
    ...format,
    parameters: [
      ['packetization-mode', '1'],
      ['profile-level-id', profile],
      ['sprop-parameter-sets', base64.join(',')],
    ],
  }
}

function even(pixels: number): number {
  return Math.min(4096, Math.max(16, 2 * Math.round(pixels / 2)))
}
