/** Calls about alarms, masks, hand-overs and on-test windows. */
import type {HandoverRecord} from '../alarm/handoff.ts'
import type {OnTestExtension, OnTestStart} from '../alarm/on-test.ts'
import type {Alarm} from '../model/alarm.ts'
import type {Handoff} from '../model/handoff.ts'
import type {LogEntry} from '../model/log-entry.ts'
import type {Mask} from '../model/mask.ts'
import type {OnTestWindow} from '../model/on-test.ts'
import {advancing, loop} from './client-pages.ts'
import {
  type AckRequest,
  type AlarmActRequest,
  type Contract,
  type HandoffAnswer,
  type HandoffDrop,
  type HandoffPage,
  MAX_PAGE,
  type MaskEnd,
  type MaskPage,
  type MaskRequest,
  type OnTestEnd,
  type OnTestPage,
} from './contract.ts'
import {call, type Endpoint, type Query} from './http-call.ts'

/** Changes of an alarm that are asked for at once. */
const LOG_PAGE = 200

/** Which alarms: open ones unless `all`; of those, the ones that every other member fits. */
export type AlarmFilter = Omit<Contract['GET /v1/alarms']['query'], 'after' | 'limit'>

/** The part of PlatformClient that people work with; throws what that throws. */
export class AlarmClient {
  protected readonly endpoint: Endpoint

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint
  }

  /** Open alarms by id; with `all` the closed ones too; only those that fit the filter. */
  async *alarms(filter: AlarmFilter = {}): AsyncGenerator<Alarm> {
    let after: number | undefined = 0
    while (after !== undefined) {
      const query: Query & {readonly after: number} = {
        ...filter,
        jurisdiction: filter.jurisdiction || undefined,
        after,
        limit: MAX_PAGE,
      }
      const {items, next} = await call(this.endpoint, 'GET /v1/alarms', query, null)
      yield* items
      after = advancing(after, next)
    }
  }

  /** One alarm, open or closed; undefined when there is none of that id. */
  async alarm(id: number): Promise<Alarm | undefined> {
    const {items} = await call(this.endpoint, 'GET /v1/alarms', {after: id - 1, limit: 1, all: true}, null)
    return items[0]?.id === id ? items[0] : undefined
  }

  /** The alarm as it is then; with `pending` when the platform below has yet to answer. Throws CW_CONFLICT when it has changed since `version`, CW_BAD_VALUE when there is none. */
  ack(request: AckRequest): Promise<Alarm> {
    return call(this.endpoint, 'POST /v1/alarms/ack', {}, request)
  }

  /** Whatever a person does. The alarm as it is then; a repeat is no failure. Throws CW_CONFLICT (changed since), CW_BAD_VALUE. */
  act(request: AlarmActRequest): Promise<Alarm> {
    return call(this.endpoint, 'POST /v1/alarms/act', {}, request)
  }

  /** The changes of an alarm, newest first; at most `limit`. `complete`: older ones may be wanting. Throws CW_BAD_VALUE. */
  async alarmLog(
    id: number,
    limit: number = Number.POSITIVE_INFINITY,
  ): Promise<{readonly entries: readonly LogEntry[]; readonly complete: boolean}> {
    const entries: LogEntry[] = []
    let before: number | undefined
    for (;;) {
      const query: Query = {id, before, limit: LOG_PAGE}
      const page = await call(this.endpoint, 'GET /v1/alarms/log', query, null)
      entries.push(...page.items)
      if (page.next === undefined || entries.length >= limit) {
        return {entries: entries.slice(0, limit), complete: page.complete}
      }
      if (before !== undefined && page.next >= before) throw loop()
      before = page.next
    }
  }

  /** Masks that hold, by id; with `all` the ended ones too, with `account` only its own. `now` is the platform's time. */
  async masks(
    options: {readonly account?: string; readonly all?: boolean} = {},
  ): Promise<{readonly masks: readonly Mask[]; readonly now: number}> {
    const masks: Mask[] = []
    let now = 0
    let after: number | undefined = 0
    while (after !== undefined) {
      const query: Query = {...options, after, limit: MAX_PAGE}
      const page: MaskPage = await call(this.endpoint, 'GET /v1/masks', query, null)
      masks.push(...page.items)
      ;({now} = page)
      after = advancing(after, page.next)
    }
    return {masks, now}
  }

  /** Throws CW_BAD_VALUE (no such device or account, too long). */
  startMask(request: MaskRequest): Promise<Mask> {
    return call(this.endpoint, 'POST /v1/masks', {}, request)
  }

  /** The mask as it is then; a repeat is no failure. Throws CW_BAD_VALUE when there is none. */
  endMask(request: MaskEnd): Promise<Mask> {
    return call(this.endpoint, 'POST /v1/masks/end', {}, request)
  }

  /** Hand-overs that wait for somebody, by id; with `all` the others too, with `account` only its own. */
  async handoffs(options: {readonly account?: string; readonly all?: boolean} = {}): Promise<readonly Handoff[]> {
    const handoffs: Handoff[] = []
    let after: number | undefined = 0
    while (after !== undefined) {
      const query: Query = {...options, after, limit: MAX_PAGE}
      const page: HandoffPage = await call(this.endpoint, 'GET /v1/handoffs', query, null)
      handoffs.push(...page.items)
      after = advancing(after, page.next)
    }
    return handoffs
  }

  /** One hand-over, whatever became of it; undefined when there is none of that number. */
  async handoff(id: number): Promise<Handoff | undefined> {
    const {items} = await call(this.endpoint, 'GET /v1/handoffs', {after: id - 1, limit: 1, all: true}, null)
    return items[0]?.id === id ? items[0] : undefined
  }

  /** Records that 110 was told. Throws CW_CONFLICT when it was told before, or the alarm has changed; CW_BAD_VALUE. */
  handOver(record: HandoverRecord): Promise<Handoff> {
    return call(this.endpoint, 'POST /v1/handoffs', {}, record)
  }

  /** Records what 110 answered. Throws CW_CONFLICT, CW_BAD_VALUE. */
  answerHandoff(answer: HandoffAnswer): Promise<Handoff> {
    return call(this.endpoint, 'POST /v1/handoffs/answer', {}, answer)
  }

  /** Records that 110 need not know. Throws CW_CONFLICT, CW_BAD_VALUE. */
  dropHandoff(request: HandoffDrop): Promise<Handoff> {
    return call(this.endpoint, 'POST /v1/handoffs/drop', {}, request)
  }

  /** Open on-test windows by id; with `all` the ended ones too, with `account` only its own. `now` is the platform's time. */
  async onTest(
    options: {readonly account?: string; readonly all?: boolean} = {},
  ): Promise<{readonly windows: readonly OnTestWindow[]; readonly now: number}> {
    const windows: OnTestWindow[] = []
    let now = 0
    let after: number | undefined = 0
    while (after !== undefined) {
      const query: Query = {...options, after, limit: MAX_PAGE}
      const page: OnTestPage = await call(this.endpoint, 'GET /v1/ontest', query, null)
      windows.push(...page.items)
      ;({now} = page)
      after = advancing(after, page.next)
    }
    return {windows, now}
  }

  /** Throws CW_CONFLICT when a part of the scope is on test already, CW_BAD_VALUE (no such account, too long). */
  startOnTest(request: OnTestStart): Promise<OnTestWindow> {
    return call(this.endpoint, 'POST /v1/ontest', {}, request)
  }

  /** Throws CW_CONFLICT when it is over, CW_BAD_VALUE (no such window, too long, not longer). */
  extendOnTest(request: OnTestExtension): Promise<OnTestWindow> {
    return call(this.endpoint, 'POST /v1/ontest/extend', {}, request)
  }

  /** The window as it is then; a repeat is no failure. Throws CW_BAD_VALUE when there is none. */
  endOnTest(request: OnTestEnd): Promise<OnTestWindow> {
    return call(this.endpoint, 'POST /v1/ontest/end', {}, request)
  }
}
