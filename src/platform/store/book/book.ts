/** What one write sees of the data and changes in them, whatever engine keeps them. */
import type {Alarm} from '../../../model/alarm.ts'
import type {Device, DeviceKind, Panel} from '../../../model/device.ts'
import type {LogEntry} from '../../../model/log-entry.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {Json} from '../../json.ts'

/** A LogEntry before it has its place in the log. */
export type NewEntry = LogEntry extends infer E ? (E extends LogEntry ? Omit<E, 'seq'> : never) : never

/**
 * An open transaction as the rules see it: what one write has changed, the next one sees. The rules ask and change in plain
 * synchronous calls and know no engine; a driver may have to run them anew from the start, so they keep nothing elsewhere.
 */
export interface Book {
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

  /** The alarm of this key that is not closed. */
  openAlarm(key: string): Alarm | undefined
  alarm(id: number): {readonly key: string; readonly alarm: Alarm} | undefined
  /** Id that no alarm has had. */
  nextAlarmId(): number
  saveAlarm(key: string, alarm: Alarm): void

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

  /** Panel of the account; undefined when none has it. */
  panelOf(account: string): Panel | undefined
  /** Keys of all panels that claim the account, in their order. */
  panelKeys(account: string): readonly string[]
  device(kind: DeviceKind, key: string): Json<Device> | undefined
  saveDevice(device: Device, state: Json<Device>): void
  /** Of the inventory; 0 when it never changed. */
  revision(): number
  setRevision(revision: number): void
}
