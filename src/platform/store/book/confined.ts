/** The book as somebody sees it who is cut to a jurisdiction: what lies outside is not there, and nothing can be put there. */
import {CitywatchError} from '../../../lib/errors.ts'
import type {Alarm} from '../../../model/alarm.ts'
import type {Device, DeviceKind, Panel} from '../../../model/device.ts'
import type {Job} from '../../../model/job.ts'
import {isWithin, type Jurisdiction} from '../../../model/jurisdiction.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {WatchedId} from '../../../model/supervision.ts'
import type {AccessKind, AccessRecord} from '../../access/records.ts'
import type {KeptLine} from '../../audit/line.ts'
import type {Json} from '../../json.ts'
import type {AuditIndex} from './audit.ts'
import type {Book, NewEntry} from './book.ts'
import type {MissingRow, Outage} from './missing.ts'
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

  alarm(id: number): {readonly key: string; readonly alarm: Alarm} | undefined {
    const found = this.#book.alarm(id)
    return found && isWithin(found.alarm.jurisdiction, this.#scope) ? found : undefined
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

  openAlarm(key: string): Alarm | undefined {
    return this.#book.openAlarm(key)
  }

  nextAlarmId(): number {
    return this.#book.nextAlarmId()
  }

  saveAlarm(key: string, alarm: Alarm): void {
    this.#book.saveAlarm(key, alarm)
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
    throw new CitywatchError('CW_FORBIDDEN', {what: 'jobs', detail: `they are not within ${this.#scope}`})
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

  keep(kind: string, key: string, text: string | null): void {
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
