/** Reads alarms and log entries that came from a platform: shapes checked, texts made safe again. */
import {isCitywatchError} from '../../lib/errors.ts'
import {MAX_NAME, MAX_TEXT, safeText} from '../../lib/safe-text.ts'
import type {Alarm, AlarmChange} from '../../model/alarm.ts'
import type {LogEntry} from '../../model/log-entry.ts'
import type {OnTestChange} from '../../model/on-test.ts'
import {jurisdiction, siteKey} from './device.ts'
import {parseForeignEvent, parseOrigin} from './event.ts'
import {Fields, present} from './fields.ts'
import {parseWindow} from './on-test.ts'
import {parseSignal} from './signal.ts'

const MAX_KEY = 128
const ON_TEST_CHANGES: readonly OnTestChange[] = ['started', 'extended', 'expiring', 'ended', 'expired']
const CHANGES: readonly AlarmChange[] = ['raised', 'fired-again', 'restored', 'acked', 'closed']

/** Throws CW_BAD_VALUE naming the member. */
export function parseAlarm(value: unknown, where: string): Alarm {
  const fields = new Fields(value, where)
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
    condition: fields.oneOf('condition', ['active', 'restored']),
    handling: fields.oneOf('handling', ['new', 'acked', 'closed']),
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
      ackedBy: fields.optionalText('ackedBy', MAX_NAME),
      ackedVersion: fields.optionalInteger('ackedVersion', 1),
    }),
  }
}

/** Throws CW_BAD_VALUE naming the member. */
export function parseEntry(value: unknown, where: string): LogEntry {
  const fields = new Fields(value, where)
  const common = {seq: fields.integer('seq', 1), at: fields.integer('at', 0)}
  const type = fields.oneOf('type', ['signal', 'action', 'refusal', 'ontest', 'event'])
  switch (type) {
    case 'signal':
      return {
        ...common,
        type,
        signal: parseSignal(fields.raw('signal'), fields.at('signal')),
        ...(fields.has('alarm') ? alarmChange(fields) : {}),
        ...present({
          jurisdiction: fields.has('jurisdiction') ? jurisdiction(fields) : undefined,
          onTest: fields.optionalInteger('onTest', 1),
          via: fields.has('via') ? parseOrigin(fields.raw('via'), fields.at('via')) : undefined,
        }),
      }
    case 'action':
      return {...common, type, ...alarmChange(fields), by: fields.text('by', MAX_NAME)}
    case 'refusal':
      return {...common, type, from: fields.text('from', MAX_NAME), reason: fields.text('reason', MAX_TEXT)}
    case 'ontest':
      return {
        ...common,
        type,
        window: parseWindow(fields.raw('window'), fields.at('window')),
        change: fields.oneOf('change', ON_TEST_CHANGES),
        ...present({by: fields.optionalText('by', MAX_NAME)}),
      }
    case 'event':
      return {...common, type, event: parseForeignEvent(fields.raw('event'), fields.at('event'))}
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
    change: fields.oneOf('change', CHANGES),
  }
}
