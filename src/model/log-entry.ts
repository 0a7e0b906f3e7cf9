/** One line of the platform's append-only log, as the stream delivers it. */
import type {SafeText} from '../lib/safe-text.ts'
import type {Alarm, AlarmChange} from './alarm.ts'
import type {CameraEvent} from './camera-event.ts'
import type {EventOrigin, ForeignEvent} from './foreign-event.ts'
import type {Handoff, HandoffChange} from './handoff.ts'
import type {Jurisdiction} from './jurisdiction.ts'
import type {Mask, MaskChange} from './mask.ts'
import type {OnTestChange, OnTestWindow} from './on-test.ts'
import type {EntryOrigin, RequestedAction} from './origin.ts'
import type {Signal} from './signal.ts'
import type {SupervisionNews} from './supervision.ts'

/**
 * Where a reader stands: `epoch` names the log's life (it changes when the log is replaced), `seq` the last entry seen.
 * Sequence numbers are dense: the next entry after n is n + 1. seq 0 is before the first entry.
 */
export interface Position {
  readonly epoch: string
  readonly seq: number
}

interface Entry {
  readonly seq: number
  /** Ms since the epoch, UTC, by the platform's clock. */
  readonly at: number
  /** Where it comes from, when a platform below logged it first. */
  readonly origin?: EntryOrigin
}

/** A signal came in and changed (or started) an alarm, or was only logged. */
export interface SignalEntry extends Entry {
  readonly type: 'signal'
  readonly signal: Signal
  /** Absent when the signal is logged without an alarm (tests, openings, closings). */
  readonly alarm?: Alarm
  readonly change?: AlarmChange
  /** Where the account's panel stands, when the entry has no alarm that says so; absent in entries of older platforms. */
  readonly jurisdiction?: Jurisdiction
  /** The on-test window that it lies in: a trial, for which no alarm is raised. */
  readonly onTest?: number
  /** The event of another system that brought it; absent when the receiver heard it from the panel itself. */
  readonly via?: EventOrigin
}

/** A person changed an alarm, or a mask over it came or went. */
interface ActionEntry extends Entry {
  readonly type: 'action'
  readonly alarm: Alarm
  readonly change: AlarmChange
  /** Who did it; absent when time did. */
  readonly by?: SafeText
}

/** Alarms were shelved, suppressed or taken out of service, or that is over. The alarms under it have entries of their own. */
export interface MaskEntry extends Entry {
  readonly type: 'mask'
  readonly mask: Mask
  readonly change: MaskChange
  /** Who did it; absent when time did, or the end of a condition. */
  readonly by?: SafeText
}

/** A rule proposed to tell 110 of an incident, or a person told it, or it answered. */
export interface HandoffEntry extends Entry {
  readonly type: 'handoff'
  readonly handoff: Handoff
  readonly change: HandoffChange
  /** Who did it; absent when a rule did. */
  readonly by?: SafeText
}

/** The receiver refused a frame of somebody who spoke DC-09: an alarm may be behind it, so operators see it. */
export interface RefusalEntry extends Entry {
  readonly type: 'refusal'
  /** Peer address, or account where the header was readable. */
  readonly from: SafeText
  readonly reason: SafeText
}

/** An account was put on test or taken off, or the time of a window has moved on. */
export interface OnTestEntry extends Entry {
  readonly type: 'ontest'
  readonly window: OnTestWindow
  readonly change: OnTestChange
  /** Who did it; absent when time did. */
  readonly by?: SafeText
}

/** A camera's state changed: it told so itself, or its probe found it. */
export interface CameraEntry extends Entry {
  readonly type: 'camera'
  readonly event: CameraEvent
  /** Absent when it is only logged. */
  readonly alarm?: Alarm
  readonly change?: AlarmChange
  /** Where the camera stands, when the entry has no alarm that says so. */
  readonly jurisdiction?: Jurisdiction
  /** The event that brought a probe's verdict; absent when the camera told it itself. */
  readonly via?: EventOrigin
}

/** Another system told something that is not for the platform to judge. */
interface EventEntry extends Entry {
  readonly type: 'event'
  readonly event: ForeignEvent
}

/** Devices fell silent for their time, or were heard again. */
export interface SupervisionEntry extends Entry {
  readonly type: 'supervision'
  readonly news: SupervisionNews
  /** Absent when it raised and ended none. */
  readonly alarm?: Alarm
  readonly change?: AlarmChange
  /** The on-test window because of which there is no alarm. */
  readonly onTest?: number
}

/** Something that was asked of a platform below: nothing is done before it is confirmed. */
interface RequestEntry extends Entry {
  readonly type: 'request'
  /** As it is here: `pending` until the platform below has answered. */
  readonly alarm: Alarm
  readonly action: RequestedAction
  readonly key: string
  readonly by: SafeText
  readonly state: 'pending' | 'sent' | 'confirmed' | 'conflict' | 'rejected'
  readonly detail?: SafeText
}

/**
 * What became of the line to a platform below. `resynced`: its log could not be read on, its open alarms were taken anew,
 * what happened between is not replayed. `mismatch`: not as many alarms are open here as there.
 */
interface ChildEntry extends Entry {
  readonly type: 'child'
  readonly child: string
  readonly change: 'joined' | 'resynced' | 'mismatch' | 'reconciled'
  readonly detail: SafeText
}

export type LogEntry =
  | SignalEntry
  | ActionEntry
  | MaskEntry
  | HandoffEntry
  | RefusalEntry
  | OnTestEntry
  | EventEntry
  | SupervisionEntry
  | RequestEntry
  | ChildEntry
  | CameraEntry
