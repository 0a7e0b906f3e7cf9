/** What the platform answers on each route of the contract. */
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import type {Alarm} from '../../model/alarm.ts'
import type {Device} from '../../model/device.ts'
import type {Position} from '../../model/log-entry.ts'
import type {OnTestWindow} from '../../model/on-test.ts'
import type {AlarmPage, DevicePage, OnTestPage, Status} from '../contract.ts'
import {json, jsonArray, jsonObject} from '../json.ts'
import type {Store} from '../store/port.ts'
import type {AlarmDesk} from './alarm-desk.ts'
import {alarmHandlers} from './alarm-handlers.ts'
import {eventPage} from './event-pages.ts'
import type {Ingest} from './ingest.ts'
import type {OnTestDesk} from './on-test-desk.ts'
import {Refusal} from './refusal.ts'
import type {Handlers} from './routes.ts'

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
    ...alarmHandlers(store, alarms, clock),
    'GET /v1/devices': async (page) => {
      const {revision, rows, next} = await store.devices(page)
      return jsonObject<DevicePage>({
        items: jsonArray<Device>(rows),
        revision: json(revision),
        next: next === undefined ? undefined : json(next),
      })
    },
    'POST /v1/devices': async (batch) => json(await store.putDevices(batch)),
    'POST /v1/devices/plan': async (batch) => json(await store.planDevices(batch)),
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
    'GET /v1/events': async (request, gone) => {
      await requirePosition(store, request.after)
      return eventPage(store, request, clock, AbortSignal.any([gone, closing]))
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
