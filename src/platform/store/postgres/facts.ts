/** What a batch of writes needs to know of the database, and what is known of it while the batch is worked out. */
import type {Alarm} from '../../../model/alarm.ts'
import type {Device, DeviceKind, Panel} from '../../../model/device.ts'
import type {Job, JobKind} from '../../../model/job.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {AccessRecord} from '../../access/records.ts'
import type {Json} from '../../json.ts'
import type {MissingRow, Outage} from '../book/missing.ts'
import type {TaskRow} from '../book/tasks.ts'

export interface StoredAlarm {
  readonly key: string
  readonly alarm: Alarm
}

/** Due by `now`, or not before `ahead`. */
export interface DueWant {
  readonly now: number
  readonly ahead: number
  readonly limit: number
}

/** The earliest first; fewer than twice the limit are all that there are. */
export interface DueTasks extends DueWant {
  readonly rows: TaskRow[]
}

/** What is asked for: sets of keys, and true for what is wanted whole. Devices, missing ones and kept things are `kind key`. */
export class Wants {
  readonly alarms = new Set<number>()
  readonly openAlarms = new Set<string>()
  readonly windows = new Set<number>()
  readonly accountWindows = new Set<string>()
  allWindows = false
  readonly panels = new Set<string>()
  readonly devices = new Set<string>()
  readonly missing = new Set<string>()
  missingOnTest = false
  readonly outages = new Set<string>()
  untoldOutages = false
  readonly kept = new Set<string>()
  /** Every user, token and session: they are few. */
  access = false
  auditTail = false
  readonly jobs = new Set<number>()
  lastJob = false
  /** By taskName. */
  readonly tasks = new Set<string>()
  /** Earliest open tasks of a kind. */
  readonly due = new Map<JobKind, DueWant>()

  get size(): number {
    const all: readonly (boolean | ReadonlySet<unknown> | ReadonlyMap<unknown, unknown>)[] = Object.values(this)
    return all.reduce<number>(
      (sum, wanted) => sum + (wanted instanceof Set || wanted instanceof Map ? wanted.size : Number(wanted)),
      0,
    )
  }
}

/** What the database answered. A key that is here with null is known not to be there; one that is not here was not asked for. */
export class Facts {
  readonly alarms = new Map<number, StoredAlarm | null>()
  readonly openAlarms = new Map<string, number | null>()
  readonly windows: Map<number, OnTestWindow | null>
  readonly accountWindows: Map<string, readonly number[]>
  allWindows: readonly number[] | undefined
  readonly panels: Map<string, readonly Panel[]>
  readonly devices = new Map<string, Json<Device> | null>()
  readonly missing = new Map<string, MissingRow | null>()
  missingOnTest: readonly string[] | undefined
  readonly outages = new Map<string, Outage | null>()
  untoldOutages: readonly string[] | undefined
  readonly kept = new Map<string, string | null>()
  /** By `kind name`. */
  access: Map<string, AccessRecord> | undefined
  /** Null: the log has no line yet. */
  auditTail: {readonly n: number; readonly hash: string} | null | undefined

  readonly jobs = new Map<number, Job | null>()
  lastJob: number | undefined
  readonly tasks = new Map<string, TaskRow | null>()
  readonly due = new Map<JobKind, DueTasks>()

  /** What is known already is added to, not copied. */
  constructor(known: Partial<Pick<Facts, 'panels' | 'windows' | 'accountWindows'>> = {}) {
    this.panels = known.panels ?? new Map()
    this.windows = known.windows ?? new Map()
    this.accountWindows = known.accountWindows ?? new Map()
  }
}

export function taskName({job, n}: {readonly job: number; readonly n: number}): string {
  return `${job}/${n}`
}

export function deviceName(kind: DeviceKind, key: string): string {
  return keptName(kind, key)
}

export function keptName(kind: string, key: string): string {
  return `${kind} ${key}`
}

/** Kinds have no space in them. */
export function partsOf(name: string): {readonly kind: string; readonly key: string} {
  const end = name.indexOf(' ')
  return {kind: name.slice(0, end), key: name.slice(end + 1)}
}
