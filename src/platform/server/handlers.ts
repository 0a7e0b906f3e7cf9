/** What the platform answers on each route of the contract. */
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import type {Alarm} from '../../model/alarm.ts'
import type {Device} from '../../model/device.ts'
import {UNROUTED} from '../../model/jurisdiction.ts'
import type {Position} from '../../model/log-entry.ts'
import type {OnTestWindow} from '../../model/on-test.ts'
import type {AccessDesk} from '../access/desk.ts'
import type {LoginDesk} from '../access/login.ts'
import {grants} from '../access/permission.ts'
import {type Caller, type Principal, scopeFor, scopeOf, whoIs} from '../access/principal.ts'
import type {AlarmPage, DevicePage, OnTestPage, Status, Whoami} from '../contract.ts'
import type {JobRoute} from '../contract-jobs.ts'
import type {Federation} from '../federation/federation.ts'
import {type EntryFilter, UNROUTED_WORD} from '../filter.ts'
import {json, jsonArray, jsonObject} from '../json.ts'
import type {Store} from '../store/port.ts'
import type {AlarmDesk} from './alarm-desk.ts'
import {type AlarmRoute, alarmHandlers} from './alarm-handlers.ts'
import {onBehalf, signed} from './behalf.ts'
import {eventPage} from './event-pages.ts'
import type {Ingest} from './ingest.ts'
import {jobHandlers} from './job-handlers.ts'
import type {OnTestDesk} from './on-test-desk.ts'
import {Refusal} from './refusal.ts'
import type {Handlers} from './routes.ts'
import type {ScheduleDesk} from './schedule-desk.ts'
import type {SupervisionDesk} from './supervision-desk.ts'

export interface HandlerContext {
  readonly ingest: Ingest
  readonly access: AccessDesk
  readonly logins: LoginDesk
  readonly onTest: OnTestDesk
  readonly supervision: SupervisionDesk
  readonly federation: Federation
  readonly alarms: AlarmDesk
  readonly schedules: ScheduleDesk
  /** Verdicts in a row that change a camera's state. */
  readonly faultAfter: number
  readonly store: Store
  readonly clock: Clock
  /** As the principal may see it. */
  readonly status: (principal: Principal) => Promise<Status>
  /** Aborts when the platform closes: nobody waits any longer. */
  readonly closing: AbortSignal
}

export function handlers(context: HandlerContext): Handlers {
  const {store, alarms, clock} = context
  return {
    ...readingHandlers(context),
    ...alarmHandlers(store, alarms, clock),
    ...changingHandlers(context),
    ...accessHandlers(context),
    ...jobHandlers(context),
  }
}

type Reading =
  | 'GET /v1/status'
  | 'GET /v1/alarms'
  | 'GET /v1/alarms/count'
  | 'GET /v1/federation'
  | 'GET /v1/devices'
  | 'GET /v1/ontest'
  | 'GET /v1/supervision'
  | 'GET /v1/events'

/** Everything that is read is cut to what the caller may see. */
function readingHandlers(context: HandlerContext): Pick<Handlers, Reading> {
  const {store, federation, supervision, clock, status, closing} = context
  return {
    'GET /v1/status': async (_request, {principal}) => json(await status(principal)),
    'GET /v1/alarms': async (page, {principal}) => {
      const jurisdiction = scopeFor(principal, page.jurisdiction)
      const {head, rows, next} = await store.alarms({...page, jurisdiction})
      return jsonObject<AlarmPage>({
        position: json<Position>({epoch: store.epoch, seq: head}),
        items: jsonArray<Alarm>(rows),
        next: next === undefined ? undefined : json(next),
      })
    },
    'GET /v1/alarms/count': async (asked, {principal}) => {
      const {seq, new: fresh, acked} = await store.openAlarms(filterFor(principal, asked) ?? {})
      return json({position: {epoch: store.epoch, seq}, new: fresh, acked})
    },
    'GET /v1/federation': async () => json(await federation.status()),
    'GET /v1/supervision': async (request, {principal}) =>
      json(await supervision.page({...request, within: scopeFor(principal, request.within)})),
    'GET /v1/devices': async (page, {principal}) => {
      const jurisdiction = scopeFor(principal, page.jurisdiction)
      const {revision, rows, next} = await store.devices({...page, jurisdiction})
      return jsonObject<DevicePage>({
        items: jsonArray<Device>(rows),
        revision: json(revision),
        next: next === undefined ? undefined : json(next),
      })
    },
    'GET /v1/ontest': async (page, {principal}) => {
      const jurisdiction = scopeFor(principal, page.jurisdiction)
      const {rows, next} = await store.onTestWindows({...page, jurisdiction})
      return jsonObject<OnTestPage>({
        items: jsonArray<OnTestWindow>(rows),
        now: json(clock.now()),
        next: next === undefined ? undefined : json(next),
      })
    },
    'GET /v1/events': async (request, {principal}, gone) => {
      await requirePosition(store, request.after)
      const filter = filterFor(principal, request.filter)
      const asked = {...request, ...(filter === undefined ? {} : {filter})}
      return eventPage(store, asked, clock, AbortSignal.any([gone, closing]))
    },
  }
}

type Changing =
  | 'POST /v1/devices'
  | 'POST /v1/devices/plan'
  | 'POST /v1/ontest'
  | 'POST /v1/ontest/extend'
  | 'POST /v1/ontest/end'
  | 'POST /v1/events'
  | 'POST /v1/heartbeats'

/** Everything that is changed is changed on the caller's behalf: within what he may touch, and with a line of the audit log. */
function changingHandlers({store, ingest, clock, onTest, supervision}: HandlerContext): Pick<Handlers, Changing> {
  const on = (caller: Caller, route: Changing) => onBehalf({store, clock}, caller, route)
  return {
    'POST /v1/devices': async (batch, caller) => {
      const result = await on(caller, 'POST /v1/devices').putDevices(batch)
      supervision.changed(batch.devices)
      return json(result)
    },
    'POST /v1/heartbeats': (ids) => json(supervision.heartbeats(ids)),
    'POST /v1/devices/plan': async (batch, caller) =>
      json(await on(caller, 'POST /v1/devices/plan').planDevices(batch)),
    'POST /v1/ontest': (request, caller) => onTest.start(signed(request, caller), on(caller, 'POST /v1/ontest')),
    'POST /v1/ontest/extend': (request, caller) =>
      onTest.extend(signed(request, caller), on(caller, 'POST /v1/ontest/extend')),
    'POST /v1/ontest/end': (request, caller) => onTest.end(signed(request, caller), on(caller, 'POST /v1/ontest/end')),
    'POST /v1/events': async (events, caller) =>
      json({epoch: store.epoch, ...(await ingest.acceptEvents(events, on(caller, 'POST /v1/events')))}),
  }
}

function accessHandlers({
  store,
  access,
  logins,
}: HandlerContext): Omit<Handlers, Reading | Changing | AlarmRoute | JobRoute> {
  return {
    'POST /v1/login': async (request, {from}) => json(await logins.login(request, from)),
    'POST /v1/logout': async (_request, caller) => json(await logins.logout(caller)),
    'GET /v1/whoami': (_request, {principal}) => json(whoami(principal)),
    'GET /v1/users': (page, caller) => json(access.users(page, caller)),
    'POST /v1/users': async (user, caller) => json(await access.addUser(user, caller)),
    'POST /v1/users/password': async (change, caller) => {
      const {kind, name} = caller.principal
      const isOwn = kind === 'user' && name === change.name
      if (isOwn) return json(await logins.setOwnPassword(change, caller))
      if (grants(caller.principal.role, 'manage')) return json(await access.setPassword(change, caller))
      const detail = `${whoIs(caller.principal)} is ${caller.principal.role}`
      throw new CitywatchError('CW_FORBIDDEN', {what: "another's password", detail})
    },
    'POST /v1/users/change': async (change, caller) => json(await access.changeUser(change, caller)),
    'GET /v1/tokens': (page, caller) => json(access.tokens(page, caller)),
    'POST /v1/tokens': async (token, caller) => json(await access.addToken(token, caller)),
    'POST /v1/tokens/revoke': async (end, caller) => json(await access.revokeToken(end, caller)),
    'GET /v1/audit': async (page, {principal}) => {
      const {rows, next} = await store.auditLines({...page, within: principal.scope})
      return json({items: rows, ...(next === undefined ? {} : {next})})
    },
  }
}

function whoami({kind, name, role, scope}: Principal): Whoami {
  const known = kind === 'open' || kind === 'master' || kind === 'user' ? kind : 'token'
  return {kind: known, name, role, jurisdiction: scope}
}

/** The filter that a watcher asked for, cut to what he may see. Throws CW_FORBIDDEN when nothing would be left. */
export function filterFor(principal: Principal, asked: EntryFilter | undefined): EntryFilter | undefined {
  const scope = scopeOf(principal)
  if (scope === undefined) return asked
  if (asked?.jurisdiction === UNROUTED) {
    throw new CitywatchError('CW_FORBIDDEN', {what: UNROUTED_WORD, detail: `${whoIs(principal)} sees ${scope}`})
  }
  return {...asked, jurisdiction: scopeFor(principal, asked?.jurisdiction ?? '')}
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
