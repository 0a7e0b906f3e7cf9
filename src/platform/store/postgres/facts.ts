/** What a batch of writes needs to know of the database, and what is known of it while the batch is worked out. */
import type {Alarm} from '../../../model/alarm.ts'
import type {Device, DeviceKind, Panel, Zone} from '../../../model/device.ts'
import type {Handoff} from '../../../model/handoff.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {AccessRecord} from '../../access/records.ts'
import type {Json} from '../../json.ts'
<<<<<<< HEAD
import type {MissingRow, Outage} from '../book/missing.ts'
||||||| parent of b2d3c5a (life)
import type {Link, Question, Row} from './link.ts'
=======
import type {KeptAlarm} from '../book/book.ts'
import type {Link, Question, Row} from './link.ts'
>>>>>>> b2d3c5a (life)

<<<<<<< HEAD
export interface StoredAlarm {
  readonly key: string
  readonly alarm: Alarm
}

/** What is asked for: sets of keys, and true for what is wanted whole. Devices, missing ones and kept things are `kind key`. */
||||||| parent of b2d3c5a (life)
export interface StoredAlarm {
  readonly key: string
  readonly alarm: Alarm
}

/** What is asked for. Devices are `kind key`. */
=======
/** What is asked for. Devices are `kind key`. */
>>>>>>> b2d3c5a (life)
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

  get size(): number {
<<<<<<< HEAD
    const all: readonly (boolean | ReadonlySet<unknown>)[] = Object.values(this)
    return all.reduce<number>((sum, wanted) => sum + (wanted instanceof Set ? wanted.size : Number(wanted)), 0)
||||||| parent of b2d3c5a (life)
    const sets = [
      this.alarms,
      this.openAlarms,
      this.windows,
      this.accountWindows,
      this.panels,
      this.devices,
      this.seen,
      this.heard,
    ]
    return sets.reduce((sum, {size}) => sum + size, this.allWindows ? 1 : 0)
=======
    const sets = [
      this.alarms,
      this.openAlarms,
      this.windows,
      this.accountWindows,
      this.accountAlarms,
      this.masks,
      this.accountMasks,
      this.handoffs,
      this.accountHandoffs,
      this.zones,
      this.panels,
      this.devices,
      this.seen,
      this.heard,
    ]
    return sets.reduce((sum, {size}) => sum + size, Number(this.allWindows) + Number(this.allMasks))
>>>>>>> b2d3c5a (life)
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

<<<<<<< HEAD
  /** What is known already is added to, not copied. */
  constructor(known: Partial<Pick<Facts, 'panels' | 'windows' | 'accountWindows'>> = {}) {
    this.panels = known.panels ?? new Map()
    this.windows = known.windows ?? new Map()
    this.accountWindows = known.accountWindows ?? new Map()
||||||| parent of b2d3c5a (life)
  /** Asks for what is wanted and keeps it. */
  async learn(link: Link, wants: Wants): Promise<void> {
    const {rows} = await link.ask(questionOf(wants))
    for (const id of wants.alarms) this.alarms.set(id, null)
    for (const key of wants.openAlarms) this.openAlarms.set(key, null)
    for (const id of wants.windows) this.windows.set(id, null)
    for (const account of wants.accountWindows) this.accountWindows.set(account, [])
    if (wants.allWindows) this.allWindows = []
    for (const account of wants.panels) this.panels.set(account, [])
    for (const name of wants.devices) this.devices.set(name, null)
    for (const key of wants.seen) this.seen.set(key, null)
    for (const key of wants.heard) this.heard.set(key, null)
    for (const row of rows) this.#keep(row)
  }

  #keep({what, id, key, account, state}: Row): void {
    const text = String(state)
    switch (what) {
      case 'alarm':
      case 'open alarm':
        this.alarms.set(Number(id), {key: String(key), alarm: JSON.parse(text) as Alarm})
        if (what === 'open alarm') this.openAlarms.set(String(key), Number(id))
        return
      case 'window':
      case 'account window':
      case 'any window':
        this.windows.set(Number(id), JSON.parse(text) as OnTestWindow)
        if (what === 'account window') append(this.accountWindows, String(account), Number(id))
        if (what === 'any window') this.allWindows = [...(this.allWindows ?? []), Number(id)]
        return
      case 'panel':
        append(this.panels, String(account), JSON.parse(text) as Panel)
        return
      case 'device':
        this.devices.set(String(key), text as Json<Device>)
        return
      case 'seen':
        this.seen.set(String(key), Number(id))
        return
      case 'heard':
        this.heard.set(String(key), Number(id))
    }
=======
  /** Asks for what is wanted and keeps it. */
  async learn(link: Link, wants: Wants): Promise<void> {
    const {rows} = await link.ask(questionOf(wants))
    for (const id of wants.alarms) this.alarms.set(id, null)
    for (const key of wants.openAlarms) this.openAlarms.set(key, null)
    for (const id of wants.windows) this.windows.set(id, null)
    for (const account of wants.accountWindows) this.accountWindows.set(account, [])
    if (wants.allWindows) this.allWindows = []
    this.#expectLife(wants)
    for (const account of wants.panels) this.panels.set(account, [])
    for (const name of wants.devices) this.devices.set(name, null)
    for (const key of wants.seen) this.seen.set(key, null)
    for (const key of wants.heard) this.heard.set(key, null)
    for (const row of rows) this.#keep(row)
  }

  /** What was asked for of masks, hand-overs and zones is known not to be there until it comes. */
  #expectLife(wants: Wants): void {
    for (const name of wants.accountAlarms) this.accountAlarms.set(name, [])
    for (const id of wants.masks) this.masks.set(id, null)
    for (const account of wants.accountMasks) this.accountMasks.set(account, [])
    if (wants.allMasks) this.allMasks = []
    for (const id of wants.handoffs) this.handoffs.set(id, null)
    for (const name of wants.accountHandoffs) this.accountHandoffs.set(name, [])
    for (const account of wants.zones) this.zones.set(account, [])
  }

  #keep({what, id, key, account, state, seq}: Row): void {
    const text = String(state)
    switch (what) {
      case 'alarm':
      case 'open alarm':
      case 'account alarm':
        this.alarms.set(Number(id), {key: String(key), seq: Number(seq), alarm: JSON.parse(text) as Alarm})
        if (what === 'open alarm') this.openAlarms.set(String(key), Number(id))
        if (what === 'account alarm') append(this.accountAlarms, String(account), Number(id))
        return
      case 'window':
      case 'account window':
      case 'any window':
        this.windows.set(Number(id), JSON.parse(text) as OnTestWindow)
        if (what === 'account window') append(this.accountWindows, String(account), Number(id))
        if (what === 'any window') this.allWindows = [...(this.allWindows ?? []), Number(id)]
        return
      case 'panel':
        append(this.panels, String(account), JSON.parse(text) as Panel)
        return
      case 'device':
        this.devices.set(String(key), text as Json<Device>)
        return
      case 'seen':
        this.seen.set(String(key), Number(id))
        return
      case 'heard':
        this.heard.set(String(key), Number(id))
        return
      default:
        this.#keepLife(what, Number(id), String(account), text)
    }
>>>>>>> b2d3c5a (life)
  }

  /** Masks, hand-overs and zones. */
  #keepLife(what: unknown, id: number, account: string, text: string): void {
    switch (what) {
      case 'mask':
      case 'account mask':
      case 'any mask':
        this.masks.set(id, JSON.parse(text) as Mask)
        if (what === 'account mask') append(this.accountMasks, account, id)
        if (what === 'any mask') this.allMasks = [...(this.allMasks ?? []), id]
        return
      case 'handoff':
      case 'account handoff':
        this.handoffs.set(id, JSON.parse(text) as Handoff)
        if (what === 'account handoff') append(this.accountHandoffs, account, id)
        return
      case 'zone':
        append(this.zones, account, JSON.parse(text) as Zone)
        return
    }
  }
}

/** Times are asked for by the minute, so that the signals of a batch ask alike. */
const STEP_MS = 60_000
/** What stands for "all of them". */
const NO_LIMIT = 2 ** 31 - 1

/** `account since limit`: open alarms that fired since then, the latest of them. */
export function alarmsName(account: string, since: number, limit: number = NO_LIMIT): string {
  return `${account} ${floorOf(since)} ${limit}`
}

/** `account since`: hand-overs that wait, or have changed since then. */
export function handoffsName(account: string, since: number): string {
  return `${account} ${floorOf(since)}`
}

function floorOf(at: number): number {
  return Math.floor(at / STEP_MS) * STEP_MS
}

/** The parts of names; accounts may have spaces, numbers have none. */
function partsOf(name: string, count: 2 | 3): [account: string, ...numbers: number[]] {
  const parts = name.split(' ')
  const numbers = parts.splice(1 - count).map(Number)
  return [parts.join(' '), ...numbers]
}

export function deviceName(kind: DeviceKind, key: string): string {
  return keptName(kind, key)
}

export function keptName(kind: string, key: string): string {
  return `${kind} ${key}`
}

<<<<<<< HEAD
/** Kinds have no space in them. */
export function partsOf(name: string): {readonly kind: string; readonly key: string} {
  const end = name.indexOf(' ')
  return {kind: name.slice(0, end), key: name.slice(end + 1)}
||||||| parent of b2d3c5a (life)
/** One question of one plan, whatever is wanted: what is not wanted is an empty list. */
function questionOf(wants: Wants): Question {
  const devices = [...wants.devices]
  const kindEnd = (name: string) => name.indexOf(' ')
  return {
    name: 'facts',
    text: FACTS,
    values: [
      [...wants.alarms],
      [...wants.openAlarms],
      [...wants.windows],
      [...wants.accountWindows],
      wants.allWindows,
      [...wants.panels],
      devices.map((name) => name.slice(0, kindEnd(name))),
      devices.map((name) => name.slice(kindEnd(name) + 1)),
      [...wants.seen],
      [...wants.heard],
    ],
  }
}

const FACTS = `
  SELECT 'alarm' AS what, id, key, NULL AS account, state FROM alarm WHERE id = ANY ($1::bigint[])
  UNION ALL
  SELECT 'open alarm', id, key, NULL, state FROM alarm WHERE key = ANY ($2::text[]) AND handling <> 'closed'
  UNION ALL
  SELECT 'window', id, NULL, account, state FROM ontest WHERE id = ANY ($3::bigint[])
  UNION ALL
  SELECT 'account window', id, NULL, account, state FROM ontest WHERE account = ANY ($4::text[]) AND open
  UNION ALL
  SELECT 'any window', id, NULL, account, state FROM ontest WHERE open AND $5::boolean
  UNION ALL
  SELECT 'panel', NULL, key, account, state FROM device WHERE account = ANY ($6::text[]) AND kind = 'panel'
  UNION ALL
  SELECT 'device', NULL, w.kind || ' ' || w.key, NULL, d.state
  FROM unnest($7::text[], $8::text[]) AS w (kind, key) JOIN device d ON d.kind = w.kind AND d.key = w.key
  UNION ALL
  SELECT 'seen', seq, key, NULL, NULL FROM event_seen WHERE key = ANY ($9::text[])
  UNION ALL
  SELECT 'heard', at, key, NULL, NULL FROM message_heard WHERE key = ANY ($10::text[])
`

function append<Key, Value>(map: Map<Key, readonly Value[]>, key: Key, value: Value): void {
  map.set(key, [...(map.get(key) ?? []), value])
=======
/** One question of one plan, whatever is wanted: what is not wanted is an empty list. */
function questionOf(wants: Wants): Question {
  const devices = [...wants.devices]
  const kindEnd = (name: string) => name.indexOf(' ')
  const alarms = [...wants.accountAlarms].map((name) => partsOf(name, 3))
  const handoffs = [...wants.accountHandoffs].map((name) => partsOf(name, 2))
  return {
    name: 'facts',
    text: FACTS,
    values: [
      [...wants.alarms],
      [...wants.openAlarms],
      [...wants.windows],
      [...wants.accountWindows],
      wants.allWindows,
      [...wants.panels],
      devices.map((name) => name.slice(0, kindEnd(name))),
      devices.map((name) => name.slice(kindEnd(name) + 1)),
      [...wants.seen],
      [...wants.heard],
      [...wants.accountAlarms],
      alarms.map(([account]) => account),
      alarms.map(([, since = 0]) => since),
      alarms.map(([, , limit = NO_LIMIT]) => limit),
      [...wants.masks],
      [...wants.accountMasks],
      wants.allMasks,
      [...wants.handoffs],
      [...wants.accountHandoffs],
      handoffs.map(([account]) => account),
      handoffs.map(([, since = 0]) => since),
      [...wants.zones],
    ],
  }
}

const FACTS = `
  SELECT 'alarm' AS what, id, key, NULL AS account, state, seq FROM alarm WHERE id = ANY ($1::bigint[])
  UNION ALL
  SELECT 'open alarm', id, key, NULL, state, seq FROM alarm WHERE key = ANY ($2::text[]) AND handling <> 'closed'
  UNION ALL
  SELECT 'window', id, NULL, account, state, NULL FROM ontest WHERE id = ANY ($3::bigint[])
  UNION ALL
  SELECT 'account window', id, NULL, account, state, NULL FROM ontest WHERE account = ANY ($4::text[]) AND open
  UNION ALL
  SELECT 'any window', id, NULL, account, state, NULL FROM ontest WHERE open AND $5::boolean
  UNION ALL
  SELECT 'panel', NULL, key, account, state, NULL FROM device WHERE account = ANY ($6::text[]) AND kind = 'panel'
  UNION ALL
  SELECT 'device', NULL, w.kind || ' ' || w.key, NULL, d.state, NULL
  FROM unnest($7::text[], $8::text[]) AS w (kind, key) JOIN device d ON d.kind = w.kind AND d.key = w.key
  UNION ALL
  SELECT 'seen', seq, key, NULL, NULL, NULL FROM event_seen WHERE key = ANY ($9::text[])
  UNION ALL
  SELECT 'heard', at, key, NULL, NULL, NULL FROM message_heard WHERE key = ANY ($10::text[])
  UNION ALL
  SELECT 'account alarm', a.id, a.key, w.name, a.state, a.seq
  FROM unnest($11::text[], $12::text[], $13::bigint[], $14::bigint[]) AS w (name, account, since, most)
  CROSS JOIN LATERAL (
    SELECT id, key, state, seq FROM alarm
    WHERE account = w.account AND fired_at >= w.since AND handling <> 'closed'
    ORDER BY fired_at DESC, id DESC LIMIT w.most
  ) AS a
  UNION ALL
  SELECT 'mask', id, NULL, account, state, NULL FROM mask WHERE id = ANY ($15::bigint[])
  UNION ALL
  SELECT 'account mask', id, NULL, account, state, NULL FROM mask WHERE account = ANY ($16::text[]) AND is_on
  UNION ALL
  SELECT 'any mask', id, NULL, account, state, NULL FROM mask WHERE is_on AND $17::boolean
  UNION ALL
  SELECT 'handoff', id, NULL, account, state, NULL FROM handoff WHERE id = ANY ($18::bigint[])
  UNION ALL
  SELECT 'account handoff', h.id, NULL, w.name, h.state, NULL
  FROM unnest($19::text[], $20::text[], $21::bigint[]) AS w (name, account, since)
  JOIN handoff h ON h.account = w.account AND (h.waiting OR h.changed_at >= w.since)
  UNION ALL
  SELECT 'zone', NULL, key, account, state, NULL FROM device WHERE account = ANY ($22::text[]) AND kind = 'zone'
`

function append<Key, Value>(map: Map<Key, readonly Value[]>, key: Key, value: Value): void {
  map.set(key, [...(map.get(key) ?? []), value])
>>>>>>> b2d3c5a (life)
}
