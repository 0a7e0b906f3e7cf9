/** What a probe found out about one camera. A dead camera is data, never an exception. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Cause, CheckName} from './cause.ts'

export interface Check {
  readonly name: CheckName
  /** `skipped`: not made because an earlier check failed. Never to be read as good. */
  readonly status: 'ok' | 'warn' | 'fail' | 'skipped'
  readonly cause?: Cause
  /** What was measured or seen, for a person: `clock 7200 s behind`. */
  readonly detail?: SafeText
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
  readonly width?: number
  readonly height?: number
  readonly transport: 'tcp' | 'udp'
  /** PLAY to first RTP packet and to first key frame, ms. */
  readonly firstPacketMs?: number
  readonly firstKeyFrameMs?: number
  readonly packets: number
  /** Packets missing in the sequence. */
  readonly lost: number
}

/**
 * `healthy`: every check passed. `impaired`: plays, with a warning. `sick`: answers, but does not do its work. `dead`: no
 * answer. `unknown`: could not be judged (no address, login withheld); never to be read as good.
 */
export type Verdict = 'healthy' | 'impaired' | 'sick' | 'dead' | 'unknown'

export const VERDICTS: readonly Verdict[] = ['healthy', 'impaired', 'sick', 'dead', 'unknown']

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
  /** Absent only when healthy. */
  readonly cause?: Cause
  readonly checks: readonly Check[]
  readonly identity?: Identity
  /** Device clock minus ours, ms, with the uncertainty of the measurement. */
  readonly clockOffsetMs?: number
  readonly clockUncertaintyMs?: number
  readonly stream?: StreamFacts
  /** Plain texts drawn over the picture; absent when the camera was not asked or does not tell. */
  readonly osd?: readonly SafeText[]
  /** Days from its oldest to its newest recording; absent as above. Holes between them are not seen. */
  readonly retentionDays?: number
  /** Ms since the epoch, UTC. */
  readonly at: number
  readonly durationMs: number
}
