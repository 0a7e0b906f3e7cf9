/** Alarms and log entries as a platform would tell of them. */
import {safeText} from '../../src/lib/safe-text.ts'
import type {Alarm, AlarmChange} from '../../src/model/alarm.ts'
import type {SignalEntry} from '../../src/model/log-entry.ts'
import {signalOf} from './signals.ts'

/** 2026-03-01 12:00:00 UTC. */
export const NOON = Date.UTC(2026, 2, 1, 12)

/** A burglary, active and new, raised `id` minutes before noon unless told otherwise; members set to undefined are absent. */
export function alarmOf(id: number, changes: {readonly [K in keyof Alarm]?: Alarm[K] | undefined} = {}): Alarm {
  const raisedAt = changes.raisedAt ?? NOON - id * 60_000
  const alarm = {
    id,
    version: 1,
    account: '1234',
    device: 'panel-1',
    deviceName: safeText('Harbour Street 4'),
    site: 'site-1',
    jurisdiction: 'baltimore.central.111',
    code: 'BA',
    name: 'Burglary alarm',
    category: 'burglary',
    priority: 2,
    zone: '3',
    condition: 'active',
    handling: 'new',
    latching: false,
    count: 1,
    raisedAt,
    changedAt: raisedAt,
    ...changes,
  }
  return Object.fromEntries(Object.entries(alarm).filter(([, value]) => value !== undefined)) as unknown as Alarm
}

export function entryOf(seq: number, alarm: Alarm, change: AlarmChange = 'raised'): SignalEntry {
  return {type: 'signal', seq, at: alarm.changedAt, signal: signalOf({code: alarm.code}), alarm, change}
}
