/** Alarms, masks, hand-overs and tests: what is asked of a store and what comes of it. */
import type {HandoverRecord} from '../../alarm/handoff.ts'
import type {OnTestExtension, OnTestStart} from '../../alarm/on-test.ts'
import type {ScreenState} from '../../alarm/screen-state.ts'
import type {SafeText} from '../../lib/safe-text.ts'
import type {Alarm, AlarmChange} from '../../model/alarm.ts'
import type {CameraEvent} from '../../model/camera-event.ts'
import type {EventOrigin, ForeignEvent} from '../../model/foreign-event.ts'
import type {Handoff} from '../../model/handoff.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {Mask} from '../../model/mask.ts'
import type {OnTestWindow} from '../../model/on-test.ts'
import type {ProbeVerdict} from '../../model/probe.ts'
import type {CodeMeaning, Priority, Signal} from '../../model/signal.ts'
import type {
  AckRequest,
  AlarmActRequest,
  HandoffAnswer,
  HandoffDrop,
  MaskEnd,
  MaskRequest,
  OnTestEnd,
  Visibility,
} from '../contract.ts'
import type {Json} from '../json.ts'

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
export interface AlarmBook {
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
export interface MaskBook {
  /** Rejects with CW_BAD_VALUE (no such place, too long), CW_DISK_FULL, CW_IO. */
  startMask(request: MaskRequest, at: number): Promise<Json<Mask>>
  /** Rejects with CW_BAD_VALUE (no such mask), CW_DISK_FULL, CW_IO. */
  endMask(request: MaskEnd, at: number): Promise<Json<Mask>>
  /** Ends what is due by `at`. Resolves with when something is due next; undefined: nothing is. */
  passMaskTime(at: number): Promise<number | undefined>
}

/** Hand-overs to 110; proposed in the same transaction as the alarm that gives the ground. All reject with CW_DISK_FULL, CW_IO. */
export interface HandoffBook {
  /** Rejects with CW_CONFLICT (told before, changed since), CW_BAD_VALUE (no such alarm). */
  handOver(record: HandoverRecord, at: number): Promise<Json<Handoff>>
  /** Rejects with CW_CONFLICT, CW_BAD_VALUE (no such hand-over). */
  answerHandoff(request: HandoffAnswer, at: number): Promise<Json<Handoff>>
  /** Rejects with CW_CONFLICT, CW_BAD_VALUE (no such hand-over). */
  dropHandoff(request: HandoffDrop, at: number): Promise<Json<Handoff>>
}

/** On-test windows follow from the log too; they change in the same transaction as it. */
export interface TestBook {
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
