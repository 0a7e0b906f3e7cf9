/** What the platform needs of a store: a durable log, the alarms and the inventory that follow from it. */
import type {HandoverRecord} from '../../alarm/handoff.ts'
import type {OnTestExtension, OnTestStart} from '../../alarm/on-test.ts'
import type {ScreenState} from '../../alarm/screen-state.ts'
import type {Tally} from '../../alarm/tally.ts'
import type {SafeText} from '../../lib/safe-text.ts'
import type {Alarm, AlarmChange} from '../../model/alarm.ts'
import type {CameraEvent} from '../../model/camera-event.ts'
import type {AskedLogin, LoginAnswer, SettledLogin} from '../../model/camera-login.ts'
import type {Device, DeviceKind} from '../../model/device.ts'
import type {EventOrigin, ForeignEvent} from '../../model/foreign-event.ts'
import type {Handoff} from '../../model/handoff.ts'
import type {Job, JobKind, JobWork, LeasedTask, LeaseId, Task, TaskTarget} from '../../model/job.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {LogEntry} from '../../model/log-entry.ts'
import type {Mask} from '../../model/mask.ts'
import type {OnTestWindow} from '../../model/on-test.ts'
import type {ProbeVerdict} from '../../model/probe.ts'
import type {Schedule, Turn} from '../../model/schedule.ts'
import type {CodeMeaning, Priority, Signal} from '../../model/signal.ts'
import type {MissingDevice, SupervisionChange, WatchedId, WatchedKind} from '../../model/supervision.ts'
import type {AccessRecord} from '../access/records.ts'
import type {KeptLine} from '../audit/line.ts'
import type {
  AckRequest,
  AlarmActRequest,
  DeviceBatch,
  DeviceBatchResult,
  HandoffAnswer,
  HandoffDrop,
  LogStorage,
  MaskEnd,
  MaskRequest,
  OnTestEnd,
  Visibility,
} from '../contract.ts'
import type {Json} from '../json.ts'
import type {By} from './behalf.ts'
import type {AccessWrite} from './book/access.ts'
import type {AdoptWrite, AnswerWrite, ChildState, ChildTally, ResyncWrite} from './child.ts'

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

export interface SignalWrite {
  readonly at: number
  readonly signal: Signal
  /**
   * A SHA-256 in base64url of what tells the panel's message from its others; the same one again within a minute is a
   * repetition and leaves no second row, whichever process took the first. Absent: it did not come from a panel itself.
   */
  readonly message?: string
  readonly meaning: CodeMeaning
  readonly raises: boolean
  /** Store signals of accounts that no panel has, as unrouted. */
  readonly acceptUnknown: boolean
}

/** One event of a batch: to be kept, or a signal that it brought. */
export type EventItem =
  | {
      readonly type: 'event'
      readonly event: ForeignEvent
      /** Characters that it has as JSON. */
      readonly chars: number
    }
  | {readonly type: 'signal'; readonly via: EventOrigin; readonly write: SignalWrite}
  | {readonly type: 'probe'; readonly via: EventOrigin; readonly write: ProbeWrite}

export interface EventsWrite {
  readonly at: number
  readonly items: readonly EventItem[]
}

export interface EventsResult {
  /** Sequence up to which the log holds all of them. */
  readonly seq: number
  readonly stored: number
  /** Those that were there already, told by source and id. */
  readonly repeated: number
}

/** `unknown-account`, `unknown-camera`: nothing is stored, for the sake of the item at `index`. */
export type EventsOutcome =
  | {readonly type: 'stored'; readonly result: EventsResult}
  | {readonly type: 'unknown-account' | 'unknown-camera'; readonly index: number}

/** What a camera of the inventory tells of itself. */
export interface CameraWrite {
  readonly at: number
  readonly event: CameraEvent
  /** Whether it may start an alarm; else it is only logged. */
  readonly raises: boolean
}

/** `unchanged`: it was known already, nothing is written. `logged`: written without an alarm. */
export type CameraOutcome = AlarmChange | 'logged' | 'unchanged' | 'unknown-camera'

/** What a probe found. */
export interface ProbeWrite {
  readonly at: number
  readonly report: ProbeVerdict
  /** Verdicts in a row that it takes to change the camera's state. */
  readonly after: number
}

export interface RefusalWrite {
  readonly at: number
  readonly from: SafeText
  readonly reason: SafeText
  /** Frames that this entry stands for. */
  readonly frames: number
}

/** Alarms follow from the log; they change in the same transaction as it. */
interface AlarmBook {
  /** Resolves when durable. Rejects with CW_DISK_FULL or CW_IO: then nothing is kept. */
  signal(write: SignalWrite): Promise<'stored' | 'unknown-account'>
  /** All or nothing, each source and id once. Resolves when durable. Rejects with CW_DISK_FULL or CW_IO. */
  events(write: EventsWrite): Promise<EventsOutcome>
  refusal(write: RefusalWrite): Promise<void>
  /** Resolves when durable. Rejects with CW_DISK_FULL or CW_IO: then nothing is kept. */
  camera(write: CameraWrite): Promise<CameraOutcome>
  /** Rejects with CW_CONFLICT, CW_BAD_VALUE (no such alarm), CW_DISK_FULL, CW_IO. */
  acknowledge(request: AckRequest, at: number): Promise<Json<Alarm>>
  /** Rejects with CW_CONFLICT, CW_BAD_VALUE, CW_DISK_FULL, CW_IO. */
  act(request: AlarmActRequest, at: number): Promise<Json<Alarm>>
}

export interface AlarmPageRequest {
  readonly after: number
  readonly limit: number
  /** Closed ones too. */
  readonly all: boolean
  /** Only those of this subtree; absent or '': all. */
  readonly jurisdiction?: Jurisdiction
  /** Only those that every one of these fits. */
  readonly state?: ScreenState
  readonly visibility?: Visibility
  readonly priority?: Priority
  readonly unrouted?: true
}

/** Changes of one alarm, newest first. */
export interface AlarmLogRequest {
  readonly id: number
  /** Only those before this sequence; absent: from the newest on. */
  readonly before?: number
  readonly limit: number
}

export interface AlarmRows {
  /** Sequence of the log that the rows are true for. */
  readonly head: number
  readonly rows: readonly Json<Alarm>[]
  /** Id of the last row; absent when no more follow. */
  readonly next?: number
}

/** Masks follow from the log too; they and the alarms under them change in the same transaction as it. */
interface MaskBook {
  /** Rejects with CW_BAD_VALUE (no such place, too long), CW_DISK_FULL, CW_IO. */
  startMask(request: MaskRequest, at: number): Promise<Json<Mask>>
  /** Rejects with CW_BAD_VALUE (no such mask), CW_DISK_FULL, CW_IO. */
  endMask(request: MaskEnd, at: number): Promise<Json<Mask>>
  /** Ends what is due by `at`. Resolves with when something is due next; undefined: nothing is. */
  passMaskTime(at: number): Promise<number | undefined>
}

/** Hand-overs to 110; proposed in the same transaction as the alarm that gives the ground. All reject with CW_DISK_FULL, CW_IO. */
interface HandoffBook {
  /** Rejects with CW_CONFLICT (told before, changed since), CW_BAD_VALUE (no such alarm). */
  handOver(record: HandoverRecord, at: number): Promise<Json<Handoff>>
  /** Rejects with CW_CONFLICT, CW_BAD_VALUE (no such hand-over). */
  answerHandoff(request: HandoffAnswer, at: number): Promise<Json<Handoff>>
  /** Rejects with CW_CONFLICT, CW_BAD_VALUE (no such hand-over). */
  dropHandoff(request: HandoffDrop, at: number): Promise<Json<Handoff>>
}

/** On-test windows follow from the log too; they change in the same transaction as it. */
interface TestBook {
  /** Rejects with CW_CONFLICT, CW_BAD_VALUE (no such account, too long), CW_DISK_FULL, CW_IO. */
  startOnTest(write: OnTestStartWrite): Promise<Json<OnTestWindow>>
  /** Rejects with CW_CONFLICT (it is over), CW_BAD_VALUE (no such window, too long), CW_DISK_FULL, CW_IO. */
  extendOnTest(write: OnTestExtendWrite): Promise<Json<OnTestWindow>>
  /** Rejects with CW_BAD_VALUE (no such window), CW_DISK_FULL, CW_IO. */
  endOnTest(request: OnTestEnd, at: number): Promise<Json<OnTestWindow>>
  /** Ends and warns of what is due by `at`. Resolves with when something is due next; undefined: nothing is open. */
  passOnTestTime(at: number): Promise<number | undefined>
}

export interface OnTestStartWrite {
  readonly at: number
  readonly request: OnTestStart
  /** Longest time that a window may have, ms. */
  readonly maxMs: number
  /** Also accounts that no panel has. */
  readonly acceptUnknown: boolean
}

export interface OnTestExtendWrite {
  readonly at: number
  readonly request: OnTestExtension
  readonly maxMs: number
}

/** Rows of one account or of all. */
export interface AccountPageRequest {
  readonly account?: string
  /** Only those of this subtree; absent or '': all. */
  readonly jurisdiction?: Jurisdiction
  /** Also those that are over: ended, answered. */
  readonly all: boolean
  readonly after: number
  readonly limit: number
}

export interface AccountRows<State> {
  readonly rows: readonly Json<State>[]
  readonly next?: number
}

interface Inventory {
  /** All or nothing. Rejects with CW_CONFLICT (changed since `base`, or one account on two panels), CW_DISK_FULL, CW_IO. */
  putDevices(batch: DeviceBatch): Promise<DeviceBatchResult>
  /** What putDevices would do now; nothing is written. Rejects with CW_CONFLICT, CW_IO. */
  planDevices(batch: DeviceBatch): Promise<DeviceBatchResult>
}

/** Which devices are missing follows from what is told here; the alarms change in the same transaction. */
interface SupervisionBook {
  /** What the log knows already is not written again. Resolves when durable. Rejects with CW_DISK_FULL, CW_IO. */
  supervise(write: SupervisionWrite): Promise<void>
  /** Alarms for those that are missing, had none because they were on test, and are not on test at `at`. */
  endTestsOfMissing(at: number): Promise<void>
}

export interface SupervisionWrite {
  readonly at: number
  readonly items: readonly SupervisionItem[]
  /** Tells the log of places where many are missing; without it their sums are only kept. */
  readonly announces: boolean
}

export interface SupervisionItem extends WatchedId {
  readonly jurisdiction: Jurisdiction
  readonly change: SupervisionChange
  readonly silentMs: number
  readonly everHeard: boolean
  /** The place whose alarm it shares; absent: it has one of its own. */
  readonly group?: Jurisdiction
}

/** Bulk jobs, shared by workers. Every promise resolves when durable and rejects with CW_DISK_FULL, CW_IO besides what it names. */
interface WorkQueue {
  createJob(write: JobWrite): Promise<Job>
  /** More tasks for a job that is not sealed; a repeat changes nothing. Rejects with CW_CONFLICT, CW_BAD_VALUE (no such job). */
  addTasks(write: TasksWrite): Promise<Job>
  claimTasks(write: ClaimWrite): Promise<readonly LeasedTask[]>
  /** Resolves with the leases that go on: the others are lost. */
  renewLeases(write: LeaseWrite & {readonly leaseMs: number}): Promise<readonly LeaseId[]>
  /** Gives tasks back, as if they had never been claimed. Resolves with how many were still held. */
  releaseTasks(write: LeaseWrite): Promise<number>
  /** Resolves with how many of them counted. */
  recordResults(write: ResultsWrite): Promise<number>
  /** Rejects with CW_BAD_VALUE (no such job). */
  cancelJob(id: number, who: SafeText, at: number): Promise<Job>
  /** Rejects with CW_BAD_VALUE (no such job), CW_CONFLICT (it was cancelled). */
  retryJob(id: number, at: number): Promise<Job>
  /** Rejects with CW_BAD_VALUE, CW_CONFLICT (too many). */
  putSchedule(write: ScheduleWrite): Promise<Schedule>
  /** Rejects with CW_BAD_VALUE (no such schedule), as the next two do. */
  dropSchedule(name: string): Promise<Schedule>
  /** Makes its next turn due. */
  hurrySchedule(name: string, at: number): Promise<Schedule>
  /** Resolves with the job that a due turn has made: whoever asked fills it. */
  takeTurn(name: string, at: number): Promise<Turn>
  /** Resolves with how many tasks of the job are left to be forgotten. */
  forgetTasks(write: ForgetWrite): Promise<number>
  /** Notes what became of logins, then answers whether others may be tried, in their order. */
  roundOfLogins(write: LoginsWrite): Promise<readonly LoginAnswer[]>
}

export interface JobWrite {
  readonly at: number
  readonly work: JobWork
  /** Who asks for it. */
  readonly who: SafeText
  readonly maxTries: number
  readonly targets: readonly TaskTarget[]
  /** No more come. */
  readonly last: boolean
  /** How long it is kept once it is finished, ms; absent: KEEP_JOB_MS. */
  readonly keepMs?: number
}

export interface ScheduleWrite
  extends Pick<Schedule, 'name' | 'work' | 'jurisdiction' | 'everyMs' | 'maxTries' | 'keepMs'> {
  readonly at: number
  readonly who: SafeText
}

/** Tasks with numbers behind `after`, `limit` of them. */
export interface ForgetWrite {
  readonly at: number
  readonly id: number
  readonly after: number
  readonly limit: number
}

export interface TasksWrite {
  readonly at: number
  readonly id: number
  /** Tasks that the job has before these. */
  readonly from: number
  readonly targets: readonly TaskTarget[]
  readonly last: boolean
}

export interface ClaimWrite {
  readonly at: number
  readonly worker: SafeText
  readonly kinds: readonly JobKind[]
  readonly max: number
  readonly leaseMs: number
}

export interface LeaseWrite {
  readonly at: number
  readonly leases: readonly LeaseId[]
}

export interface ResultsWrite {
  readonly at: number
  readonly worker: SafeText
  /** Verdicts in a row that change a camera's state. */
  readonly faultAfter: number
  readonly done: readonly DoneTask[]
  readonly failed: readonly FailedTask[]
}

interface DoneTask extends LeaseId {
  readonly healthy: boolean
  /** Any JSON, safe and bounded. */
  readonly result: Json<unknown>
  /** Of a probe: what it says of its camera. */
  readonly verdict?: Omit<ProbeVerdict, 'camera'>
}

interface FailedTask extends LeaseId {
  readonly reason: SafeText
  /** Another try would do harm or no good: it is poisoned at once. */
  readonly isFinal: boolean
}

export interface LoginsWrite {
  readonly at: number
  readonly worker: SafeText
  readonly settled: readonly SettledLogin[]
  readonly asked: readonly AskedLogin[]
}

export interface JobPageRequest {
  readonly after: number
  readonly limit: number
  /** Finished ones too. */
  readonly all: boolean
}

export interface JobRows {
  readonly rows: readonly Json<Job>[]
  readonly next?: number
}

export interface TaskPageRequest {
  readonly job: number
  /** Only those that need a look: poisoned, and done but not healthy. */
  readonly unhealthy: boolean
  readonly after: number
  readonly limit: number
}

export interface TaskRows {
  readonly rows: readonly Json<Task>[]
  readonly next?: number
}

export interface MissingPageRequest {
  /** Only this part of the hierarchy; '' for all. */
  readonly within: Jurisdiction
  readonly kind?: WatchedKind
  /** Cursor of the page before; '' for the first. */
  readonly after: string
  readonly limit: number
}

export interface MissingRows {
  readonly rows: readonly MissingDevice[]
  readonly next?: string
}

export interface DevicePageRequest {
  readonly kind: DeviceKind
  /** Only what this account has. */
  readonly account?: string
  /** Only those of this subtree, by jurisdiction and in an order that stays; absent or '': all, by key. */
  readonly jurisdiction?: Jurisdiction
  /** Key after which the page begins; '' for the first. */
  readonly after: string
  readonly limit: number
}

export interface DeviceRows {
  readonly revision: number
  readonly rows: readonly Json<Device>[]
  readonly next?: string
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

/** Users, tokens and sessions, and the audit log: both change in the transaction of what they belong to. */
interface AccessBook {
  /** Rejects with CW_CONFLICT, CW_FORBIDDEN, CW_BAD_VALUE, CW_DISK_FULL, CW_IO. */
  changeAccess(write: AccessWrite): Promise<void>
  /** Adds the line alone that the writer is asked for on behalf of; see `by`. */
  audit(): Promise<void>
}

export interface AuditPageRequest {
  readonly after: number
  readonly limit: number
  readonly who?: string
  readonly what?: string
  /** Ms UTC, both included. */
  readonly since: number
  readonly until: number
  /** Only lines of this subtree; '' for all. */
  readonly within: Jurisdiction
}

export interface AuditRows {
  readonly rows: readonly KeptLine[]
  readonly next?: number
}

/** What looking after users and tokens needs of a store. */
export interface AccessStore {
  /** Every user, token and session. Rejects with CW_IO. */
  access(): Promise<readonly AccessRecord[]>
  /** Grows with every change of them, whichever node made it. Rejects with CW_IO. */
  accessVersion(): Promise<number>
  /** The same writes on somebody's behalf: cut to a jurisdiction, and noted in the audit log when they change something. */
  by(by: By): Pick<StoreWrites, 'changeAccess' | 'audit'>
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
  /** Absent where the store does not keep its log in segments. */
  readonly storage?: () => Promise<LogStorage>
  commits(): CommitStats
  /** Writes what is queued, then releases the files. */
  close(): Promise<void>
}
