/** What the platform answers on each route of the contract. */
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import type {Alarm} from '../../model/alarm.ts'
import type {Device} from '../../model/device.ts'
import type {Handoff} from '../../model/handoff.ts'
import type {LogEntry, Position} from '../../model/log-entry.ts'
import type {Mask} from '../../model/mask.ts'
import type {OnTestWindow} from '../../model/on-test.ts'
import type {
  AlarmLogPage,
  AlarmPage,
  Contract,
  DevicePage,
  EventPage,
  HandoffPage,
  MaskPage,
  OnTestPage,
  Route,
  Status,
} from '../contract.ts'
import {type Json, json, jsonArray, jsonObject} from '../json.ts'
import type {Parsed} from '../parse/request.ts'
import {alarmLog} from '../store/alarm-log.ts'
import type {Store} from '../store/port.ts'
import type {AlarmDesk} from './alarm-desk.ts'
import type {Ingest} from './ingest.ts'
import type {OnTestDesk} from './on-test-desk.ts'
import {Refusal} from './refusal.ts'

export interface HandlerContext {
  readonly ingest: Ingest
  readonly onTest: OnTestDesk
  readonly alarms: AlarmDesk
  readonly store: Store
  readonly clock: Clock
  readonly status: () => Promise<Status>
  /** Aborts when the platform closes: nobody waits any longer. */
  readonly closing: AbortSignal
}

/** One function per route: parsed request → reply. `gone` aborts when the client has left. */
export type Handlers = {
  readonly [R in Route]: (
    request: Parsed[R],
    gone: AbortSignal,
  ) => Json<Contract[R]['reply']> | Promise<Json<Contract[R]['reply']>>
}

export function handlers({store, ingest, clock, status, closing, onTest, alarms}: HandlerContext): Handlers {
  return {
    'GET /v1/status': async () => json(await status()),
    'GET /v1/alarms': async (page) => {
      const {head, rows, next} = await store.alarms(page)
      return jsonObject<AlarmPage>({
        position: json<Position>({epoch: store.epoch, seq: head}),
        items: jsonArray<Alarm>(rows),
        next: next === undefined ? undefined : json(next),
      })
    },
    'POST /v1/alarms/ack': (request) => alarms.ack(request),
    'POST /v1/alarms/act': (request) => alarms.act(request),
    'GET /v1/alarms/log': async (page) => {
      const log = await alarmLog(store, page)
      if (log === undefined) {
        throw new CitywatchError('CW_BAD_VALUE', {field: 'alarm', value: page.id, expected: 'the id of an alarm'})
      }
      return jsonObject<AlarmLogPage>({
        items: jsonArray<LogEntry>(log.rows),
        next: log.next === undefined ? undefined : json(log.next),
        complete: json(log.complete),
      })
    },
    'GET /v1/masks': async (page) => {
      const {rows, next} = await store.masks(page)
      return jsonObject<MaskPage>({
        items: jsonArray<Mask>(rows),
        now: json(clock.now()),
        next: next === undefined ? undefined : json(next),
      })
    },
    'POST /v1/masks': (request) => alarms.startMask(request),
    'POST /v1/masks/end': (request) => alarms.endMask(request),
    'GET /v1/handoffs': async (page) => {
      const {rows, next} = await store.handoffs(page)
      return jsonObject<HandoffPage>({
        items: jsonArray<Handoff>(rows),
        next: next === undefined ? undefined : json(next),
      })
    },
    'POST /v1/handoffs': (record) => alarms.handOver(record),
    'POST /v1/handoffs/answer': (request) => alarms.answerHandoff(request),
    'POST /v1/handoffs/drop': (request) => alarms.dropHandoff(request),
    'GET /v1/devices': async (page) => {
      const {revision, rows, next} = await store.devices(page)
      return jsonObject<DevicePage>({
        items: jsonArray<Device>(rows),
        revision: json(revision),
        next: next === undefined ? undefined : json(next),
      })
    },
    'POST /v1/devices': async (batch) => json(await store.putDevices(batch)),
    'GET /v1/ontest': async (page) => {
      const {rows, next} = await store.onTestWindows(page)
      return jsonObject<OnTestPage>({
        items: jsonArray<OnTestWindow>(rows),
        now: json(clock.now()),
        next: next === undefined ? undefined : json(next),
      })
    },
    'POST /v1/ontest': (request) => onTest.start(request),
    'POST /v1/ontest/extend': (request) => onTest.extend(request),
    'POST /v1/ontest/end': (request) => onTest.end(request),
    'GET /v1/events': async ({after, limit, waitMs}, gone) => {
      await requirePosition(store, after)
      if (store.head() <= after.seq && waitMs > 0) {
        await rowsAfter(store, after.seq, clock, waitMs, AbortSignal.any([gone, closing]))
      }
      const head = store.head() // before the rows are read: an empty page then says truly that there are none up to it
      const rows = await store.read(after.seq, limit)
      return jsonObject<EventPage>({
        epoch: json(store.epoch),
        head: json(Math.max(head, rows.at(-1)?.seq ?? 0)),
        items: jsonArray<LogEntry>(rows.map(({entry}) => entry)),
      })
    },
    'POST /v1/events': async (events) => json({epoch: store.epoch, ...(await ingest.acceptEvents(events))}),
  }
}

/** True when the log can be read on from there. */
export async function isReadable(store: Store, {epoch, seq}: Position): Promise<boolean> {
  return epoch === store.epoch && (await store.reaches(seq))
}

/** 410: this log cannot go on from there, the client takes a new snapshot. */
async function requirePosition(store: Store, position: Position): Promise<void> {
  if (await isReadable(store, position)) return
  const detail = `it stands at ${store.epoch}-${store.head()}`
  throw new Refusal(410, new CitywatchError('CW_CONFLICT', {what: 'log', detail}))
}

/** Resolves when there is a row after `seq`, after `waitMs`, or when `signal` aborts. */
async function rowsAfter(store: Store, seq: number, clock: Clock, waitMs: number, signal: AbortSignal): Promise<void> {
  const done = new AbortController()
  const stop = store.follow((rows) => {
    if ((rows.at(-1)?.seq ?? 0) > seq) done.abort()
  })
  await clock.sleep(waitMs, AbortSignal.any([signal, done.signal])).catch(() => undefined)
  stop()
}
