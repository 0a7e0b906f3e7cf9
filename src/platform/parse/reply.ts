/** Reads what a platform answers: its replies are parsed, not trusted. */
import {TALLIES, type Tallies, type Tally} from '../../alarm/tally.ts'
import {CitywatchError, ERRORS, type ErrorCode, type ErrorParams} from '../../lib/errors.ts'
import {MAX_NAME, safeText} from '../../lib/safe-text.ts'
import {type Contract, type DeviceBatchResult, type LogStorage, MAX_PAGE, type Route} from '../contract.ts'
import type {SkippedRange} from '../filter.ts'
import {
  parseAuditPage,
  parseDone,
  parseMadeToken,
  parseSession,
  parseTokenPage,
  parseUserPage,
  parseWhoami,
} from './access.ts'
import {parseAlarm, parseAnyEntry} from './alarm.ts'
import {parseDevice} from './device.ts'
import {childStatus, openAlarms} from './federation.ts'
import {Fields, present} from './fields.ts'
import {parseHandoff} from './handoff.ts'
import {parseJobReply} from './job-reply.ts'
import {parseMask} from './mask.ts'
import {parseNode} from './node.ts'
import {parseWindow} from './on-test.ts'
import {epoch, position} from './position.ts'
import {NOBODY_SUPERVISED, parseHeartbeatsTaken, parseSummary, parseSupervisionPage} from './supervision.ts'

/** Reply parser of each route. Each throws CW_BAD_VALUE naming the member. */
export const parseReply: {readonly [R in Route]: (value: unknown) => Contract[R]['reply']} = {
  'GET /v1/status': (value) => {
    const fields = new Fields(value, 'status')
    const devices = fields.object('devices')
    return {
      version: fields.text('version', MAX_NAME),
      epoch: epoch(fields),
      head: fields.integer('head', 0),
      // A platform of before segments, or on another store, has none.
      ...(fields.has('log') ? {log: parseStorage(fields.object('log'))} : {}),
      startedAt: fields.integer('startedAt', 0),
      dc09Port: fields.integer('dc09Port', 0, 65_535),
      alarms: tallies(fields.object('alarms')),
      // A platform of before masks and hand-overs has none.
      masks: fields.optionalInteger('masks', 0) ?? 0,
      handoffs: handoffCounts(fields),
      devices: {
        site: devices.integer('site', 0),
        camera: devices.integer('camera', 0),
        panel: devices.integer('panel', 0),
        // A platform of before zones has none.
        zone: devices.optionalInteger('zone', 0) ?? 0,
      },
      // A platform of before on-test windows has none.
      onTest: fields.optionalInteger('onTest', 0) ?? 0,
      refused: fields.integer('refused', 0),
      ...(fields.has('node') ? {node: parseNode(fields.raw('node'), fields.at('node'))} : {}),
      // A platform of before supervision waits for nobody.
      supervision: fields.has('supervision') ? parseSummary(fields.object('supervision')) : NOBODY_SUPERVISED,
    }
  },
  'GET /v1/alarms': (value) => {
    const fields = new Fields(value, 'page')
    const next = fields.optionalInteger('next', 1)
    return {
      position: position(fields.raw('position'), fields.at('position')),
      items: fields.list('items', MAX_PAGE, parseAlarm),
      ...(next === undefined ? {} : {next}),
    }
  },
  'GET /v1/alarms/count': (value) => {
    const fields = new Fields(value, 'count')
    return {position: position(fields.raw('position'), fields.at('position')), ...openAlarms(fields)}
  },
  'GET /v1/federation': (value) => ({
    children: new Fields(value, 'federation').list('children', MAX_PAGE, childStatus),
  }),
  'POST /v1/alarms/ack': (value) => parseAlarm(value, 'alarm'),
  'POST /v1/alarms/act': (value) => parseAlarm(value, 'alarm'),
  'GET /v1/alarms/log': (value) => {
    const fields = new Fields(value, 'page')
    return {
      items: fields.list('items', MAX_PAGE, parseAnyEntry),
      complete: fields.boolean('complete'),
      ...present({next: fields.optionalInteger('next', 1)}),
    }
  },
  'GET /v1/masks': (value) => {
    const fields = new Fields(value, 'page')
    return {
      items: fields.list('items', MAX_PAGE, parseMask),
      now: fields.integer('now', 0),
      ...present({next: fields.optionalInteger('next', 1)}),
    }
  },
  'POST /v1/masks': (value) => parseMask(value, 'mask'),
  'POST /v1/masks/end': (value) => parseMask(value, 'mask'),
  'GET /v1/handoffs': (value) => {
    const fields = new Fields(value, 'page')
    return {
      items: fields.list('items', MAX_PAGE, parseHandoff),
      ...present({next: fields.optionalInteger('next', 1)}),
    }
  },
  'POST /v1/handoffs': (value) => parseHandoff(value, 'handoff'),
  'POST /v1/handoffs/answer': (value) => parseHandoff(value, 'handoff'),
  'POST /v1/handoffs/drop': (value) => parseHandoff(value, 'handoff'),
  'GET /v1/devices': (value) => {
    const fields = new Fields(value, 'page')
    return {
      items: fields.list('items', MAX_PAGE, parseDevice),
      revision: fields.integer('revision', 0),
      ...(fields.has('next') ? {next: fields.key('next', MAX_NAME)} : {}),
    }
  },
  'POST /v1/devices': deviceBatchResult,
  'POST /v1/devices/plan': deviceBatchResult,
  'GET /v1/ontest': (value) => {
    const fields = new Fields(value, 'page')
    const next = fields.optionalInteger('next', 1)
    return {
      items: fields.list('items', MAX_PAGE, parseWindow),
      now: fields.integer('now', 0),
      ...(next === undefined ? {} : {next}),
    }
  },
  'POST /v1/ontest': (value) => parseWindow(value, 'window'),
  'POST /v1/ontest/extend': (value) => parseWindow(value, 'window'),
  'POST /v1/ontest/end': (value) => parseWindow(value, 'window'),
  'GET /v1/supervision': parseSupervisionPage,
  'POST /v1/heartbeats': parseHeartbeatsTaken,
  'GET /v1/events': (value) => {
    const fields = new Fields(value, 'page')
    const items = fields.list('items', MAX_PAGE, parseAnyEntry)
    return {
      epoch: epoch(fields),
      head: fields.integer('head', 0),
      // A platform of before filters has none; its pages are dense.
      upTo: fields.optionalInteger('upTo', 0) ?? items.at(-1)?.seq ?? 0,
      items,
      ...(fields.has('skips') ? {skips: fields.list('skips', MAX_PAGE + 1, skippedRange)} : {}),
    }
  },
  'POST /v1/events': (value) => {
    const fields = new Fields(value, 'reply')
    return {
      epoch: epoch(fields),
      // 0: verdicts that changed nothing, on a platform where nothing has happened yet.
      seq: fields.integer('seq', 0),
      stored: fields.integer('stored', 0),
      repeated: fields.integer('repeated', 0),
    }
  },
  'POST /v1/login': parseSession,
  'POST /v1/logout': parseDone,
  'GET /v1/whoami': parseWhoami,
  'GET /v1/users': parseUserPage,
  'POST /v1/users': parseDone,
  'POST /v1/users/password': parseDone,
  'POST /v1/users/change': parseDone,
  'GET /v1/tokens': parseTokenPage,
  'POST /v1/tokens': parseMadeToken,
  'POST /v1/tokens/revoke': parseDone,
  'GET /v1/audit': parseAuditPage,
  ...parseJobReply,
}

/** Totals that an older platform does not know are none. */
function tallies(fields: Fields): Tallies {
  const value = (name: string) => fields.optionalInteger(name, 0) ?? 0
  return Object.fromEntries(TALLIES.map((name) => [name, value(name)])) as Record<Tally, number>
}

function handoffCounts(fields: Fields) {
  if (!fields.has('handoffs')) return {open: 0, unanswered: 0}
  const counts = fields.object('handoffs')
  return {open: counts.integer('open', 0), unanswered: counts.integer('unanswered', 0)}
}

/** Throws CW_BAD_VALUE. */

function parseStorage(fields: Fields): LogStorage {
  return {
    floor: fields.integer('floor', 0),
    dropped: fields.integer('dropped', 0),
    open: fields.integer('open', 0),
    segments: fields.integer('segments', 0),
    segmentBytes: fields.integer('segmentBytes', 0),
    databaseBytes: fields.integer('databaseBytes', 0),
    failures: fields.integer('failures', 0),
    ...(fields.has('trouble') ? {trouble: fields.text('trouble', MAX_NAME)} : {}),
  }
}

/** Throws CW_BAD_VALUE. */
export function skippedRange(value: unknown, where: string): SkippedRange {
  const fields = new Fields(value, where)
  const from = fields.integer('from', 1)
  return {from, to: fields.integer('to', from)}
}

/** The platform's own error as an error of ours, texts made safe; undefined when the value is none. */
export function parseError(value: unknown): CitywatchError | undefined {
  try {
    const error = new Fields(value, '').object('error')
    const code = error.raw('code')
    if (typeof code !== 'string' || !isErrorCode(code)) return undefined
    const given = error.object('params')
    const params = Object.fromEntries(ERRORS[code].params.map((name) => [name, param(given.raw(name))]))
    return rebuilt(code, params)
  } catch {
    return undefined
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}

function param(value: unknown): string | number {
  return typeof value === 'number' ? value : safeText(String(value ?? ''), 200)
}

function rebuilt(code: ErrorCode, params: ErrorParams): CitywatchError {
  return new CitywatchError(...([code, params] as ConstructorParameters<typeof CitywatchError>))
}

function deviceBatchResult(value: unknown): DeviceBatchResult {
  const fields = new Fields(value, 'result')
  return {
    created: fields.integer('created', 0),
    updated: fields.integer('updated', 0),
    unchanged: fields.integer('unchanged', 0),
    revision: fields.integer('revision', 0),
  }
}
