/** What watching a stream is asked for and what it finds. */
import type {Clock} from '../../lib/clock.ts'
import type {StreamFacts} from '../../model/probe.ts'

export interface WatchOptions {
  /** Total deadline from dialling to the key frame, ms. */
  readonly timeoutMs: number
  /** `auto`: TCP, and UDP where the camera refuses TCP (461, 501). */
  readonly transport: 'tcp' | 'udp' | 'auto'
  /** Keep at most so many bytes of the first picture; whole units only. 0 or absent keeps none. */
  readonly keepBytes?: number
  /** Asked once, before a credential goes out. False: the camera is left alone. */
  mayLogin(): boolean
  /** Told when the camera has judged the credential. */
  loginResult(ok: boolean): void
  readonly clock: Clock
  readonly signal?: AbortSignal
}

export interface StreamWatch {
  readonly facts: StreamFacts
  /** The first key frame with its parameter sets as an H.264 or H.265 byte stream. */
  readonly annexB?: Buffer
}
