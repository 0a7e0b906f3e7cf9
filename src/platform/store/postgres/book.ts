/** A batch worked out in memory: the facts that the database gave, and over them what the writes change. */
import type {Policy} from '../../../alarm/policy.ts'
import {firedAt} from '../../../model/alarm.ts'
import type {Device, DeviceKind, Panel, Zone} from '../../../model/device.ts'
import {type Handoff, isWaiting} from '../../../model/handoff.ts'
import type {LogEntry} from '../../../model/log-entry.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import {type Json, json} from '../../json.ts'
import type {Book, KeptAlarm, NewEntry} from '../book/book.ts'
import type {LogRow} from '../port.ts'
import {alarmsName, deviceName, type Facts, handoffsName, Wants} from './facts.ts'

/** What the row of `head` says when the batch begins, and what is written there when it ends. */
export interface Head {
  readonly seq: number
  readonly alarm: number
  readonly ontest: number
  readonly mask: number
  readonly handoff: number
  readonly seen: number
  readonly revision: number
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
  /** All but the latest so many events may be forgotten. */
  readonly keepSeen?: number
}

/**
 * The rules run over this as over any Book. Asked for what it does not know it says "there is none" and notes it in `wants`:
 * then nothing of the batch counts, the facts are fetched, and the batch is worked out anew.
 */
export class MemoryBook implements Book {
  readonly wants = new Wants()
  readonly policy: Policy
  readonly #facts: Facts
  #head: Head
  #rows: LogRow[] = []
  #keepSeen: number | undefined
  readonly #counters = new Map<string, number>()
  readonly #alarms = new Map<number, KeptAlarm>()
  readonly #masks = new Map<number, {mask: Mask; state: Json<Mask>}>()
  readonly #handoffs = new Map<number, {handoff: Handoff; state: Json<Handoff>}>()
  readonly #openAlarms = new Map<string, number | null>()
  readonly #windows = new Map<number, {window: OnTestWindow; state: Json<OnTestWindow>}>()
  readonly #devices = new Map<string, {device: Device; state: Json<Device>}>()
  readonly #panels = new Map<string, readonly Panel[]>()
  readonly #seen = new Map<string, number>()
  readonly #heard = new Map<string, number>()
  /** How to take back what was done since `atomically` began, latest last. */
  #undo: (() => void)[] | undefined

  constructor(facts: Facts, head: Head, policy: Policy) {
    this.policy = policy
    this.#facts = facts
    this.#head = head
  }

  changes(): Changes {
    return {
      head: this.#head,
      rows: this.#rows,
      counters: this.#counters,
      alarms: this.#alarms,
      masks: this.#masks,
      handoffs: this.#handoffs,
      windows: this.#windows,
      devices: this.#devices,
      seen: this.#seen,
      heard: this.#heard,
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

  openAlarm(key: string): KeptAlarm | undefined {
    const changed = this.#openAlarms.get(key)
    const id = changed === undefined ? this.#known(this.#facts.openAlarms, key, this.wants.openAlarms) : changed
    return id === undefined || id === null ? undefined : this.alarm(id)
  }

  alarm(id: number): KeptAlarm | undefined {
    return this.#alarms.get(id) ?? this.#known(this.#facts.alarms, id, this.wants.alarms)
  }

  openAlarmsOf(account: string, since: number, limit?: number): readonly KeptAlarm[] {
    const name = alarmsName(account, since, limit)
    const stored = this.#known(this.#facts.accountAlarms, name, this.wants.accountAlarms) ?? []
    const changed = [...this.#alarms.values()].filter(({alarm}) => alarm.account === account)
    const ids = new Set([...stored, ...changed.map(({alarm}) => alarm.id)])
    return [...ids]
      .flatMap((id) => this.alarm(id) ?? [])
      .filter(({alarm}) => alarm.handling !== 'closed' && firedAt(alarm) >= since)
      .sort((a, b) => firedAt(b.alarm) - firedAt(a.alarm) || b.alarm.id - a.alarm.id)
      .slice(0, limit)
  }

  nextAlarmId(): number {
    return this.#head.alarm + 1
  }

  saveAlarm(kept: KeptAlarm): void {
    const {key, alarm} = kept
    const before = this.#alarms.get(alarm.id) ?? this.#facts.alarms.get(alarm.id)
    this.#put(this.#alarms, alarm.id, kept)
    // One that was closed before says nothing of the one that is open under its key now.
    if (alarm.handling !== 'closed') this.#put(this.#openAlarms, key, alarm.id)
    else if (before?.alarm.handling !== 'closed') this.#put(this.#openAlarms, key, null)
    this.#raise({alarm: Math.max(this.#head.alarm, alarm.id)})
  }

  masksOn(account?: string): readonly Mask[] {
    if (account === undefined && this.#facts.allMasks === undefined) this.wants.allMasks = true
    const stored =
      account === undefined
        ? this.#facts.allMasks
        : this.#known(this.#facts.accountMasks, account, this.wants.accountMasks)
    const changed = [...this.#masks.values()].map(({mask}) => mask)
    const own = changed.filter(({scope}) => account === undefined || scope.account === account)
    const masks = byId([...(stored ?? []), ...own.map(({id}) => id)], (id) => this.mask(id))
    return masks.filter(({state}) => state === 'on')
  }

  mask(id: number): Mask | undefined {
    return this.#masks.get(id)?.mask ?? this.#known(this.#facts.masks, id, this.wants.masks)
  }

  nextMaskId(): number {
    return this.#head.mask + 1
  }

  saveMask(mask: Mask, state: Json<Mask>): void {
    this.#put(this.#masks, mask.id, {mask, state})
    this.#raise({mask: Math.max(this.#head.mask, mask.id)})
  }

  handoffsOf(account: string, since: number): readonly Handoff[] {
    const name = handoffsName(account, since)
    const stored = this.#known(this.#facts.accountHandoffs, name, this.wants.accountHandoffs) ?? []
    const changed = [...this.#handoffs.values()].filter(({handoff}) => handoff.account === account)
    const handoffs = byId([...stored, ...changed.map(({handoff}) => handoff.id)], (id) => this.handoff(id))
    return handoffs.filter((handoff) => isWaiting(handoff) || handoff.changedAt >= since)
  }

  handoff(id: number): Handoff | undefined {
    return this.#handoffs.get(id)?.handoff ?? this.#known(this.#facts.handoffs, id, this.wants.handoffs)
  }

  nextHandoffId(): number {
    return this.#head.handoff + 1
  }

  saveHandoff(handoff: Handoff, state: Json<Handoff>): void {
    this.#put(this.#handoffs, handoff.id, {handoff, state})
    this.#raise({handoff: Math.max(this.#head.handoff, handoff.id)})
  }

  zonesOf(account: string): readonly Zone[] {
    const changed = [...this.#devices.values()].flatMap(({device}) => (device.kind === 'zone' ? [device] : []))
    const stored = this.#known(this.#facts.zones, account, this.wants.zones) ?? []
    const own = changed.filter((zone) => zone.account === account)
    return [...stored.filter(({key}) => !changed.some((zone) => zone.key === key)), ...own]
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

/** What there is of each id, once, in order. */
function byId<Value>(ids: readonly number[], of: (id: number) => Value | undefined): Value[] {
  const sorted = [...new Set(ids)].sort((a, b) => a - b)
  return sorted.map(of).filter((value) => value !== undefined)
}

function without(panels: readonly Panel[], key: string): Panel[] {
  return panels.filter((panel) => panel.key !== key)
}
