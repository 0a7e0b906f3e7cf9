/** What one write sees of the data and changes in them, whatever engine keeps them. */
import type {Policy} from '../../../alarm/policy.ts'
import type {Alarm} from '../../../model/alarm.ts'
import type {Device, DeviceKind, Panel, Zone} from '../../../model/device.ts'
import type {Handoff} from '../../../model/handoff.ts'
import type {Job, JobKind, TaskState} from '../../../model/job.ts'
import type {Jurisdiction} from '../../../model/jurisdiction.ts'
import type {LogEntry} from '../../../model/log-entry.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {WatchedId} from '../../../model/supervision.ts'
import type {Json} from '../../json.ts'
import type {AccessPages} from './access.ts'
import type {AuditPages} from './audit.ts'
import type {MissingRow, Outage} from './missing.ts'
import type {Move, TaskRow} from './tasks.ts'

/** A LogEntry before it has its place in the log. */
export type NewEntry = LogEntry extends infer E ? (E extends LogEntry ? Omit<E, 'seq'> : never) : never

/** An alarm with what it is kept under. */
export interface KeptAlarm {
  /** As alarmKey gives it. */
  readonly key: string
  readonly alarm: Alarm
  /** Sequence of the log entry with its latest change; 0 when a version wrote it that kept none. */
  readonly seq: number
}

/**
 * An open transaction as the rules see it: what one write has changed, the next one sees. The rules ask and change in plain
 * synchronous calls and know no engine; a driver may have to run them anew from the start, so they keep nothing elsewhere.
 */
export interface Book extends AccessPages, AuditPages {
  /** Sequence of the log's last row, those of this transaction included. */
  readonly head: number
  /** Adds a row to the log; its entry gets the sequence. `type` and `subject` as in LogRow. */
  append(entry: NewEntry, type: string, subject: string): void
  /** Adds to a counter, which may be new. */
  count(name: string, delta: number): void
  /** Undoes what `work` did when it throws. `work` must not append to the log. */
  atomically<Result>(work: () => Result): Result
  /** Writes something and takes it away again, so that a full disk refuses it as it would an entry. */
  tryRoom(): void

  /** What the site has decided about its alarms. */
  readonly policy: Policy
  /** The alarm of this key that is not closed. */
  openAlarm(key: string): KeptAlarm | undefined
  alarm(id: number): KeptAlarm | undefined
  /** Alarms of the account that are not closed and have fired at `since` or later, the latest first; all unless `limit` is given. */
  openAlarmsOf(account: string, since: number, limit?: number): readonly KeptAlarm[]
  /** Id that no alarm has had. */
  nextAlarmId(): number
  saveAlarm(kept: KeptAlarm): void

  /** Masks that are on by id, of one account or of all; time may have ended them already. */
  masksOn(account?: string): readonly Mask[]
  mask(id: number): Mask | undefined
  nextMaskId(): number
  saveMask(mask: Mask, state: Json<Mask>): void

  /** Hand-overs of the account by id: those that wait for somebody, and those that changed at `since` or later. */
  handoffsOf(account: string, since: number): readonly Handoff[]
  handoff(id: number): Handoff | undefined
  nextHandoffId(): number
  saveHandoff(handoff: Handoff, state: Json<Handoff>): void

  /** Open windows by id, of one account or of all. */
  openWindows(account?: string): readonly OnTestWindow[]
  window(id: number): OnTestWindow | undefined
  nextWindowId(): number
  saveWindow(window: OnTestWindow, state: Json<OnTestWindow>): void

  /** Sequence up to which the log had the event when it came; undefined: it was not here, or too long ago. */
  seenAt(key: string): number | undefined
  see(key: string, seq: number): void
  /** Forgets all but the latest `kept` events. */
  forgetSeen(kept: number): void

  /** When the panel's message came, ms; undefined: it did not, or longer ago than anybody asks. */
  heardAt(key: string): number | undefined
  hear(key: string, at: number): void

  /** Panel of the account; undefined when none has it. */
  panelOf(account: string): Panel | undefined
  /** Keys of all panels that claim the account, in their order. */
  panelKeys(account: string): readonly string[]
  /** Zones of the account, in any order. */
  zonesOf(account: string): readonly Zone[]
  device(kind: DeviceKind, key: string): Json<Device> | undefined
  /** Throws CW_FORBIDDEN when whoever writes may not put this device there. */
  admitDevice(device: Device): void
  saveDevice(device: Device, state: Json<Device>): void
  /** Those of the devices that the log says are missing, in any order. Many are asked for at a time. */
  missingAmong(ids: readonly WatchedId[]): readonly MissingRow[]
  /** Those that have no alarm because they are on test. */
  missingOnTest(): readonly MissingRow[]
  saveMissing(rows: readonly MissingRow[]): void
  dropMissing(ids: readonly WatchedId[]): void
  /** Of a place, while devices of its group are missing. */
  outage(place: Jurisdiction): Outage | undefined
  /** Those with a number that the log was not told of. */
  untoldOutages(): readonly Outage[]
  /** One without devices of which the log was told is forgotten. */
  saveOutage(outage: Outage): void

  job(id: number): Job | undefined
  nextJobId(): number
  saveJob(job: Job): void
  addTasks(rows: readonly TaskRow[]): void
  /** Those of the named that are there, in any order, without their results. */
  tasks(ids: readonly {readonly job: number; readonly n: number}[]): readonly TaskRow[]
  /** Open tasks that are due by `now`, or not before `ahead`: the earliest due first, then by job and number. */
  dueTasks(kinds: readonly JobKind[], now: number, ahead: number, limit: number): readonly TaskRow[]
  /** A result is kept when the row has one. */
  saveTasks(rows: readonly TaskRow[]): void
  /** Tasks with a number behind `after`, up to `upTo`, and their results. */
  dropTasks(job: number, after: number, upTo: number): void
  dropJob(id: number): void
  /** Every task of the job in one of the states goes into another, due at once and tried never. Returns how many from each. */
  moveTasks(job: number, from: readonly TaskState[], to: TaskState, at: number): readonly Move[]

  /** Of the inventory; 0 when it never changed. */
  revision(): number
  setRevision(revision: number): void

  /** Small things that rules keep under a kind and a key of their own, as text. */
  kept(kind: string, key: string): string | undefined
  /** Null takes it away. */
  keep(kind: string, key: string, text: string | null): void
}
