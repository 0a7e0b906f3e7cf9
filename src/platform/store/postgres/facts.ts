/** What a batch of writes needs to know of the database: asked for in one question, kept while the batch is worked out. */
import type {Alarm} from '../../../model/alarm.ts'
import type {Device, DeviceKind, Panel} from '../../../model/device.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {AccessRecord} from '../../access/records.ts'
import type {Json} from '../../json.ts'
import type {Link, Question, Row} from './link.ts'

export interface StoredAlarm {
  readonly key: string
  readonly alarm: Alarm
}

/** What is asked for. Devices are `kind key`. */
export class Wants {
  readonly alarms = new Set<number>()
  readonly openAlarms = new Set<string>()
  readonly windows = new Set<number>()
  readonly accountWindows = new Set<string>()
  allWindows = false
  readonly panels = new Set<string>()
  readonly devices = new Set<string>()
  readonly seen = new Set<string>()
  readonly heard = new Set<string>()
  /** Every user, token and session: they are few. */
  access = false
  auditTail = false

  get size(): number {
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
    const wholes = [this.allWindows, this.access, this.auditTail].filter(Boolean).length
    return sets.reduce((sum, {size}) => sum + size, wholes)
  }
}

/** What the database answered. A key that is here with null is known not to be there; one that is not here was not asked for. */
export class Facts {
  readonly alarms = new Map<number, StoredAlarm | null>()
  readonly openAlarms = new Map<string, number | null>()
  readonly windows = new Map<number, OnTestWindow | null>()
  readonly accountWindows = new Map<string, readonly number[]>()
  allWindows: readonly number[] | undefined
  readonly panels = new Map<string, readonly Panel[]>()
  readonly devices = new Map<string, Json<Device> | null>()
  readonly seen = new Map<string, number | null>()
  readonly heard = new Map<string, number | null>()
  /** By `kind name`. */
  access: Map<string, AccessRecord> | undefined
  /** Null: the log has no line yet. */
  auditTail: {readonly n: number; readonly hash: string} | null | undefined

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
    if (wants.access) this.access = new Map()
    if (wants.auditTail) this.auditTail = null
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
        return
      case 'access':
        this.access?.set(String(key), JSON.parse(text) as AccessRecord)
        return
      case 'audit':
        this.auditTail = {n: Number(id), hash: text}
    }
  }
}

export function deviceName(kind: DeviceKind, key: string): string {
  return `${kind} ${key}`
}

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
      wants.access,
      wants.auditTail,
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
  UNION ALL
  SELECT 'access', NULL, kind || ' ' || name, NULL, state FROM access WHERE $11::boolean
  UNION ALL
  (SELECT 'audit', n, NULL, NULL, hash FROM audit WHERE $12::boolean ORDER BY n DESC LIMIT 1)
`

function append<Key, Value>(map: Map<Key, readonly Value[]>, key: Key, value: Value): void {
  map.set(key, [...(map.get(key) ?? []), value])
}
