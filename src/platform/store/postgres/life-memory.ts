/** Alarms, masks, hand-overs and on-test windows while a batch is worked out in memory. */
import {firedAt, ownAccount} from '../../../model/alarm.ts'
import {type Handoff, isWaiting} from '../../../model/handoff.ts'
import type {Mask} from '../../../model/mask.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {Json} from '../../json.ts'
import type {KeptAlarm} from '../book/book.ts'
import type {Changes} from './changes.ts'
import {JobMemory} from './job-memory.ts'
import {alarmsName, handoffsName} from './life-names.ts'

export class LifeMemory extends JobMemory {
  readonly #alarms = new Map<number, KeptAlarm>()
  readonly #masks = new Map<number, {mask: Mask; state: Json<Mask>}>()
  readonly #handoffs = new Map<number, {handoff: Handoff; state: Json<Handoff>}>()
  readonly #openAlarms = new Map<string, number | null>()
  readonly #windows = new Map<number, {window: OnTestWindow; state: Json<OnTestWindow>}>()

  openAlarm(key: string): KeptAlarm | undefined {
    const changed = this.#openAlarms.get(key)
    const id = changed === undefined ? this.known(this.facts.openAlarms, key, this.wants.openAlarms) : changed
    return id === undefined || id === null ? undefined : this.alarm(id)
  }

  alarm(id: number): KeptAlarm | undefined {
    return this.#alarms.get(id) ?? this.known(this.facts.alarms, id, this.wants.alarms)
  }

  openAlarmsOf(account: string, since: number, limit?: number): readonly KeptAlarm[] {
    const name = alarmsName(account, since, limit)
    const stored = this.known(this.facts.accountAlarms, name, this.wants.accountAlarms) ?? []
    const changed = [...this.#alarms.values()].filter(({alarm}) => ownAccount(alarm) === account)
    const ids = new Set([...stored, ...changed.map(({alarm}) => alarm.id)])
    return [...ids]
      .flatMap((id) => this.alarm(id) ?? [])
      .filter(({alarm}) => alarm.handling !== 'closed' && firedAt(alarm) >= since && ownAccount(alarm) === account)
      .sort((a, b) => firedAt(b.alarm) - firedAt(a.alarm) || b.alarm.id - a.alarm.id)
      .slice(0, limit)
  }

  nextAlarmId(): number {
    return this.at.alarm + 1
  }

  saveAlarm(kept: KeptAlarm): void {
    const {key, alarm} = kept
    const before = this.#alarms.get(alarm.id) ?? this.facts.alarms.get(alarm.id)
    this.put(this.#alarms, alarm.id, kept)
    // One that was closed before says nothing of the one that is open under its key now.
    if (alarm.handling !== 'closed') this.put(this.#openAlarms, key, alarm.id)
    else if (before?.alarm.handling !== 'closed') this.put(this.#openAlarms, key, null)
    this.raise({alarm: Math.max(this.at.alarm, alarm.id)})
  }

  masksOn(account?: string): readonly Mask[] {
    if (account === undefined && this.facts.allMasks === undefined) this.wants.allMasks = true
    const stored =
      account === undefined
        ? this.facts.allMasks
        : this.known(this.facts.accountMasks, account, this.wants.accountMasks)
    const changed = [...this.#masks.values()].map(({mask}) => mask)
    const own = changed.filter(({scope}) => account === undefined || scope.account === account)
    const masks = byId([...(stored ?? []), ...own.map(({id}) => id)], (id) => this.mask(id))
    return masks.filter(({state}) => state === 'on')
  }

  mask(id: number): Mask | undefined {
    return this.#masks.get(id)?.mask ?? this.known(this.facts.masks, id, this.wants.masks)
  }

  nextMaskId(): number {
    return this.at.mask + 1
  }

  saveMask(mask: Mask, state: Json<Mask>): void {
    this.put(this.#masks, mask.id, {mask, state})
    this.raise({mask: Math.max(this.at.mask, mask.id)})
  }

  handoffsOf(account: string, since: number): readonly Handoff[] {
    const name = handoffsName(account, since)
    const stored = this.known(this.facts.accountHandoffs, name, this.wants.accountHandoffs) ?? []
    const changed = [...this.#handoffs.values()].filter(({handoff}) => handoff.account === account)
    const handoffs = byId([...stored, ...changed.map(({handoff}) => handoff.id)], (id) => this.handoff(id))
    return handoffs.filter((handoff) => isWaiting(handoff) || handoff.changedAt >= since)
  }

  handoff(id: number): Handoff | undefined {
    return this.#handoffs.get(id)?.handoff ?? this.known(this.facts.handoffs, id, this.wants.handoffs)
  }

  nextHandoffId(): number {
    return this.at.handoff + 1
  }

  saveHandoff(handoff: Handoff, state: Json<Handoff>): void {
    this.put(this.#handoffs, handoff.id, {handoff, state})
    this.raise({handoff: Math.max(this.at.handoff, handoff.id)})
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
    return this.#windows.get(id)?.window ?? this.known(this.facts.windows, id, this.wants.windows)
  }

  nextWindowId(): number {
    return this.at.ontest + 1
  }

  saveWindow(window: OnTestWindow, state: Json<OnTestWindow>): void {
    this.put(this.#windows, window.id, {window, state})
    this.raise({ontest: Math.max(this.at.ontest, window.id), turn: this.at.turn + 1})
  }

  #accountWindows(account: string): readonly number[] {
    return this.known(this.facts.accountWindows, account, this.wants.accountWindows) ?? []
  }

  #allWindows(): readonly number[] {
    if (this.facts.allWindows === undefined) this.wants.allWindows = true
    return this.facts.allWindows ?? []
  }

  lifeChanges(): Pick<Changes, 'alarms' | 'masks' | 'handoffs' | 'windows'> {
    return {alarms: this.#alarms, masks: this.#masks, handoffs: this.#handoffs, windows: this.#windows}
  }
}

/** What there is of each id, once, in order. */
function byId<Value>(ids: readonly number[], of: (id: number) => Value | undefined): Value[] {
  const sorted = [...new Set(ids)].sort((a, b) => a - b)
  return sorted.map(of).filter((value) => value !== undefined)
}
