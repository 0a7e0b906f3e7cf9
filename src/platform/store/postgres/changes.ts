/** What a batch of writes changes, worked out and not yet written. */
import type {Device} from '../../../model/device.ts'
import type {Handoff} from '../../../model/handoff.ts'
import type {Job, TaskState} from '../../../model/job.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {AccessRecord} from '../../access/records.ts'
import type {KeptLine} from '../../audit/line.ts'
import type {Json} from '../../json.ts'
import type {AuditIndex} from '../book/audit.ts'
import type {KeptAlarm} from '../book/book.ts'
import type {MissingRow, Outage} from '../book/missing.ts'
import type {TaskRow} from '../book/tasks.ts'
import type {LogRow} from '../port.ts'

/** What the row of `head` says when the batch begins, and what is written there when it ends. */
export interface Head {
  readonly seq: number
  readonly alarm: number
  readonly ontest: number
  readonly mask: number
  readonly handoff: number
  /** Counts the changes of on-test windows. */
  readonly turn: number
  /** Number of the last row of what was seen. */
  readonly seen: number
  readonly revision: number
}

export interface AuditRow {
  readonly kept: KeptLine
  readonly found: AuditIndex
}

export interface Changes {
  readonly head: Head
  readonly rows: readonly LogRow[]
  readonly counters: ReadonlyMap<string, number>
  readonly alarms: ReadonlyMap<number, KeptAlarm>
  readonly masks: ReadonlyMap<number, {readonly mask: Mask; readonly state: Json<Mask>}>
  readonly handoffs: ReadonlyMap<number, {readonly handoff: Handoff; readonly state: Json<Handoff>}>
  readonly windows: ReadonlyMap<number, {readonly window: OnTestWindow; readonly state: Json<OnTestWindow>}>
  readonly devices: ReadonlyMap<string, {readonly device: Device; readonly state: Json<Device>}>
  /** Keys of events with the sequence that the log had then. */
  readonly seen: ReadonlyMap<string, number>
  /** Keys of panels' messages with the time at which they came, ms. */
  readonly heard: ReadonlyMap<string, number>
  /** By name and by place; null: taken away. */
  readonly missing: ReadonlyMap<string, MissingRow | null>
  readonly outages: ReadonlyMap<string, Outage | null>
  /** What rules keep, by keptName; null: taken away. */
  readonly kept: ReadonlyMap<string, string | null>
  /** By `kind name`; null: taken away. */
  readonly access: ReadonlyMap<string, AccessRecord | null>
  readonly auditLines: readonly AuditRow[]
  readonly jobs: ReadonlyMap<number, Job>
  readonly tasks: ReadonlyMap<string, TaskRow>
  readonly moves: readonly TaskMove[]
  readonly drops: readonly TaskDrop[]
  /** Jobs that are forgotten. */
  readonly dropped: ReadonlySet<number>
}

/** Tasks of a job with a number behind `after`, up to `upTo`. */
export interface TaskDrop {
  readonly job: number
  readonly after: number
  readonly upTo: number
}

/** Every task of the job that is in the database in one state, and not among the changed, goes into another. */
interface TaskMove {
  readonly job: number
  readonly from: TaskState
  readonly to: TaskState
  readonly at: number
}
