/** The book as somebody sees it who is cut to a jurisdiction: what lies outside is not there, and nothing can be put there. */
import type {Policy} from '../../../alarm/policy.ts'
import {CitywatchError} from '../../../lib/errors.ts'
import type {Device, DeviceKind, Panel, Zone} from '../../../model/device.ts'
import type {Handoff} from '../../../model/handoff.ts'
import type {Job} from '../../../model/job.ts'
import {isWithin, type Jurisdiction} from '../../../model/jurisdiction.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {WatchedId} from '../../../model/supervision.ts'
import type {AccessKind, AccessRecord} from '../../access/records.ts'
import type {KeptLine} from '../../audit/line.ts'
import type {Json} from '../../json.ts'
import type {AuditIndex} from './audit.ts'
import type {Book, KeptAlarm, NewEntry} from './book.ts'
import {KEPT_LOGIN} from './logins.ts'
import type {MissingRow, Outage} from './missing.ts'
import {KEPT_SCHEDULE} from './schedules.ts'
import type {Move, TaskRow} from './tasks.ts'

/** What stands for the key of a device that the asker may not know of. */
const HIDDEN = 'a device of another jurisdiction'

/** Each member is written out: a new one of the book does not compile before somebody has said what it shows to whom. */
export class ConfinedBook implements Book {
  readonly #book: Book
  readonly #scope: Jurisdiction

  constructor(book: Book, scope: Jurisdiction) {
    this.#book = book
    this.#scope = scope
  }

  alarm(id: number): KeptAlarm | undefined {
    const found = this.#book.alarm(id)
    return found && isWithin(found.alarm.jurisdiction, this.#scope) ? found : undefined
  }

  openAlarmsOf(account: string, since: number, limit?: number): readonly KeptAlarm[] {
    const all = this.#book.openAlarmsOf(account, since, limit)
    return all.filter(({alarm}) => isWithin(alarm.jurisdiction, this.#scope))
  }

  mask(id: number): Mask | undefined {
    const mask = this.#book.mask(id)
    return mask && isWithin(mask.jurisdiction, this.#scope) ? mask : undefined
  }

  handoff(id: number): Handoff | undefined {
    const handoff = this.#book.handoff(id)
    return handoff && isWithin(handoff.jurisdiction, this.#scope) ? handoff : undefined
  }

  window(id: number): OnTestWindow | undefined {
    const window = this.#book.window(id)
    return window && isWithin(window.jurisdiction, this.#scope) ? window : undefined
  }

  openWindows(account?: string): readonly OnTestWindow[] {
    return this.#book.openWindows(account).filter(({jurisdiction}) => isWithin(jurisdiction, this.#scope))
  }

  /** A panel elsewhere is none: its account is as unknown as one that nobody has. */
  panelOf(account: string): Panel | undefined {
    const panel = this.#book.panelOf(account)
    return panel && isWithin(panel.jurisdiction, this.#scope) ? panel : undefined
  }

  panelKeys(account: string): readonly string[] {
    return this.#book.panelKeys(account).map((key) => (this.device('panel', key) === undefined ? HIDDEN : key))
  }

  device(kind: DeviceKind, key: string): Json<Device> | undefined {
    const state = this.#book.device(kind, key)
    return state !== undefined && this.#owns(JSON.parse(state) as Device) ? state : undefined
  }

  /** Throws CW_FORBIDDEN for a device elsewhere, also for one that would come from elsewhere. */
  admitDevice(device: Device): void {
    const isTaken = this.device(device.kind, device.key) === undefined && this.#book.device(device.kind, device.key)
    if (isTaken || !this.#owns(device)) {
      throw new CitywatchError('CW_FORBIDDEN', {
        what: `${device.kind} ${device.key}`,
        detail: `it is not within ${this.#scope}`,
      })
    }
  }

  saveDevice(device: Device, state: Json<Device>): void {
    this.admitDevice(device)
    this.#book.saveDevice(device, state)
  }

  #owns({jurisdiction}: Device): boolean {
    return isWithin(jurisdiction, this.#scope)
  }

  // What follows from a panel or an alarm that was let through above, or shows nothing of any place.

  get head(): number {
    return this.#book.head
  }

  append(entry: NewEntry, type: string, subject: string): void {
    this.#book.append(entry, type, subject)
  }

  count(name: string, delta: number): void {
    this.#book.count(name, delta)
  }

  atomically<Result>(work: () => Result): Result {
    return this.#book.atomically(work)
  }

  tryRoom(): void {
    this.#book.tryRoom()
  }

  get policy(): Policy {
    return this.#book.policy
  }

  masksOn(account?: string): readonly Mask[] {
    return this.#book.masksOn(account)
  }

  nextMaskId(): number {
    return this.#book.nextMaskId()
  }

  saveMask(mask: Mask, state: Json<Mask>): void {
    this.#book.saveMask(mask, state)
  }

  handoffsOf(account: string, since: number): readonly Handoff[] {
    return this.#book.handoffsOf(account, since)
  }

  nextHandoffId(): number {
    return this.#book.nextHandoffId()
  }

  saveHandoff(handoff: Handoff, state: Json<Handoff>): void {
    this.#book.saveHandoff(handoff, state)
  }

  zonesOf(account: string): readonly Zone[] {
    return this.#book.zonesOf(account)
  }

  openAlarm(key: string): KeptAlarm | undefined {
    return this.#book.openAlarm(key)
  }

  nextAlarmId(): number {
    return this.#book.nextAlarmId()
  }

  saveAlarm(kept: KeptAlarm): void {
    this.#book.saveAlarm(kept)
  }

  nextWindowId(): number {
    return this.#book.nextWindowId()
  }

  saveWindow(window: OnTestWindow, state: Json<OnTestWindow>): void {
    this.#book.saveWindow(window, state)
  }

  seenAt(key: string): number | undefined {
    return this.#book.seenAt(key)
  }

  see(key: string, seq: number): void {
    this.#book.see(key, seq)
  }

  forgetSeen(kept: number): void {
    this.#book.forgetSeen(kept)
  }

  heardAt(key: string): number | undefined {
    return this.#book.heardAt(key)
  }

  hear(key: string, at: number): void {
    this.#book.hear(key, at)
  }

  revision(): number {
    return this.#book.revision()
  }

  setRevision(revision: number): void {
    this.#book.setRevision(revision)
  }

  // Jobs belong to no jurisdiction: who is cut to one sees none, and makes none.

  job(): undefined {}

  /** Throws CW_FORBIDDEN. */
  nextJobId(): never {
    throw this.#notWithin()
  }

  #notWithin(): CitywatchError {
    return new CitywatchError('CW_FORBIDDEN', {what: 'jobs', detail: `they are not within ${this.#scope}`})
  }

  saveJob(job: Job): void {
    this.#book.saveJob(job)
  }

  addTasks(rows: readonly TaskRow[]): void {
    this.#book.addTasks(rows)
  }

  tasks(): readonly TaskRow[] {
    return []
  }

  dueTasks(): readonly TaskRow[] {
    return []
  }

  saveTasks(rows: readonly TaskRow[]): void {
    this.#book.saveTasks(rows)
  }

  dropTasks(): void {}

  dropJob(): void {}

  moveTasks(): readonly Move[] {
    return []
  }

  // Supervision keeps its books by device, and is changed with the devices that were let through above.

  missingAmong(ids: readonly WatchedId[]): readonly MissingRow[] {
    return this.#book.missingAmong(ids)
  }

  missingOnTest(): readonly MissingRow[] {
    return this.#book.missingOnTest()
  }

  saveMissing(rows: readonly MissingRow[]): void {
    this.#book.saveMissing(rows)
  }

  dropMissing(ids: readonly WatchedId[]): void {
    this.#book.dropMissing(ids)
  }

  outage(place: Jurisdiction): Outage | undefined {
    return this.#book.outage(place)
  }

  untoldOutages(): readonly Outage[] {
    return this.#book.untoldOutages()
  }

  saveOutage(outage: Outage): void {
    this.#book.saveOutage(outage)
  }

  kept(kind: string, key: string): string | undefined {
    return this.#book.kept(kind, key)
  }

  /** Throws CW_FORBIDDEN for what workers tell each other, and for schedules. */
  keep(kind: string, key: string, text: string | null): void {
    if (kind === KEPT_LOGIN || kind === KEPT_SCHEDULE) throw this.#notWithin()
    this.#book.keep(kind, key, text)
  }

  // Users and tokens have rules of their own about jurisdictions (access.ts); nobody reads the audit log here.

  access(kind: AccessKind, name: string): AccessRecord | undefined {
    return this.#book.access(kind, name)
  }

  accessOf(kind: AccessKind): readonly AccessRecord[] {
    return this.#book.accessOf(kind)
  }

  saveAccess(record: AccessRecord): void {
    this.#book.saveAccess(record)
  }

  dropAccess(kind: AccessKind, name: string): void {
    this.#book.dropAccess(kind, name)
  }

  auditTail(): {readonly n: number; readonly hash: string} | undefined {
    return this.#book.auditTail()
  }

  saveAuditLine(kept: KeptLine, found: AuditIndex): void {
    this.#book.saveAuditLine(kept, found)
  }
}
