/** The streams of a simulated camera: which there are, and how each describes itself. */
import {buildSdp, type SessionDescription} from '../../../protocol/sdp/sdp.ts'
import type {SimCamera} from '../camera.ts'
import type {PictureGroup} from '../media/group.ts'
import type {PictureSize} from '../media/parameter-sets.ts'

export const PAYLOAD_TYPE = 96
export const CLOCK_RATE = 90_000
export const TRACK = 'trackID=1'
const DEFAULT_SIZE: PictureSize = {width: 1280, height: 720}

/** The picture size of `/stream1` (main) or `/stream2` (half of it each way); undefined for another path. */
export function sizeOf(path: string, {spec}: SimCamera): PictureSize | undefined {
  const width = even(spec.width ?? DEFAULT_SIZE.width)
  const height = even(spec.height ?? DEFAULT_SIZE.height)
  const [, stream] = /^\/(stream[12])(?:[/?]|$)/.exec(path) ?? []
  if (stream === 'stream1') return {width, height}
  return stream === 'stream2' ? {width: even(width / 2), height: even(height / 2)} : undefined
}

export function describe({sps, pps}: PictureGroup, {name, spec}: SimCamera): string {
  const profile = Buffer.from(sps.subarray(1, 4)).toString('hex').toUpperCase()
  const sets = [sps, pps].map((set) => Buffer.from(set).toString('base64')).join(',')
  const description: SessionDescription = {
    name: name.replace(/[\r\n\0]+/g, ' '),
    control: '*',
    media: [
      {
        kind: 'video',
        formats: [
          {
            payloadType: PAYLOAD_TYPE,
            encoding: 'H264',
            clockRate: CLOCK_RATE,
            parameters: [
              ['packetization-mode', '1'],
              ['profile-level-id', profile],
              ['sprop-parameter-sets', sets],
            ],
          },
        ],
        control: TRACK,
      },
    ],
  }
  return buildSdp(description, spec.address)
}

function even(pixels: number): number {
  return Math.min(4096, Math.max(16, 2 * Math.round(pixels / 2)))
}
