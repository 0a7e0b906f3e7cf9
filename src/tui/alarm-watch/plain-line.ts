/** One change of an alarm as one line: tab-separated for people and shells, JSON for programs. */
import {safeText} from '../../lib/safe-text.ts'
import type {Alarm} from '../../model/alarm.ts'
import {CAMERA_MEANINGS} from '../../model/camera-event.ts'
import {meaningOf} from '../../model/codes/meaning.ts'
import type {CameraEntry, HandoffEntry, LogEntry, MaskEntry, OnTestEntry} from '../../model/log-entry.ts'
import type {Signal} from '../../model/signal.ts'
import type {SupervisionNews} from '../../model/supervision.ts'

type Format = 'tsv' | 'jsonl'

/** An alarm that was open when the watch began. JSON: `{position, type: 'snapshot', alarm}`. */
export function snapshotLine(alarm: Alarm, position: string, format: Format): string {
  if (format === 'jsonl') return JSON.stringify({position, type: 'snapshot', alarm})
  return tsv([iso(alarm.changedAt), 'open', ...alarmCells(alarm)])
}

/**
 * A log entry; none in tab-separated form when it changed no alarm and is no part of a test. JSON: the LogEntry with its `position`, which
 * `--since` takes. Columns: time, change, priority, handling, condition, alarm, times, code, name, where, account, zone,
 * jurisdiction, by (who acknowledged the alarm); behind them `on test #N` for a signal of a test. An event of another system has its type as the code, its
 * subject as the name, its source as the place and its id last.
 */
export function entryLine(entry: LogEntry, position: string, format: Format): string[] {
  if (format === 'jsonl') return [JSON.stringify({position, ...entry})]
  const cells = cellsOf(entry)
  return cells === undefined ? [] : [tsv([iso(entry.at), ...cells])]
}

/** What stands behind the time; undefined: nothing is said of it. */
function cellsOf(entry: LogEntry): string[] | undefined {
  switch (entry.type) {
    case 'refusal':
      return ['refused', '', '', '', '', '', '', entry.reason, entry.from]
    case 'event': {
      const {source, type, subject = '', id} = entry.event
      return ['event', '', '', '', '', '', type, subject, source, '', '', '', id]
    }
    case 'ontest':
      return [`test-${entry.change}`, ...windowCells(entry)]
    case 'mask':
      return [`mask-${entry.change}`, ...maskCells(entry)]
    case 'handoff':
      return [`110-${entry.change}`, ...handoffCells(entry)]
    case 'child':
      return [`child-${entry.change}`, ...Array<string>(6).fill(''), entry.detail, entry.child]
    case 'request':
      return [`${entry.action}-${entry.state}`, ...alarmCells(entry.alarm), entry.detail ?? entry.by]
    default:
      return changeCells(entry)
  }
}

type ChangingEntry = Extract<LogEntry, {type: 'signal' | 'action' | 'supervision' | 'camera'}>

/** What was noticed: a change of an alarm, or what was only noted. */
function changeCells(entry: ChangingEntry): string[] | undefined {
  const mark = 'onTest' in entry && entry.onTest !== undefined ? [`on test #${entry.onTest}`] : []
  if (entry.alarm && entry.change) return [entry.change, ...alarmCells(entry.alarm), ...mark]
  if (entry.type === 'supervision') return [entry.news.change, ...newsCells(entry.news), ...mark]
  if (entry.type === 'camera') return ['camera', ...cameraCells(entry)]
  if (entry.type !== 'signal' || mark.length === 0) return undefined
  return ['test-signal', ...trialCells(entry.signal), ...mark]
}

/** The mask in the columns of an alarm: how it hides, until when, its number, why, where, account, zones, by whom. */
function maskCells({mask, by}: MaskEntry): string[] {
  const {as, id, scope, endsAt, reason, deviceName = '', jurisdiction} = mask
  const until = endsAt === undefined ? '' : `until ${iso(endsAt)}`
  const what = scope.of === 'alarm' ? `alarm ${scope.alarm}` : (scope.zones ?? []).join(' ')
  return ['', as, until, `#${id}`, '', '', reason, deviceName, scope.account, what, jurisdiction, by ?? '']
}

/** The hand-over in the columns of an alarm: its state, number, rules, what was said or answered, where, account, alarms, by whom. */
function handoffCells({handoff, by}: HandoffEntry): string[] {
  const {state, id, grounds, alarms, deviceName = '', account, jurisdiction, handed, answer, dropped} = handoff
  const rules = [...new Set(grounds.map(({rule}) => rule))].join(' ')
  const words = answer?.text ?? dropped?.reason ?? handed?.what ?? ''
  return [
    '',
    state,
    handed?.to ?? '',
    `#${id}`,
    '',
    rules,
    words,
    deviceName,
    account,
    alarms.join(' '),
    jurisdiction,
    by ?? '',
  ]
}

/** The window in the columns of an alarm: its number, when it ends, why, where, account, zones, by whom. */
function windowCells({window, by}: OnTestEntry): string[] {
  const {id, endsAt, reason, deviceName = '', account, zones = [], jurisdiction} = window
  const until = `until ${iso(endsAt)}`
  return ['', '', until, `#${id}`, '', '', reason, deviceName, account, zones.join(' '), jurisdiction, by ?? '']
}

/** Devices that raised or ended no alarm: how many, or which. */
function newsCells({device, devices, left, jurisdiction}: SupervisionNews): string[] {
  const what = device === undefined ? `${devices} devices, ${left} still missing` : `${device.kind} ${device.key}`
  return ['', '', '', '', '', '', what, device?.name ?? '', device?.account ?? '', '', jurisdiction, '']
}

/** A camera's state that is no alarm, in the columns of one. */
function cameraCells({event, jurisdiction = ''}: CameraEntry): string[] {
  const {camera, condition, active, source = ''} = event
  const {code, name} = CAMERA_MEANINGS[condition]
  return ['', '', active ? 'began' : 'ended', '', '', code, name, camera, '', source, jurisdiction, '']
}

/** A signal that would have been an alarm, or not: as it came. */
function trialCells(signal: Signal): string[] {
  const {code, qualifier, account, zone = ''} = signal
  const {priority, name} = meaningOf(signal)
  return [`P${priority}`, '', qualifier, '', '', code, name, '', account, zone, '', '']
}

function alarmCells(alarm: Alarm): string[] {
  const {
    priority,
    handling,
    condition,
    id,
    count,
    code,
    name,
    deviceName,
    device,
    account,
    zone,
    jurisdiction,
    ackedBy,
  } = alarm
  return [
    `P${priority}`,
    handling,
    condition,
    String(id),
    String(count),
    code,
    name,
    deviceName ?? device ?? '',
    account,
    zone ?? '',
    jurisdiction,
    ackedBy ?? '',
  ]
}

/** Absent cells stay empty, so that every column keeps its place. */
function tsv(cells: readonly string[]): string {
  return cells.map((cell) => safeText(cell)).join('\t')
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
