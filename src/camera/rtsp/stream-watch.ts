/** What watching a stream is asked for and what it finds. */
import type {SecureContext} from 'node:tls'
import type {Clock} from '../../lib/clock.ts'
import type {StreamFacts} from '../../model/probe.ts'
import type {Declared} from '../differences.ts'

export interface WatchOptions {
  /** Deadline from dialling to the key frame, ms. */
  readonly timeoutMs: number
  /** How long the stream is measured after its first key frame, ms; 0 or absent: it is left at once. */
  readonly measureMs?: number
  /** `auto`: TCP, and UDP where the camera refuses TCP (461, 501). */
  readonly transport: 'tcp' | 'udp' | 'auto'
  /** Keep at most so many bytes of the first picture; whole units only. 0 or absent keeps none. */
  readonly keepBytes?: number
  /** Whose certificates count for rtsps://; absent: those that Node.js trusts. */
  readonly trust?: SecureContext
  /** Asked once, before a credential goes out. False: the camera is left alone. */
  mayLogin(): boolean
  /** Told the session description as it came. */
  described?(sdp: Uint8Array): void
  /** Told when the camera has judged the credential. */
  loginResult(ok: boolean): void
  readonly clock: Clock
  readonly signal?: AbortSignal
}

export interface StreamWatch {
  readonly facts: StreamFacts
  /** What the session description says of the pictures. */
  readonly declared?: Declared
  /** The first key frame: an H.264 or H.265 byte stream with its parameter sets, or a JPEG file. */
  readonly picture?: Buffer
  /** Pictures came and then stopped while they were measured: how, for a person. */
  readonly stopped?: string
}
