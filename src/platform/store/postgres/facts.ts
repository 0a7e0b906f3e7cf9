/** What a batch of writes needs to know of the database, and what is known of it while the batch is worked out. */
import type {Device, DeviceKind, Panel, Zone} from '../../../model/device.ts'
import type {Handoff} from '../../../model/handoff.ts'
import type {Job, JobKind} from '../../../model/job.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {AccessRecord} from '../../access/records.ts'
import type {Json} from '../../json.ts'
import type {KeptAlarm} from '../book/book.ts'
import type {MissingRow, Outage} from '../book/missing.ts'
import type {TaskRow} from '../book/tasks.ts'

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
  /** As alarmsName writes them. */
  readonly accountAlarms = new Set<string>()
  readonly masks = new Set<number>()
  readonly accountMasks = new Set<string>()
  allMasks = false
  readonly handoffs = new Set<number>()
  /** As handoffsName writes them. */
  readonly accountHandoffs = new Set<string>()
  readonly zones = new Set<string>()
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
  readonly alarms = new Map<number, KeptAlarm | null>()
  readonly accountAlarms = new Map<string, readonly number[]>()
  readonly masks = new Map<number, Mask | null>()
  readonly accountMasks = new Map<string, readonly number[]>()
  allMasks: readonly number[] | undefined
  readonly handoffs = new Map<number, Handoff | null>()
  readonly accountHandoffs = new Map<string, readonly number[]>()
  readonly zones = new Map<string, readonly Zone[]>()
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
