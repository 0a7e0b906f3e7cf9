/** A batch worked out in memory: the facts that the database gave, and over them what the writes change. */
import type {Alarm} from '../../../model/alarm.ts'
import type {Device, DeviceKind, Panel} from '../../../model/device.ts'
import type {LogEntry} from '../../../model/log-entry.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {AccessKind, AccessRecord} from '../../access/records.ts'
import type {KeptLine} from '../../audit/line.ts'
import {type Json, json} from '../../json.ts'
import type {AuditIndex} from '../book/audit.ts'
import type {Book, NewEntry} from '../book/book.ts'
import type {LogRow} from '../port.ts'
import {deviceName, type Facts, type StoredAlarm, Wants} from './facts.ts'

/** What the row of `head` says when the batch begins, and what is written there when it ends. */
export interface Head {
  readonly seq: number
  readonly alarm: number
  readonly ontest: number
  readonly seen: number
  readonly revision: number
}

export interface Changes {
  readonly head: Head
  readonly rows: readonly LogRow[]
  readonly counters: ReadonlyMap<string, number>
  readonly alarms: ReadonlyMap<number, StoredAlarm>
  readonly windows: ReadonlyMap<number, {readonly window: OnTestWindow; readonly state: Json<OnTestWindow>}>
  readonly devices: ReadonlyMap<string, {readonly device: Device; readonly state: Json<Device>}>
  /** Keys of events with the sequence that the log had then. */
  readonly seen: ReadonlyMap<string, number>
  /** Keys of panels' messages with the time at which they came, ms. */
  readonly heard: ReadonlyMap<string, number>
  /** By `kind name`; null: taken away. */
  readonly access: ReadonlyMap<string, AccessRecord | null>
  readonly auditLines: readonly AuditRow[]
  /** All but the latest so many events may be forgotten. */
  readonly keepSeen?: number
}

export interface AuditRow {
  readonly kept: KeptLine
  readonly found: AuditIndex
}

/**
 * The rules run over this as over any Book. Asked for what it does not know it says "there is none" and notes it in `wants`:
 * then nothing of the batch counts, the facts are fetched, and the batch is worked out anew.
 */
export class MemoryBook implements Book {
  readonly wants = new Wants()
  readonly #facts: Facts
  #head: Head
  #rows: LogRow[] = []
  #keepSeen: number | undefined
  readonly #counters = new Map<string, number>()
  readonly #alarms = new Map<number, StoredAlarm>()
  readonly #openAlarms = new Map<string, number | null>()
  readonly #windows = new Map<number, {window: OnTestWindow; state: Json<OnTestWindow>}>()
  readonly #devices = new Map<string, {device: Device; state: Json<Device>}>()
  readonly #panels = new Map<string, readonly Panel[]>()
  readonly #seen = new Map<string, number>()
  readonly #heard = new Map<string, number>()
  readonly #access = new Map<string, AccessRecord | null>()
  readonly #auditLines: AuditRow[] = []
  /** How to take back what was done since `atomically` began, latest last. */
  #undo: (() => void)[] | undefined

  constructor(facts: Facts, head: Head) {
    this.#facts = facts
    this.#head = head
  }

  changes(): Changes {
    return {
      head: this.#head,
      rows: this.#rows,
      counters: this.#counters,
      alarms: this.#alarms,
      windows: this.#windows,
      devices: this.#devices,
      seen: this.#seen,
      heard: this.#heard,
      access: this.#access,
      auditLines: this.#auditLines,
      ...(this.#keepSeen === undefined ? {} : {keepSeen: this.#keepSeen}),
    }
  }

  get head(): number {
    return this.#head.seq
  }

  append(entry: NewEntry, type: string, subject: string): void {
    const seq = this.#head.seq + 1
    this.#rows.push({seq, at: entry.at, type, subject, entry: json<LogEntry>({seq, ...entry})})
    this.#head = {...this.#head, seq}
  }

  count(name: string, delta: number): void {
    if (delta !== 0) this.#put(this.#counters, name, (this.#counters.get(name) ?? 0) + delta)
  }

  atomically<Result>(work: () => Result): Result {
    const [outer, head, rows] = [this.#undo, this.#head, this.#rows.length]
    const undo: (() => void)[] = []
    this.#undo = undo
    try {
      return work()
    } catch (error) {
      for (const step of undo.splice(0).reverse()) step()
      this.#head = head
      this.#rows = this.#rows.slice(0, rows)
      throw error
    } finally {
      if (outer) for (const step of undo) outer.push(step)
      this.#undo = outer
    }
  }

  /** Nothing to do: every batch writes the row of its node, so a full disk refuses an empty one too. */
  tryRoom(): void {}

  openAlarm(key: string): Alarm | undefined {
    const changed = this.#openAlarms.get(key)
    const id = changed === undefined ? this.#known(this.#facts.openAlarms, key, this.wants.openAlarms) : changed
    return id === undefined || id === null ? undefined : this.#alarmOf(id)?.alarm
  }

  alarm(id: number): StoredAlarm | undefined {
    return this.#alarmOf(id)
  }

  nextAlarmId(): number {
    return this.#head.alarm + 1
  }

  saveAlarm(key: string, alarm: Alarm): void {
    const before = this.#alarms.get(alarm.id) ?? this.#facts.alarms.get(alarm.id)
    this.#put(this.#alarms, alarm.id, {key, alarm})
    // One that was closed before says nothing of the one that is open under its key now.
    if (alarm.handling !== 'closed') this.#put(this.#openAlarms, key, alarm.id)
    else if (before?.alarm.handling !== 'closed') this.#put(this.#openAlarms, key, null)
    this.#raise({alarm: Math.max(this.#head.alarm, alarm.id)})
  }

  openWindows(account?: string): readonly OnTestWindow[] {
    const stored = account === undefined ? this.#allWindows() : this.#accountWindows(account)
    const changed = [...this.#windows.values()].map(({window}) => window)
    const own = account === undefined ? changed : changed.filter((window) => window.account === account)
    const ids = new Set([...stored, ...own.map(({id}) => id)])
    const windows = [...ids].sort((a, b) => a - b).map((id) => this.window(id))
    return windows.filter((window) => window !== undefined).filter(({state}) => state === 'open')
  }

  window(id: number): OnTestWindow | undefined {
    return this.#windows.get(id)?.window ?? this.#known(this.#facts.windows, id, this.wants.windows)
  }

  nextWindowId(): number {
    return this.#head.ontest + 1
  }

  saveWindow(window: OnTestWindow, state: Json<OnTestWindow>): void {
    this.#put(this.#windows, window.id, {window, state})
    this.#raise({ontest: Math.max(this.#head.ontest, window.id)})
  }

  seenAt(key: string): number | undefined {
    return this.#seen.get(key) ?? this.#known(this.#facts.seen, key, this.wants.seen)
  }

  see(key: string, seq: number): void {
    this.#put(this.#seen, key, seq)
    this.#raise({seen: this.#head.seen + 1})
  }

  forgetSeen(kept: number): void {
    this.#keepSeen = kept
  }

  heardAt(key: string): number | undefined {
    return this.#heard.get(key) ?? this.#known(this.#facts.heard, key, this.wants.heard)
  }

  hear(key: string, at: number): void {
    this.#put(this.#heard, key, at)
  }

  panelOf(account: string): Panel | undefined {
    return this.#panelsOf(account)[0]
  }

  panelKeys(account: string): readonly string[] {
    return this.#panelsOf(account).map(({key}) => key)
  }

  device(kind: DeviceKind, key: string): Json<Device> | undefined {
    const name = deviceName(kind, key)
    return this.#devices.get(name)?.state ?? this.#known(this.#facts.devices, name, this.wants.devices)
  }

  saveDevice(device: Device, state: Json<Device>): void {
    const name = deviceName(device.kind, device.key)
    const before = device.kind === 'panel' ? this.device('panel', device.key) : undefined
    this.#put(this.#devices, name, {device, state})
    if (device.kind !== 'panel') return
    const old = before === undefined ? undefined : (JSON.parse(before) as Panel)
    if (old) this.#put(this.#panels, old.account, without(this.#panelsOf(old.account), old.key))
    this.#put(this.#panels, device.account, [...without(this.#panelsOf(device.account), device.key), device])
  }

  revision(): number {
    return this.#head.revision
  }

  setRevision(revision: number): void {
    this.#raise({revision})
  }

  access(kind: AccessKind, name: string): AccessRecord | undefined {
    const key = `${kind} ${name}`
    const changed = this.#access.get(key)
    return changed === undefined ? this.#accessFacts().get(key) : (changed ?? undefined)
  }

  accessOf(kind: AccessKind): readonly AccessRecord[] {
    const all = new Map<string, AccessRecord | null>([...this.#accessFacts(), ...this.#access])
    return [...all.values()].filter((record) => record !== null).filter((record) => record.kind === kind)
  }

  saveAccess(record: AccessRecord): void {
    this.#put(this.#access, `${record.kind} ${record.name}`, record)
  }

  dropAccess(kind: AccessKind, name: string): void {
    this.#put(this.#access, `${kind} ${name}`, null)
  }

  auditTail(): {readonly n: number; readonly hash: string} | undefined {
    const last = this.#auditLines.at(-1)
    if (last) return last.kept
    if (this.#facts.auditTail === undefined) this.wants.auditTail = true
    return this.#facts.auditTail ?? undefined
  }

  saveAuditLine(kept: KeptLine, found: AuditIndex): void {
    this.#auditLines.push({kept, found})
  }

  #accessFacts(): ReadonlyMap<string, AccessRecord> {
    if (this.#facts.access === undefined) this.wants.access = true
    return this.#facts.access ?? new Map()
  }

  #alarmOf(id: number): StoredAlarm | undefined {
    return this.#alarms.get(id) ?? this.#known(this.#facts.alarms, id, this.wants.alarms)
  }

  #accountWindows(account: string): readonly number[] {
    return this.#known(this.#facts.accountWindows, account, this.wants.accountWindows) ?? []
  }

  #allWindows(): readonly number[] {
    if (this.#facts.allWindows === undefined) this.wants.allWindows = true
    return this.#facts.allWindows ?? []
  }

  /** By key, as the database orders them. */
  #panelsOf(account: string): readonly Panel[] {
    const panels = this.#panels.get(account) ?? this.#known(this.#facts.panels, account, this.wants.panels) ?? []
    if (panels.length < 2) return panels
    return panels.toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
  }

  #known<Key, Value>(facts: ReadonlyMap<Key, Value | null>, key: Key, wants: Set<Key>): Value | undefined {
    const fact = facts.get(key)
    if (fact === undefined) wants.add(key)
    return fact ?? undefined
  }

  #put<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
    const before = map.get(key)
    this.#undo?.push(before === undefined ? () => map.delete(key) : () => map.set(key, before))
    map.set(key, value)
  }

  #raise(change: Partial<Head>): void {
    this.#head = {...this.#head, ...change}
  }
}

function without(panels: readonly Panel[], key: string): Panel[] {
  return panels.filter((panel) => panel.key !== key)
}
