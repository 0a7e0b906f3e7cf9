/** What was seen on one device, before anything is judged: absent means "not seen", never "fine". */
import type {SafeText} from '../../lib/safe-text.ts'
import type {BaselinePort} from './baseline.ts'

export interface PortFact extends BaselinePort {
  /** `silent`: no answer within its limit; `unasked`: this machine could not ask, or was not let. */
  readonly state: 'open' | 'refused' | 'silent' | 'unasked'
  /** First words of what answered there, safe to print. */
  readonly banner?: SafeText
  /** It spoke the protocol that its port stands for. */
  readonly confirmed?: true
}

export interface CertificateFact {
  readonly subject: SafeText
  readonly issuer: SafeText
  /** Ms since the epoch, UTC. */
  readonly notBefore: number
  readonly notAfter: number
  readonly selfSigned: boolean
  /** Why the chain is not trusted, as OpenSSL says; absent when it is. */
  readonly untrusted?: SafeText
  /** Its dates are wrong, which hides whether the chain is trusted. */
  readonly chainUnknown?: true
  /** It is for the address that was asked. */
  readonly forHost: boolean
  readonly keyType: string
  readonly keyBits: number
}

export interface TlsFact {
  readonly port: number
  readonly protocol: string
  readonly certificate?: CertificateFact
  /** Whether a handshake with at most TLS 1.1 succeeded: its version, or null when it was refused. Absent: not told apart. */
  readonly oldProtocol?: string | null
}

/** How something answered that should ask for a login first, or not be there: `closed` is as it should be, `unknown` proves nothing. */
export interface DoorFact {
  readonly state: 'open' | 'closed' | 'unknown'
  readonly detail: SafeText
}

/** What was offered for logging in. */
export interface SchemesFact {
  readonly where: SafeText
  readonly encrypted: boolean
  /** Lower case: `digest`, `basic`. */
  readonly schemes: readonly string[]
  /** Digest algorithms; MD5 where a challenge names none. */
  readonly algorithms: readonly string[]
}

export interface AuditFacts {
  /** Some port answered: there is a device. */
  readonly reached: boolean
  /** How it was reached: `http:` or `https:`. */
  readonly scheme: string
  readonly ports: readonly PortFact[]
  readonly tls: readonly TlsFact[]
  readonly schemes: readonly SchemesFact[]
  readonly rtspSchemes: readonly SchemesFact[]
  readonly rtsp?: DoorFact
  readonly onvif?: DoorFact
  readonly snapshot?: DoorFact
  readonly upnp?: DoorFact
  /** `open`: it says that it was never set up; `closed`: it answers there and does not say so. */
  readonly factory?: DoorFact
  /** Device clock minus ours, ms. */
  readonly clock?: {readonly offsetMs: number; readonly uncertaintyMs: number}
  /** What became of the login that was given; absent: none was made. */
  readonly login?: {readonly outcome: 'accepted' | 'refused' | 'not-made'; readonly detail: SafeText}
  readonly timeServers?: number
  /** Where it is said that the login given is a factory login; null: in no list; absent: no login given. */
  readonly factoryLogin?: string | null
  /** The one try of a factory login. */
  readonly defaultTry?: {
    readonly outcome: 'accepted' | 'refused' | 'not-made'
    readonly detail: SafeText
  }
}
