/** What a platform says of itself and of those below it. */
import type {Tally} from '../alarm/tally.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {OpenAlarms} from '../model/alarm.ts'
import type {DeviceKind} from '../model/device.ts'
import type {Position} from '../model/log-entry.ts'
import type {SupervisionSummary} from './contract-devices.ts'

export interface Status {
  readonly version: string
  readonly epoch: string
  /** Sequence of the last entry in the log. */
  readonly head: number
  /** Absent where the log is not kept in segments of its own. */
  readonly log?: LogStorage
  readonly startedAt: number
  readonly dc09Port: number
  /** Open alarms: `new`, `acked` and `dispatched` are all of them; the others count some of those again. */
  readonly alarms: Readonly<Record<Tally, number>>
  /** Masks that hold. */
  readonly masks: number
  /** Incidents that 110 should know of and does not, and those that it knows of without having answered. */
  readonly handoffs: {readonly open: number; readonly unanswered: number}
  readonly devices: Readonly<Record<DeviceKind, number>>
  /** On-test windows that are open. */
  readonly onTest: number
  /** Frames refused since the log began. */
  readonly refused: number
  readonly supervision: SupervisionSummary
  /** What the process itself is like; only for who sees all jurisdictions. Absent on a platform of before. */
  readonly node?: NodeStatus
}

export interface NodeStatus {
  /** The platform's clock, ms UTC. */
  readonly now: number
  readonly store: {
    readonly type: string
    /** Room that is left on its disk; absent where the platform cannot tell. */
    readonly freeBytes?: number
    readonly commits: number
    readonly writes: number
    readonly failed: number
    /** Weight of the writes that wait for the disk. */
    readonly waiting: number
  }
  readonly watchers: number
  readonly connections: number
  /** Absent: HTTP in clear. */
  readonly certificate?: {readonly fingerprint: string; readonly validTo: number}
  /** Who is asked who he is: nobody, or everybody by a token of a file, by users and tokens, or both. */
  readonly access: 'open' | 'token-file' | 'accounts' | 'accounts+token-file'
}

/** What the log takes on the disk, and how far back it goes. */
export interface LogStorage {
  /** Sequence before the oldest entry that is kept. */
  readonly floor: number
  /** Entries that retention has taken since the log began. */
  readonly dropped: number
  /** Entries that are not in a sealed segment yet. */
  readonly open: number
  readonly segments: number
  readonly segmentBytes: number
  /** Of everything else: open entries, alarms, inventory. */
  readonly databaseBytes: number
  /** Sealings and drops that failed since the start. */
  readonly failures: number
  /** Error code of the last failure, while it has not been made good. */
  readonly trouble?: string
}

export interface FederationStatus {
  readonly children: readonly ChildStatus[]
}

export interface ChildStatus {
  readonly name: string
  readonly url: string
  /** `refused`: it must not be followed; the detail says why. */
  readonly link: 'connecting' | 'live' | 'lost' | 'refused'
  /** What is in the way; '' while nothing is. */
  readonly detail: SafeText
  /** When it answered last, ms; absent: not since this platform started. */
  readonly answeredAt?: number
  /** Up to where its log is in this one; absent before the first time. */
  readonly cursor?: Position
  readonly head: number
  /** Entries that are not here yet, and how old the latest that came was when it came, ms (by both clocks). */
  readonly behind: number
  readonly lagMs?: number
  /** Open alarms of it here. */
  readonly here: OpenAlarms
  /** Open here, while it no longer has them. */
  readonly lost: number
  /** What was open there and here at one position. `isEven` false: something is missing or too much. */
  readonly check?: {
    readonly at: number
    readonly position: Position
    readonly there: OpenAlarms
    readonly here: OpenAlarms
    readonly isEven: boolean
  }
  /** Requests that it has not answered. */
  readonly requests: number
}
