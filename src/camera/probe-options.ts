/** What a probe is given: the camera, the deadline, and the two keepers of its logins. */
import type {Clock} from '../lib/clock.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Credential} from '../lib/secret.ts'
import type {LoginGate} from './login-gate.ts'
import type {LoginLedger} from './login-ledger.ts'

export interface ProbeTarget {
  readonly key: string
  readonly name?: SafeText
  /** ONVIF device service URL; absent when the inventory has no address. */
  readonly xaddr?: string
  readonly credential?: Credential
}

export interface ProbeOptions {
  /** One deadline for all checks of a camera, ms. */
  readonly timeoutMs: number
  /** Clock offset beyond which a camera is sick, and beyond which it is impaired, ms. */
  readonly maxSkewMs: number
  readonly warnSkewMs: number
  readonly transport: 'auto' | 'tcp' | 'udp'
  /** How long each stream is measured after its first key frame, ms; 0 or absent: not at all. It is not part of `timeoutMs`. */
  readonly measureMs?: number
  /** Certificates (PEM) that are trusted for https:// and rtsps:// besides those that Node.js trusts. */
  readonly ca?: string
  /** Keep the first pictures' bytes for a second opinion; 0 keeps none. */
  readonly keepBytes: number
  readonly ledger: LoginLedger
  readonly gate: LoginGate
  readonly clock: Clock
  readonly signal?: AbortSignal
}
