/** Reads alarms and log entries that came from a platform: shapes checked, texts made safe again. */
import {isCitywatchError} from '../../lib/errors.ts'
import {MAX_NAME, MAX_TEXT, safeText} from '../../lib/safe-text.ts'
import {ALARM_CHANGES, type Alarm, type AlarmChange} from '../../model/alarm.ts'
import {CAMERA_CONDITIONS, type CameraEvent} from '../../model/camera-event.ts'
import {HANDOFF_CHANGES} from '../../model/handoff.ts'
import type {LogEntry} from '../../model/log-entry.ts'
import type {OnTestChange} from '../../model/on-test.ts'
import {deeds, hidden} from './alarm-deeds.ts'
import {jurisdiction, siteKey} from './device.ts'
import {parseForeignEvent, parseOrigin} from './event.ts'
import {Fields, present} from './fields.ts'
import {parseHandoff} from './handoff.ts'
import {MASK_CHANGES, parseMask} from './mask.ts'
import {parseWindow} from './on-test.ts'
import {ACTIONS, parseAlarmOrigin, parseEntryOrigin, parsePending} from './origin.ts'
import {parseSignal} from './signal.ts'
import {parseNews} from './supervision.ts'

const MAX_KEY = 128
const ON_TEST_CHANGES: readonly OnTestChange[] = ['started', 'extended', 'expiring', 'ended', 'expired']

/**
 * Throws CW_BAD_VALUE naming the member. What an older platform or log does not say of an alarm gets its meaning here: nothing
 * is hidden, and what latches and is over has not been reset yet.
 */
export function parseAlarm(value: unknown, where: string): Alarm {
  const fields = new Fields(value, where)
  return {
    ...identity(fields),
    ...state(fields),
    latching: fields.boolean('latching'),
    count: fields.integer('count', 1),
    raisedAt: fields.integer('raisedAt', 0),
    changedAt: fields.integer('changedAt', 0),
    ...present({
      device: fields.optionalText('device', MAX_KEY),
      deviceName: fields.optionalText('deviceName', MAX_NAME),
      partition: fields.optionalText('partition', MAX_NAME),
      zone: fields.optionalText('zone', MAX_NAME),
      text: fields.optionalText('text', MAX_TEXT),
      firedAt: fields.optionalInteger('firedAt', 0),
      newSince: fields.optionalInteger('newSince', 0),
      ackedBy: fields.optionalText('ackedBy', MAX_NAME),
      ackedVersion: fields.optionalInteger('ackedVersion', 1),
      previous: fields.optionalInteger('previous', 1),
      origin: fields.has('origin') ? parseAlarmOrigin(fields.object('origin')) : undefined,
      pending: fields.has('pending') ? parsePending(fields.object('pending')) : undefined,
    }),
    ...deeds(fields),
  }
}

function identity(fields: Fields) {
  return {
    id: fields.integer('id', 1),
    version: fields.integer('version', 1),
    account: fields.text('account', MAX_KEY),
    site: siteKey(fields),
    jurisdiction: jurisdiction(fields),
    code: fields.text('code', MAX_NAME),
    name: fields.text('name', MAX_NAME),
    category: fields.text('category', MAX_NAME),
    priority: fields.oneOf('priority', [1, 2, 3, 4]),
  }
}

function state(fields: Fields) {
  const condition = fields.oneOf('condition', ['active', 'restored', 'latched'])
  const handling = fields.oneOf('handling', ['new', 'acked', 'dispatched', 'closed'])
  const isOldLatch =
    condition === 'restored' && handling !== 'closed' && fields.raw('latching') === true && !fields.has('reset')
  return {
    condition: isOldLatch ? ('latched' as const) : condition,
    handling,
    ...(fields.has('hidden') ? {hidden: hidden(fields.object('hidden'))} : {}),
  }
}

type EntryType = LogEntry['type']
/** What an entry of a type has beyond every entry's members. */
type OwnMembers<T extends EntryType> = Omit<Extract<LogEntry, {type: T}>, 'type' | 'seq' | 'at' | 'origin'>

const READERS: {readonly [T in EntryType]: (fields: Fields) => OwnMembers<T>} = {
  signal: (fields) => ({
    signal: parseSignal(fields.raw('signal'), fields.at('signal')),
    ...(fields.has('alarm') ? alarmChange(fields) : {}),
    ...present({
      jurisdiction: fields.has('jurisdiction') ? jurisdiction(fields) : undefined,
      onTest: fields.optionalInteger('onTest', 1),
      via: fields.has('via') ? parseOrigin(fields.raw('via'), fields.at('via')) : undefined,
    }),
  }),
  action: (fields) => ({...alarmChange(fields), ...by(fields)}),
  mask: (fields) => ({
    mask: parseMask(fields.raw('mask'), fields.at('mask')),
    change: fields.oneOf('change', MASK_CHANGES),
    ...by(fields),
  }),
  handoff: (fields) => ({
    handoff: parseHandoff(fields.raw('handoff'), fields.at('handoff')),
    change: fields.oneOf('change', HANDOFF_CHANGES),
    ...by(fields),
  }),
  refusal: (fields) => ({from: fields.text('from', MAX_NAME), reason: fields.text('reason', MAX_TEXT)}),
  ontest: (fields) => ({
    window: parseWindow(fields.raw('window'), fields.at('window')),
    change: fields.oneOf('change', ON_TEST_CHANGES),
    ...present({by: fields.optionalText('by', MAX_NAME)}),
  }),
  event: (fields) => ({event: parseForeignEvent(fields.raw('event'), fields.at('event'))}),
  supervision: (fields) => ({
    news: parseNews(fields.raw('news'), fields.at('news')),
    ...(fields.has('alarm') ? alarmChange(fields) : {}),
    ...present({onTest: fields.optionalInteger('onTest', 1)}),
  }),
  camera: (fields) => ({
    event: parseCameraEvent(fields.raw('event'), fields.at('event')),
    ...(fields.has('alarm') ? alarmChange(fields) : {}),
    ...present({
      jurisdiction: fields.has('jurisdiction') ? jurisdiction(fields) : undefined,
      via: fields.has('via') ? parseOrigin(fields.raw('via'), fields.at('via')) : undefined,
    }),
  }),
  request: (fields) => ({
    alarm: parseAlarm(fields.raw('alarm'), fields.at('alarm')),
    action: fields.oneOf('action', ACTIONS),
    key: fields.key('key', MAX_KEY),
    by: fields.text('by', MAX_NAME),
    state: fields.oneOf('state', ['pending', 'sent', 'confirmed', 'conflict', 'rejected']),
    ...present({detail: fields.optionalText('detail', MAX_TEXT)}),
  }),
  child: (fields) => ({
    child: fields.key('child', MAX_KEY),
    change: fields.oneOf('change', ['joined', 'resynced', 'mismatch', 'reconciled']),
    detail: fields.text('detail', MAX_TEXT),
  }),
}
const ENTRY_TYPES = Object.keys(READERS) as EntryType[]

/** Throws CW_BAD_VALUE naming the member. */
export function parseEntry(value: unknown, where: string): LogEntry {
  const fields = new Fields(value, where)
  const common = {
    seq: fields.integer('seq', 1),
    at: fields.integer('at', 0),
    ...(fields.has('origin') ? {origin: parseEntryOrigin(fields.object('origin'))} : {}),
  }
  const type = fields.oneOf('type', ENTRY_TYPES)
  return {...common, type, ...READERS[type](fields)} as LogEntry
}

/** Throws CW_BAD_VALUE naming the member. */
function parseCameraEvent(value: unknown, where: string): CameraEvent {
  const fields = new Fields(value, where)
  return {
    camera: fields.key('camera', MAX_KEY),
    condition: fields.oneOf('condition', CAMERA_CONDITIONS),
    active: fields.boolean('active'),
    ...present({
      source: fields.optionalText('source', MAX_NAME),
      topic: fields.optionalText('topic', MAX_TEXT),
      text: fields.optionalText('text', MAX_TEXT),
      occurredAt: fields.optionalInteger('occurredAt', Number.MIN_SAFE_INTEGER),
    }),
  }
}

/** An entry that this version cannot read must neither hide nor stop those behind it: it is shown as one that was refused. */
export function parseAnyEntry(value: unknown, where: string): LogEntry {
  try {
    return parseEntry(value, where)
  } catch (error) {
    if (!isCitywatchError(error)) throw error
    return unreadableEntry(new Fields(value, where).integer('seq', 1), `${error.params.field} is ${error.params.value}`)
  }
}

/** What stands for an entry that this version cannot read: operators see that there was something. */
export function unreadableEntry(seq: number, detail: string): LogEntry {
  const reason = safeText(`this version cannot read the entry: ${detail}`)
  return {type: 'refusal', seq, at: 0, from: safeText('platform'), reason}
}

function alarmChange(fields: Fields): {readonly alarm: Alarm; readonly change: AlarmChange} {
  return {
    alarm: parseAlarm(fields.raw('alarm'), fields.at('alarm')),
    change: fields.oneOf('change', ALARM_CHANGES),
  }
}

/** Absent where time did it, or a rule. */
function by(fields: Fields) {
  return present({by: fields.optionalText('by', MAX_NAME)})
}
