/** A batch worked out in memory: the facts that the database gave, and over them what the writes change. */
import type {Policy} from '../../../alarm/policy.ts'
import {firedAt, ownAccount} from '../../../model/alarm.ts'
import type {Device, DeviceKind, Panel, Zone} from '../../../model/device.ts'
import {type Handoff, isWaiting} from '../../../model/handoff.ts'
import type {Jurisdiction} from '../../../model/jurisdiction.ts'
import type {LogEntry} from '../../../model/log-entry.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {WatchedId} from '../../../model/supervision.ts'
import type {AccessKind, AccessRecord} from '../../access/records.ts'
import type {KeptLine} from '../../audit/line.ts'
import {type Json, json} from '../../json.ts'
import type {AuditIndex} from '../book/audit.ts'
import type {Book, KeptAlarm, NewEntry} from '../book/book.ts'
import type {MissingRow, Outage} from '../book/missing.ts'
import type {LogRow} from '../port.ts'
import type {AuditRow, Changes, Head} from './changes.ts'
import {deviceName, type Facts, keptName} from './facts.ts'
import {JobMemory} from './job-memory.ts'
import {alarmsName, handoffsName} from './life-names.ts'
import type {Recall} from './recall.ts'

/**
 * The rules run over this as over any Book. Asked for what it does not know it says "there is none" and notes it in `wants`:
 * then nothing of the batch counts, the facts are fetched, and the batch is worked out anew.
 */
export class MemoryBook extends JobMemory implements Book {
  readonly policy: Policy
  readonly #facts: Facts
  readonly #recall: Pick<Recall, 'find'>
  #head: Head
  #rows: LogRow[] = []
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
  readonly #missing = new Map<string, MissingRow | null>()
  readonly #outages = new Map<string, Outage | null>()
  readonly #kept = new Map<string, string | null>()
  readonly #access = new Map<string, AccessRecord | null>()
  readonly #auditLines: AuditRow[] = []
  /** How to take back what was done since `atomically` began, latest last. */
  #undo: (() => void)[] | undefined

  constructor(facts: Facts, recall: Pick<Recall, 'find'>, head: Head, policy: Policy) {
    super(facts)
    this.policy = policy
    this.#facts = facts
    this.#recall = recall
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
      missing: this.#missing,
      outages: this.#outages,
      kept: this.#kept,
      access: this.#access,
      auditLines: this.#auditLines,
      ...this.jobChanges(),
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
    const changed = [...this.#alarms.values()].filter(({alarm}) => ownAccount(alarm) === account)
    const ids = new Set([...stored, ...changed.map(({alarm}) => alarm.id)])
    return [...ids]
      .flatMap((id) => this.alarm(id) ?? [])
      .filter(({alarm}) => alarm.handling !== 'closed' && firedAt(alarm) >= since && ownAccount(alarm) === account)
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
    this.#raise({ontest: Math.max(this.#head.ontest, window.id), turn: this.#head.turn + 1})
  }

  seenAt(key: string): number | undefined {
    return this.#seen.get(key) ?? this.#recall.find('event', key)
  }

  see(key: string, seq: number): void {
    this.#put(this.#seen, key, seq)
  }

  /** Nothing to do: memory forgets by itself, and the database in its upkeep. */
  forgetSeen(): void {}

  heardAt(key: string): number | undefined {
    return this.#heard.get(key) ?? this.#recall.find('message', key)
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

  admitDevice(): void {}

  saveDevice(device: Device, state: Json<Device>): void {
    const name = deviceName(device.kind, device.key)
    const before = device.kind === 'panel' ? this.device('panel', device.key) : undefined
    this.#put(this.#devices, name, {device, state})
    if (device.kind !== 'panel') return
    const old = before === undefined ? undefined : (JSON.parse(before) as Panel)
    if (old) this.#put(this.#panels, old.account, without(this.#panelsOf(old.account), old.key))
    this.#put(this.#panels, device.account, [...without(this.#panelsOf(device.account), device.key), device])
  }

  missingAmong(ids: readonly WatchedId[]): readonly MissingRow[] {
    return ids.map(({kind, id}) => this.#missingOf(keptName(kind, id))).filter((row) => row !== undefined)
  }

  missingOnTest(): readonly MissingRow[] {
    if (this.#facts.missingOnTest === undefined) this.wants.missingOnTest = true
    const names = new Set([...(this.#facts.missingOnTest ?? []), ...this.#missing.keys()])
    const rows = [...names].map((name) => this.#missingOf(name)).filter((row) => row !== undefined)
    return rows.filter(({onTest}) => onTest !== undefined)
  }

  saveMissing(rows: readonly MissingRow[]): void {
    for (const row of rows) this.#put(this.#missing, keptName(row.kind, row.id), row)
  }

  dropMissing(ids: readonly WatchedId[]): void {
    for (const {kind, id} of ids) this.#put(this.#missing, keptName(kind, id), null)
  }

  outage(place: Jurisdiction): Outage | undefined {
    const changed = this.#outages.get(place)
    if (changed === undefined) return this.#known(this.#facts.outages, place, this.wants.outages)
    return changed ?? undefined
  }

  untoldOutages(): readonly Outage[] {
    if (this.#facts.untoldOutages === undefined) this.wants.untoldOutages = true
    const places = new Set([...(this.#facts.untoldOutages ?? []), ...this.#outages.keys()])
    const rows = [...places].sort(byBytes).map((place) => this.outage(place))
    return rows
      .filter((row) => row !== undefined)
      .filter((row) => row.devices !== row.toldDevices || row.total !== row.toldTotal)
  }

  saveOutage(outage: Outage): void {
    const {place, devices, total, toldDevices, toldTotal} = outage
    const isOver = devices === 0 && toldDevices === 0 && total === toldTotal
    this.#put(this.#outages, place, isOver ? null : outage)
  }

  kept(kind: string, key: string): string | undefined {
    const name = keptName(kind, key)
    const changed = this.#kept.get(name)
    if (changed === undefined) return this.#known(this.#facts.kept, name, this.wants.kept)
    return changed ?? undefined
  }

  keep(kind: string, key: string, text: string | null): void {
    this.#put(this.#kept, keptName(kind, key), text)
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

  #missingOf(name: string): MissingRow | undefined {
    const changed = this.#missing.get(name)
    if (changed === undefined) return this.#known(this.#facts.missing, name, this.wants.missing)
    return changed ?? undefined
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
    return panels.toSorted((a, b) => byBytes(a.key, b.key))
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

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** What there is of each id, once, in order. */
function byId<Value>(ids: readonly number[], of: (id: number) => Value | undefined): Value[] {
  const sorted = [...new Set(ids)].sort((a, b) => a - b)
  return sorted.map(of).filter((value) => value !== undefined)
}
function without(panels: readonly Panel[], key: string): Panel[] {
  return panels.filter((panel) => panel.key !== key)
}
