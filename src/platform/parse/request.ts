/** Reads what clients ask of the platform: query and body of each route. */
import type {HandoverRecord} from '../../alarm/handoff.ts'
import type {OnTestExtension, OnTestStart} from '../../alarm/on-test.ts'
import {SCREEN_STATES} from '../../alarm/screen-state.ts'
import {DEVICE_KINDS} from '../../model/device.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {Position} from '../../model/log-entry.ts'
import type {Priority} from '../../model/signal.ts'
import {WATCHED_KINDS} from '../../model/supervision.ts'
import {
  type AckRequest,
  type AlarmActRequest,
  type Contract,
  type DeviceBatch,
  type HandoffAnswer,
  type HandoffDrop,
  MAX_PAGE,
  type MaskEnd,
  type MaskRequest,
  type NewToken,
  type OnTestEnd,
  type Route,
  type TokenEnd,
  type UserChange,
  type Visibility,
} from '../contract.ts'
import type {EntryFilter} from '../filter.ts'
import {parsePosition} from '../position.ts'
import type {AlarmLogRequest, AlarmPageRequest, MissingPageRequest} from '../store/port.ts'
import {
  accessName,
  type ParsedLogin,
  type ParsedPassword,
  type ParsedUser,
  parseLogin,
  parseNewToken,
  parseNewUser,
  parsePassword,
  parseTokenEnd,
  parseUserChange,
} from './access.ts'
import {parseAlarmAct} from './alarm-action.ts'
import {account, parseDevice} from './device.ts'
import {type Incoming, parseEvents} from './event.ts'
import {Fields, present} from './fields.ts'
import {parseFilter} from './filter.ts'
import {parseAnswer, parseDrop, parseHandover} from './handoff.ts'
import {type ParsedJobs, parseJobRequest} from './job.ts'
import {parseMaskEnd, parseMaskRequest} from './mask.ts'
import {parseEnd, parseExtension, parseStart} from './on-test.ts'
import {flag, whole, within} from './query.ts'
import {said} from './said.ts'
import {type HeartbeatIds, MAX_MISSING_CURSOR, parseHeartbeats} from './supervision.ts'

const DEFAULT_PAGE = 500
/** Changes of one alarm on a page: each is looked up by itself. */
const DEFAULT_LOG_PAGE = 50
const MAX_LOG_PAGE = 200
const VISIBILITIES: readonly Visibility[] = ['normal', 'hidden', 'shelved', 'suppressed', 'out-of-service']
const MAX_CURSOR = 128
const KEY = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Longest wait of a long poll, s. */
const MAX_WAIT_S = 60
/** Devices in one batch. */
const MAX_BATCH = 50_000

/** A route's request after parsing: every member is there and within its bounds. */
export interface Parsed extends ParsedJobs {
  'GET /v1/status': null
  'GET /v1/alarms': AlarmPageRequest & {readonly jurisdiction: Jurisdiction}
  'GET /v1/alarms/count': EntryFilter
  'POST /v1/alarms/ack': AckRequest
  'GET /v1/federation': null
  'POST /v1/alarms/act': AlarmActRequest
  'GET /v1/alarms/log': AlarmLogRequest
  'GET /v1/masks': AccountPage
  'POST /v1/masks': MaskRequest
  'POST /v1/masks/end': MaskEnd
  'GET /v1/handoffs': AccountPage
  'POST /v1/handoffs': HandoverRecord
  'POST /v1/handoffs/answer': HandoffAnswer
  'POST /v1/handoffs/drop': HandoffDrop
  'GET /v1/devices': {
    readonly kind: Contract['GET /v1/devices']['query']['kind']
    readonly account?: string
    readonly jurisdiction: Jurisdiction
    readonly after: string
    readonly limit: number
  }
  'POST /v1/devices': DeviceBatch
  'POST /v1/devices/plan': DeviceBatch
  'GET /v1/ontest': AccountPage
  'POST /v1/ontest': OnTestStart
  'POST /v1/ontest/extend': OnTestExtension
  'POST /v1/ontest/end': OnTestEnd
  'GET /v1/supervision': MissingPageRequest
  'POST /v1/heartbeats': HeartbeatIds
  'GET /v1/events': EventsRequest
  'POST /v1/events': readonly Incoming[]
  'POST /v1/login': ParsedLogin
  'POST /v1/logout': null
  'GET /v1/whoami': null
  'GET /v1/users': NamePage
  'POST /v1/users': ParsedUser
  'POST /v1/users/password': ParsedPassword
  'POST /v1/users/change': UserChange
  'GET /v1/tokens': NamePage
  'POST /v1/tokens': NewToken
  'POST /v1/tokens/revoke': TokenEnd
  'GET /v1/audit': {
    readonly after: number
    readonly limit: number
    readonly who?: string
    readonly what?: string
    readonly since: number
    readonly until: number
  }
}

export interface NamePage {
  readonly after: string
  readonly limit: number
}

/** Rows of one account or of all, open or all, after a number. */
interface AccountPage {
  readonly account?: string
  /** Subtree that is asked for; '' for all. */
  readonly jurisdiction: Jurisdiction
  readonly all: boolean
  readonly after: number
  readonly limit: number
}

export interface EventsRequest {
  readonly after: Position
  readonly limit: number
  readonly waitMs: number
  /** Absent: everything. */
  readonly filter?: EntryFilter
}

/** `query` for GET, `body` (JSON, parsed) for POST. Each throws CW_BAD_VALUE. */
export const parseRequest: {readonly [R in Route]: (query: URLSearchParams, body: unknown) => Parsed[R]} = {
  'GET /v1/status': () => null,
  'GET /v1/alarms': (query) => ({
    after: whole(query, 'after', 0, Number.MAX_SAFE_INTEGER, 0),
    limit: whole(query, 'limit', 1, MAX_PAGE, DEFAULT_PAGE),
    all: flag(query, 'all'),
    jurisdiction: within(query),
    ...alarmFilter(query),
  }),
  'GET /v1/alarms/count': (query) => parseFilter(query) ?? {},
  'GET /v1/federation': () => null,
  'POST /v1/alarms/ack': (_query, body) => {
    const fields = new Fields(body, '')
    const reset = fields.has('reset') && fields.boolean('reset')
    const by = said(fields, 'by', 'the name of who acknowledges')
    const request = fields.has('request') ? {request: fields.matching('request', KEY, 'a UUID')} : {}
    return {
      id: fields.integer('id', 1),
      version: fields.integer('version', 1),
      by,
      ...(reset ? {reset: true} : {}),
      ...request,
    }
  },
  'POST /v1/alarms/act': (_query, body) => parseAlarmAct(body),
  'GET /v1/alarms/log': (query) => ({
    id: whole(query, 'id', 1, Number.MAX_SAFE_INTEGER, 0),
    limit: whole(query, 'limit', 1, MAX_LOG_PAGE, DEFAULT_LOG_PAGE),
    ...(query.has('before') ? {before: whole(query, 'before', 1, Number.MAX_SAFE_INTEGER, 1)} : {}),
  }),
  'GET /v1/masks': (query) => accountPage(query),
  'POST /v1/masks': (_query, body) => parseMaskRequest(body),
  'POST /v1/masks/end': (_query, body) => parseMaskEnd(body),
  'GET /v1/handoffs': (query) => accountPage(query),
  'POST /v1/handoffs': (_query, body) => parseHandover(body),
  'POST /v1/handoffs/answer': (_query, body) => parseAnswer(body),
  'POST /v1/handoffs/drop': (_query, body) => parseDrop(body),
  'GET /v1/devices': (query) => ({
    kind: new Fields({kind: query.get('kind') ?? undefined}, '').oneOf('kind', DEVICE_KINDS),
    ...accountIn(query),
    jurisdiction: within(query),
    after: query.has('after') ? new Fields({after: query.get('after')}, '').key('after', MAX_CURSOR) : '',
    limit: whole(query, 'limit', 1, MAX_PAGE, DEFAULT_PAGE),
  }),
  'POST /v1/devices': (_query, body) => deviceBatch(body),
  'POST /v1/devices/plan': (_query, body) => deviceBatch(body),
  'GET /v1/ontest': (query) => accountPage(query),
  'POST /v1/ontest': (_query, body) => parseStart(body),
  'POST /v1/ontest/extend': (_query, body) => parseExtension(body),
  'POST /v1/ontest/end': (_query, body) => parseEnd(body),
  'GET /v1/supervision': (query) => ({
    within: within(query),
    ...(query.has('kind') ? {kind: new Fields({kind: query.get('kind')}, '').oneOf('kind', WATCHED_KINDS)} : {}),
    after: query.has('after') ? new Fields({after: query.get('after')}, '').key('after', MAX_MISSING_CURSOR) : '',
    limit: whole(query, 'limit', 1, MAX_PAGE, DEFAULT_PAGE),
  }),
  'POST /v1/heartbeats': (_query, body) => parseHeartbeats(body),
  'GET /v1/events': (query) => ({
    after: parsePosition(query.get('after') ?? '', 'after'),
    limit: whole(query, 'limit', 1, MAX_PAGE, DEFAULT_PAGE),
    waitMs: whole(query, 'wait', 0, MAX_WAIT_S, 0) * 1_000,
    ...filterIn(query),
  }),
  'POST /v1/events': (_query, body) => parseEvents(body),
  'POST /v1/login': (_query, body) => parseLogin(body),
  'POST /v1/logout': () => null,
  'GET /v1/whoami': () => null,
  'GET /v1/users': namePage,
  'POST /v1/users': (_query, body) => parseNewUser(body),
  'POST /v1/users/password': (_query, body) => parsePassword(body),
  'POST /v1/users/change': (_query, body) => parseUserChange(body),
  'GET /v1/tokens': namePage,
  'POST /v1/tokens': (_query, body) => parseNewToken(body),
  'POST /v1/tokens/revoke': (_query, body) => parseTokenEnd(body),
  'GET /v1/audit': (query) => ({
    after: whole(query, 'after', 0, Number.MAX_SAFE_INTEGER, 0),
    limit: whole(query, 'limit', 1, MAX_PAGE, DEFAULT_PAGE),
    since: whole(query, 'since', 0, Number.MAX_SAFE_INTEGER, 0),
    until: whole(query, 'until', 0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    ...worded(query, 'who'),
    ...worded(query, 'what'),
  }),
  ...parseJobRequest,
}

function namePage(query: URLSearchParams): NamePage {
  return {
    after: query.has('after') ? accessName(new Fields({after: query.get('after')}, ''), 'after') : '',
    limit: whole(query, 'limit', 1, MAX_PAGE, DEFAULT_PAGE),
  }
}

function worded<N extends string>(query: URLSearchParams, name: N): {readonly [K in N]?: string} {
  if (!query.has(name)) return {}
  return {[name]: new Fields({[name]: query.get(name)}, '').key(name, MAX_CURSOR)} as {readonly [K in N]?: string}
}

function accountPage(query: URLSearchParams): AccountPage {
  return {
    ...accountIn(query),
    jurisdiction: within(query),
    all: flag(query, 'all'),
    after: whole(query, 'after', 0, Number.MAX_SAFE_INTEGER, 0),
    limit: whole(query, 'limit', 1, MAX_PAGE, DEFAULT_PAGE),
  }
}

function alarmFilter(query: URLSearchParams) {
  const fields = new Fields(Object.fromEntries(query), '')
  const priority = query.has('priority') ? whole(query, 'priority', 1, 4, 1) : undefined
  return {
    ...present({
      state: fields.has('state') ? fields.oneOf('state', SCREEN_STATES) : undefined,
      visibility: fields.has('visibility') ? fields.oneOf('visibility', VISIBILITIES) : undefined,
      priority: priority as Priority | undefined,
    }),
    ...(flag(query, 'unrouted') ? {unrouted: true as const} : {}),
  }
}

function filterIn(query: URLSearchParams): {readonly filter?: EntryFilter} {
  const filter = parseFilter(query)
  return filter === undefined ? {} : {filter}
}

function accountIn(query: URLSearchParams): {readonly account?: string} {
  return query.has('account') ? {account: account(new Fields({account: query.get('account')}, ''))} : {}
}

function deviceBatch(body: unknown): DeviceBatch {
  const fields = new Fields(body, '')
  const base = fields.optionalInteger('base', 0)
  return {devices: fields.list('devices', MAX_BATCH, parseDevice), ...(base === undefined ? {} : {base})}
}
