/** What a probe found out about one camera. A dead camera is data, never an exception. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Cause, CheckName} from './cause.ts'

export interface Check {
  readonly name: CheckName
  /** `skipped`: not made because an earlier check failed, or not asked for. Never to be read as good. */
  readonly status: 'ok' | 'warn' | 'fail' | 'skipped'
  readonly cause?: Cause
  /** What was measured or seen, for a person: `clock 7200 s behind`. */
  readonly detail?: SafeText
  /** Logins that the camera says are left before it locks; absent where it does not say. */
  readonly attemptsLeft?: number
  readonly durationMs: number
}

export interface Identity {
  /** Every field as the device spelled it: `1.10` stays `1.10`. */
  readonly manufacturer: SafeText
  readonly model: SafeText
  readonly firmware: SafeText
  readonly serial: SafeText
}

export interface StreamFacts {
  readonly codec: SafeText
  /** Of the parameter sets: `High`, `Main 10`. */
  readonly profile?: SafeText
  readonly width?: number
  readonly height?: number
  readonly transport: 'tcp' | 'udp'
  /** Present when the conversation was in TLS (rtsps://). Packets over UDP are in the clear all the same. */
  readonly secure?: true
  /** PLAY to first RTP packet and to first key frame, ms. */
  readonly firstPacketMs?: number
  readonly firstKeyFrameMs?: number
  readonly packets: number
  /** Packets missing in the sequence. */
  readonly lost: number
  /** What the pictures showed after the first key frame; absent when nothing was measured beyond it. */
  readonly measured?: MeasuredStream
  /** Absent when the camera describes no sound, or it was not asked for. */
  readonly audio?: MeasuredAudio
  /** Where what it sends is not what it declares; absent when nothing was found. */
  readonly differences?: readonly StreamDifference[]
}

/** Numbers of the time from the first key frame on. A number that could not be measured is absent, never 0. */
export interface MeasuredStream {
  /** First key frame to the end of the measurement, ms. */
  readonly forMs: number
  readonly pictures: number
  /** Pictures of which packets were missing. */
  readonly damaged: number
  /** Pictures a second, by their time stamps. */
  readonly frameRate?: number
  /** From one key frame to the next, the longest that was seen: ms, and pictures. */
  readonly keyFrameIntervalMs?: number
  readonly keyFrameIntervalPictures?: number
  /** Bits of RTP payload a second. */
  readonly bitRate?: number
  /** Interarrival jitter (RFC 3550 §6.4.1), ms. */
  readonly jitterMs: number
  /** Longest time in which no picture was finished, ms. */
  readonly longestGapMs: number
  /** Packets that came after a later one, and that came twice. */
  readonly reordered: number
  readonly duplicates: number
  /** The clock of the camera's sender reports minus ours, ms; the way of the packet is in it. Absent: it sent none. */
  readonly clockOffsetMs?: number
}

export interface MeasuredAudio {
  readonly codec: SafeText
  /** As described, samples a second. */
  readonly clockRate: number
  readonly packets: number
  readonly lost: number
  /** Samples a second that came; absent when too few came, or in a coding whose samples are not counted here. */
  readonly sampleRate?: number
}

export interface StreamDifference {
  readonly what: 'codec' | 'size' | 'frame-rate' | 'bit-rate' | 'key-frame-interval'
  /** Who declared it: the ONVIF profile, or the stream's own description. */
  readonly by: 'onvif' | 'sdp'
  /** For a person: `1280×720`, `25/s`. */
  readonly declared: SafeText
  readonly measured: SafeText
}

/**
 * `healthy`: every check passed. `answers`: what was asked for passed, maybe with a warning, but its picture was not asked for.
 * `impaired`: does its work, with a warning. `sick`: answers, but does not do its work. `dead`: no answer. `unknown`: could
 * not be judged (no address, login withheld); never to be read as good.
 */
export type Verdict = 'healthy' | 'answers' | 'impaired' | 'sick' | 'dead' | 'unknown'

export const VERDICTS: readonly Verdict[] = ['healthy', 'answers', 'impaired', 'sick', 'dead', 'unknown']

/** How far a probe goes; each level makes the checks of those before it. */
export type ProbeLevel = 'reach' | 'identity' | 'stream' | 'deep'

export const PROBE_LEVELS: readonly ProbeLevel[] = ['reach', 'identity', 'stream', 'deep']

/** What a limit is about. `answer`: ms of the first answer. `loss`: parts of a hundred. Times in ms, `frame-rate` a second. */
export type Metric = 'answer' | 'clock' | 'key-frame' | 'gap' | 'jitter' | 'loss' | 'frame-rate' | 'bit-rate'

/** One measured value against the limit that was asked for. */
export interface Judgement {
  readonly metric: Metric
  /** Absent: it was not measured, so the limit is not met either. */
  readonly measured?: number
  /** `lt`: less than; `le`: at most; `ge`: at least. */
  readonly op: 'lt' | 'le' | 'ge'
  readonly limit: number
  readonly met: boolean
  /** Who says so: a norm's clause, a profile value, or the command line. */
  readonly source: SafeText
}

/** What of a report another system is told. */
export interface ProbeVerdict {
  /** Inventory key. */
  readonly camera: string
  readonly verdict: Verdict
  readonly cause?: Cause
  readonly detail?: SafeText
  /** When it was asked, ms since the epoch, UTC. */
  readonly at: number
}

export interface ProbeReport {
  /** Inventory key, or host:port of a target that is not in the inventory. */
  readonly camera: string
  readonly name?: SafeText
  /** Address probed; absent when the inventory has none. */
  readonly xaddr?: string
  readonly verdict: Verdict
  /** Absent only when healthy, or answering without a warning. */
  readonly cause?: Cause
  /** How far it was asked; absent: `stream`. */
  readonly level?: ProbeLevel
  readonly checks: readonly Check[]
  readonly identity?: Identity
  /** Device clock minus ours, ms, with the uncertainty of the measurement. */
  readonly clockOffsetMs?: number
  readonly clockUncertaintyMs?: number
  readonly stream?: StreamFacts
  /** Limits that it was held against; absent when there were none. */
  readonly judgements?: readonly Judgement[]
  /** Folder in which the evidence of this probe lies, relative to the one that was asked for. */
  readonly evidence?: string
  /** Plain texts drawn over the picture; absent when the camera was not asked or does not tell. */
  readonly osd?: readonly SafeText[]
  /** Days from its oldest to its newest recording; absent as above. Holes between them are not seen. */
  readonly retentionDays?: number
  /** Ms since the epoch, UTC. */
  readonly at: number
  readonly durationMs: number
}
