/** What a simulated camera streams, and the ways in which its stream can be wrong: its ONVIF side is not affected. */
import type {SimCodec} from './group.ts'
import type {SimAudio} from './sound.ts'

export const STREAM_FAULTS = {
  'udp-only': 'answers 461 to every SETUP over TCP',
  'tcp-only': 'answers 461 to every SETUP over UDP',
  'basic-only': 'asks for a login in Basic and takes no other',
  'wrong-sdp': 'describes a stream of half the size that it sends',
  'mid-group': 'begins anywhere between two key frames, as an encoder that waits for nobody',
  stops: 'sends pictures for three seconds and then none',
  'changes-size': 'goes on with pictures of half the size after a second',
  slow: 'sends half as many pictures a second as it declares',
  loss: 'loses every 20th packet',
  reordered: 'sends every 10th packet after the one behind it',
  doubled: 'sends every 10th packet twice',
} as const

export type StreamFaultName = keyof typeof STREAM_FAULTS

export interface StreamSpec {
  /** H264 where absent. */
  readonly codec?: SimCodec
  /** Absent: no sound. */
  readonly audio?: SimAudio
  readonly fault?: StreamFaultName
  /** PEM texts: the RTSP port speaks TLS then (rtsps://). */
  readonly tls?: {readonly cert: string; readonly key: string}
}

/** How long a camera that `stops` sends, ms. */
export const STOPS_AFTER_MS = 3_000
