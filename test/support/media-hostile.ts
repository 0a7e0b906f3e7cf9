/** Everything that reads media of a camera, asked with one input: each must give a value, nothing, or the named error. */
import {DeviceFailure} from '../../src/camera/failure.ts'
import {KeyFrameWatch} from '../../src/camera/rtsp/key-frame.ts'
import {SoundWatch} from '../../src/camera/rtsp/sound.ts'
import {tracksOf} from '../../src/camera/rtsp/tracks.ts'
import {parseSps} from '../../src/protocol/h264/sps.ts'
import {parseHevcPps, parseHevcSps, parseHevcVps} from '../../src/protocol/h265/parameter-sets.ts'
import {parseJpegPayload} from '../../src/protocol/mjpeg/payload.ts'
import {auSizes} from '../../src/protocol/rtp/audio-payload.ts'
import {parseSenderReport} from '../../src/protocol/rtp/sender-report.ts'
import {valueOrRemoteError} from './codec.ts'
import type {MediaInput} from './media-inputs.ts'

export interface MediaTally {
  inputs: number
  keyFrames: number
  sizes: number
  descriptions: number
  reports: number
  sounds: number
  sets: number
}

export const emptyMediaTally = (): MediaTally => ({
  ...{inputs: 0, keyFrames: 0, sizes: 0, descriptions: 0, reports: 0, sounds: 0, sets: 0},
})

const START = 1_000_000

/** Adds to the tally; throws what no camera may cause. */
export function askMedia({codec, packets, pieces}: MediaInput, tally: MediaTally): void {
  tally.inputs += 1
  stream(codec, packets, tally)
  const asked = (parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array) => {
    const value = valueOrRemoteError(() => parse(bytes))
    return value !== undefined && value !== 'remote error'
  }
  const parsers = [parseSps, parseHevcVps, parseHevcSps, parseHevcPps]
  if (parsers.map((parse) => asked(parse, pieces.set)).includes(true)) tally.sets += 1
  asked(parseJpegPayload, pieces.set)
  if (asked(auSizes, pieces.sound)) tally.sounds += 1
  if (asked(parseSenderReport, pieces.report)) tally.reports += 1
  const text = Buffer.from(pieces.description).toString('utf8')
  const tracks = valueOrFailure(() => tracksOf(text))
  if (!tracks) return
  tally.descriptions += 1
  if (!tracks.audio) return
  const sound = new SoundWatch(tracks.audio)
  for (const [index, packet] of packets.entries()) sound.receive(packet, START + index)
  sound.measured()
}

function stream(codec: MediaInput['codec'], packets: readonly Uint8Array[], tally: MediaTally): void {
  const watch = new KeyFrameWatch({codec, payloadType: 96, clockRate: 90_000, parameterSets: []}, START)
  for (const [index, packet] of packets.entries()) watch.receive(packet, START + index * 10)
  if (watch.done) tally.keyFrames += 1
  const found = valueOrFailure(() => watch.found('tcp', 1_000_000))
  if (found?.facts.width !== undefined) tally.sizes += 1
  const numbers = watch.measured(START + 1_000)
  for (const [name, value] of Object.entries(numbers ?? {})) {
    if (!Number.isFinite(value) || value < 0) throw new Error(`${name} is ${value}`)
  }
}

function valueOrFailure<T>(work: () => T): T | undefined {
  try {
    const value = valueOrRemoteError(work)
    return value === 'remote error' ? undefined : value
  } catch (error) {
    if (error instanceof DeviceFailure) return undefined
    throw error
  }
}
