/** One change of an alarm as one line: tab-separated for people and shells, JSON for programs. */
import {safeText} from '../../lib/safe-text.ts'
import type {Alarm} from '../../model/alarm.ts'
import type {LogEntry} from '../../model/log-entry.ts'

type Format = 'tsv' | 'jsonl'

/** An alarm that was open when the watch began. JSON: `{position, type: 'snapshot', alarm}`. */
export function snapshotLine(alarm: Alarm, position: string, format: Format): string {
  if (format === 'jsonl') return JSON.stringify({position, type: 'snapshot', alarm})
  return tsv([iso(alarm.changedAt), 'open', ...alarmCells(alarm)])
}

/**
 * A log entry; none in tab-separated form when it changed no alarm. JSON: the LogEntry with its `position`, which
 * `--since` takes. Columns: time, change, priority, handling, condition, alarm, times, code, name, where, account, zone,
 * jurisdiction, by.
 */
export function entryLine(entry: LogEntry, position: string, format: Format): string[] {
  if (format === 'jsonl') return [JSON.stringify({position, ...entry})]
  if (entry.type === 'refusal')
    return [tsv([iso(entry.at), 'refused', '', '', '', '', '', '', entry.reason, entry.from])]
  return entry.alarm && entry.change ? [tsv([iso(entry.at), entry.change, ...alarmCells(entry.alarm)])] : []
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
