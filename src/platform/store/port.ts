/** What the platform needs of a store: a durable log, the alarms and the inventory that follow from it. */
import type {Tally} from '../../alarm/tally.ts'
import type {DeviceKind} from '../../model/device.ts'
import type {Handoff} from '../../model/handoff.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {LogEntry} from '../../model/log-entry.ts'
import type {Mask} from '../../model/mask.ts'
import type {OnTestWindow} from '../../model/on-test.ts'
import type {Priority} from '../../model/signal.ts'
import type {LogStorage} from '../contract.ts'
import type {Json} from '../json.ts'
import type {By} from './behalf.ts'
import type {AdoptWrite, AnswerWrite, ChildState, ChildTally, ResyncWrite} from './child.ts'
import type {Peers} from './peers.ts'
import type {AccessBook, AccessStore, AuditPageRequest, AuditRows} from './port-access.ts'
import type {
  AccountPageRequest,
  AccountRows,
  AlarmBook,
  AlarmPageRequest,
  AlarmRows,
  HandoffBook,
  MaskBook,
  TestBook,
} from './port-alarms.ts'
import type {
  DevicePageRequest,
  DeviceRows,
  Inventory,
  MissingPageRequest,
  MissingRows,
  SupervisionBook,
} from './port-devices.ts'
import type {JobPageRequest, JobRows, TaskPageRequest, TaskRows, WorkQueue} from './port-jobs.ts'

export type * from './port-access.ts'
export type * from './port-alarms.ts'
export type * from './port-devices.ts'
export type * from './port-jobs.ts'

/** One line of the log as it is kept. */
export interface LogRow {
  readonly seq: number
  /** Ms since the epoch, UTC. */
  readonly at: number
  /** What kind of change it tells of: `alarm.raised`, `signal.logged`, `frame.refused` … */
  readonly type: string
  /** What it is about: `alarm/12`. */
  readonly subject: string
  readonly entry: Json<LogEntry>
}

/** Append-only, dense: the row after n is n + 1. A driver may keep it in segments and drop the oldest. */
export interface EventLog {
  /** Names this log's life. */
  readonly epoch: string
  /** Sequence of the last durable row that followers were told of, 0 when there is none. What is read may be ahead of it. */
  head(): number
  /** Sequence before the oldest row that is still kept: readers behind it need a new snapshot. */
  floor(): Promise<number>
  /** Whether the log can be read on after `seq`: every row from there on is kept, and it has come that far. */
  reaches(seq: number): Promise<boolean>
  /** Rows after a sequence, oldest first; at most `limit`, fewer when they are large. Rejects with CW_IO, and with CW_CONFLICT when the next row is gone. */
  read(after: number, limit: number): Promise<readonly LogRow[]>
  /** Tells of every durable row once, in order. Returns the way to stop. */
  follow(listener: (rows: readonly LogRow[]) => void): () => void
}

export interface Counts {
  readonly alarms: Readonly<Record<Tally, number>>
  readonly masks: number
  readonly handoffs: {readonly open: number; readonly unanswered: number}
  readonly devices: Readonly<Record<DeviceKind, number>>
  readonly onTest: number
  readonly refused: number
}

/** What the writer has done since it was opened. */
export interface CommitStats {
  /** Transactions that are on the disk, and writes in all of them. */
  readonly count: number
  readonly sum: number
  /** Transactions that the disk refused. */
  readonly failed: number
  /** How many transactions had at most so many writes, by rising bound. */
  readonly upTo: readonly (readonly [bound: number, commits: number])[]
  /** Weight of the writes that wait. */
  readonly waiting: number
}

/** What is asked of a store while it writes: each answer is one consistent picture. All reject with CW_IO. */
interface Pages {
  alarms(page: AlarmPageRequest): Promise<AlarmRows>
  devices(page: DevicePageRequest): Promise<DeviceRows>
  /** By kind, jurisdiction and name. Rejects with CW_BAD_VALUE for a cursor that is none. */
  missing(page: MissingPageRequest): Promise<MissingRows>
  /** By id. */
  jobs(page: JobPageRequest): Promise<JobRows>
  /** By number within the job. */
  tasks(page: TaskPageRequest): Promise<TaskRows>
  /** Sequence of the log entry with the alarm's latest change; 0: nobody knows; undefined: no such alarm. */
  lastChange(alarm: number): Promise<number | undefined>
  onTestWindows(page: AccountPageRequest): Promise<AccountRows<OnTestWindow>>
  masks(page: AccountPageRequest): Promise<AccountRows<Mask>>
  handoffs(page: AccountPageRequest): Promise<AccountRows<Handoff>>
  counts(): Promise<Counts>
  /** Open alarms that pass, and the sequence of the log that this is true for. */
  openAlarms(filter: AlarmFilter): Promise<ChildTally>
  /** What rules keep under a kind, by key in byte order, after one; at most `limit`. */
  kept(kind: string, after: string, limit: number): Promise<readonly Kept[]>
}

export interface AlarmFilter {
  readonly jurisdiction?: Jurisdiction
  readonly priority?: Priority
}

export interface Kept {
  readonly key: string
  readonly text: string
}

/** What the platforms below told, and what was asked of them. */
interface ChildBook {
  /** Entries, alarms and cursor in one. Rejects with CW_CONFLICT (another cursor), CW_DISK_FULL, CW_IO. */
  adopt(write: AdoptWrite): Promise<ChildState>
  /** Rejects as `adopt` does. */
  resync(write: ResyncWrite): Promise<ChildState>
  /** What a child made of a request; a repeat changes nothing. Rejects with CW_DISK_FULL, CW_IO. */
  answer(write: AnswerWrite): Promise<void>
}

export interface StoreWrites
  extends AlarmBook,
    MaskBook,
    HandoffBook,
    TestBook,
    Inventory,
    SupervisionBook,
    ChildBook,
    AccessBook,
    WorkQueue {
  /** Resolves once a trial write is durable; it leaves no trace. Rejects with CW_DISK_FULL, CW_IO. */
  tryWrite(): Promise<void>
}

/** Where several platforms share one store, one of them keeps time for all: what falls due by the clock happens once. */
interface Lead {
  /** Whether this one keeps time now. */
  leads(): boolean
  /** Told when it begins and when it ceases to. Returns the way to stop. */
  followLead(listener: (leads: boolean) => void): () => void
}

export interface Store extends EventLog, StoreWrites, Pages, Lead, AccessStore {
  by(by: By): StoreWrites
  /** Lines by number. Rejects with CW_IO. */
  auditLines(page: AuditPageRequest): Promise<AuditRows>
  /** What `counts` says, of one subtree. Rejects with CW_IO. */
  countsWithin(within: Jurisdiction): Promise<Counts>
  /** Absent where one platform at a time has the store. */
  readonly peers?: Peers
  /** Absent where the store does not keep its log in segments. */
  readonly storage?: () => Promise<LogStorage>
  commits(): CommitStats
  /** Writes what is queued, then releases the files. */
  close(): Promise<void>
}
