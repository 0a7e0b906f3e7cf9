/** Reads signs of life, and what the platform says of devices that give none, on either side of the network. */
import {MAX_NAME, safeText} from '../../lib/safe-text.ts'
import {type MissingDevice, type SupervisionNews, WATCHED_KINDS, type WatchedName} from '../../model/supervision.ts'
import {type HeartbeatsTaken, MAX_PAGE, type SupervisionPage, type SupervisionSummary} from '../contract.ts'
import {account, jurisdiction, siteKey} from './device.ts'
import {bad, Fields, present} from './fields.ts'

const MAX_KEY = 128
/** Signs of life in one request. */
const MAX_HEARTBEATS = 50_000
/** A cursor has a jurisdiction and a key in it, in base64. */
export const MAX_MISSING_CURSOR = 4_096

/** Names of devices, checked for their length alone: one that is not in the inventory is only counted. */
export interface HeartbeatIds {
  readonly panels: readonly string[]
  readonly cameras: readonly string[]
}

/** Throws CW_BAD_VALUE. */
export function parseHeartbeats(value: unknown): HeartbeatIds {
  const fields = new Fields(value, '')
  const panels = idsIn(fields, 'panels')
  const cameras = idsIn(fields, 'cameras')
  if (panels.length + cameras.length > MAX_HEARTBEATS) {
    throw bad('cameras', cameras, `at most ${MAX_HEARTBEATS} devices in all`)
  }
  return {panels: panels.map((one) => one.toUpperCase()), cameras}
}

function idsIn(fields: Fields, name: string): string[] {
  return fields.has(name) ? fields.list(name, MAX_HEARTBEATS, idOf) : []
}

function idOf(value: unknown, where: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= MAX_KEY) return value
  throw bad(where, value, `1 to ${MAX_KEY} characters`)
}

export const NOBODY_SUPERVISED: SupervisionSummary = {
  ...{alive: 0, unheard: 0, missing: 0, unsupervised: 0},
  complete: true,
}

/** Throws CW_BAD_VALUE naming the member. */
export function parseSummary(fields: Fields): SupervisionSummary {
  return {
    alive: fields.integer('alive', 0),
    unheard: fields.integer('unheard', 0),
    missing: fields.integer('missing', 0),
    unsupervised: fields.integer('unsupervised', 0),
    complete: fields.boolean('complete'),
  }
}

/** Throws CW_BAD_VALUE naming the member. */
export function parseSupervisionPage(value: unknown): SupervisionPage {
  const fields = new Fields(value, 'page')
  return {
    ...parseSummary(fields),
    items: fields.list('items', MAX_PAGE, parseMissing),
    now: fields.integer('now', 0),
    ...(fields.has('next') ? {next: fields.key('next', MAX_MISSING_CURSOR)} : {}),
  }
}

/** Throws CW_BAD_VALUE naming the member. */
export function parseHeartbeatsTaken(value: unknown): HeartbeatsTaken {
  const fields = new Fields(value, 'reply')
  return {
    taken: fields.integer('taken', 0),
    restored: fields.integer('restored', 0),
    unsupervised: fields.integer('unsupervised', 0),
    unknown: fields.integer('unknown', 0),
  }
}

/** Throws CW_BAD_VALUE naming the member. */
export function parseNews(value: unknown, where: string): SupervisionNews {
  const fields = new Fields(value, where)
  return {
    change: fields.oneOf('change', ['missing', 'restored', 'released']),
    devices: fields.integer('devices', 1),
    left: fields.integer('left', 0),
    jurisdiction: jurisdiction(fields),
    ...present({
      device: fields.has('device') ? nameIn(fields.object('device')) : undefined,
      silentMs: fields.optionalInteger('silentMs', 0),
      everHeard: fields.has('everHeard') ? fields.boolean('everHeard') : undefined,
    }),
  }
}

function parseMissing(value: unknown, where: string): MissingDevice {
  const fields = new Fields(value, where)
  return {
    ...nameIn(fields),
    jurisdiction: jurisdiction(fields),
    since: fields.integer('since', 0),
    ...present({
      heardAt: fields.has('heardAt') ? fields.integer('heardAt', Number.MIN_SAFE_INTEGER) : undefined,
      group: fields.has('group') ? jurisdiction(new Fields({jurisdiction: fields.raw('group')}, where)) : undefined,
      onTest: fields.optionalInteger('onTest', 1),
    }),
  }
}

function nameIn(fields: Fields): WatchedName {
  return {
    kind: fields.oneOf('kind', WATCHED_KINDS),
    key: safeText(fields.text('key', MAX_KEY)),
    name: fields.text('name', MAX_NAME),
    site: siteKey(fields),
    ...present({account: fields.has('account') ? account(fields) : undefined}),
  }
}
