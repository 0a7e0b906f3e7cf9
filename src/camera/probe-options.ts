/** What a probe is given: the camera, the deadline, and the two keepers of its logins. */
import type {SecureContext} from 'node:tls'
import type {Clock} from '../lib/clock.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Credential} from '../lib/secret.ts'
import type {ProbeLevel} from '../model/probe.ts'
import type {LoginGate} from './login-gate.ts'
import type {LoginLedger} from './login-ledger.ts'
import type {Limit} from './probe-limits.ts'
import type {Evidence} from './witness.ts'

export interface ProbeTarget {
  readonly key: string
  readonly name?: SafeText
  /** ONVIF device service URL; absent when the inventory has no address. */
  readonly xaddr?: string
  readonly credential?: Credential
}

export interface ProbeOptions {
  /** How far to ask; absent: `stream`. */
  readonly level?: ProbeLevel
  /** Limits that a camera is held against; one that is not kept makes it impaired. */
  readonly limits?: readonly Limit[]
  /** Opened for each camera that is asked; a camera that was dead at the knock gives no evidence. */
  readonly evidence?: (target: ProbeTarget) => Evidence
  /** One deadline for all checks of a camera, ms. */
  readonly timeoutMs: number
  /** Clock offset beyond which a camera is sick, and beyond which it is impaired, ms. */
  readonly maxSkewMs: number
  readonly warnSkewMs: number
  readonly transport: 'auto' | 'tcp' | 'udp'
  /** How long a deep probe measures the stream after its first key frame, ms; absent: 5 s. It is not part of `timeoutMs`. */
  readonly measureMs?: number
  /** Whose certificates count for https:// and rtsps://; absent: those that Node.js trusts. */
  readonly trust?: SecureContext
  /** Keep the first pictures' bytes for a second opinion; 0 keeps none. */
  readonly keepBytes: number
  /** Ask for the overlay and the days of recordings too; what a camera does not tell is no failure. */
  readonly askMore?: boolean
  readonly ledger: LoginLedger
  readonly gate: LoginGate
  readonly clock: Clock
  readonly signal?: AbortSignal
}
