/** The changes of one alarm: each entry of the log names the one before it, so no index has to be kept for them. */
import type {LogEntry} from '../../model/log-entry.ts'
import type {Json} from '../json.ts'
import type {AlarmLogRequest, Store} from './port.ts'

export interface AlarmLog {
  /** Newest first. */
  readonly rows: readonly Json<LogEntry>[]
  /** Sequence of the last row; absent when no more follow. */
  readonly next?: number
  /** False when older changes are no longer in the log, or were written before changes were linked. */
  readonly complete: boolean
}

/** Undefined when there is no such alarm. Rejects with CW_IO. */
export async function alarmLog(
  store: Pick<Store, 'lastChange' | 'read'>,
  {id, before, limit}: AlarmLogRequest,
): Promise<AlarmLog | undefined> {
  const latest = await store.lastChange(id)
  if (latest === undefined) return undefined
  const rows: Json<LogEntry>[] = []
  let seq = before === undefined ? latest : await linkAt(store, id, before)
  for (;;) {
    const row = seq > 0 ? await rowAt(store, seq) : undefined
    const link = row && linkOf(row, id)
    if (row === undefined || link === undefined) return {rows, complete: false}
    rows.push(row)
    if (link.version === 1) return {rows, complete: true}
    if (rows.length >= limit) return {rows, next: seq, complete: true}
    seq = link.previous
  }
}

/** The change before the one at `seq`; 0 when that is no change of the alarm. */
async function linkAt(store: Pick<Store, 'read'>, id: number, seq: number): Promise<number> {
  const row = await rowAt(store, seq)
  return (row && linkOf(row, id)?.previous) ?? 0
}

async function rowAt(store: Pick<Store, 'read'>, seq: number): Promise<Json<LogEntry> | undefined> {
  const [row] = await store.read(seq - 1, 1)
  return row?.seq === seq ? row.entry : undefined
}

/** What the entry says of the alarm; undefined when it is about something else. */
function linkOf(row: Json<LogEntry>, id: number): {readonly version: number; readonly previous: number} | undefined {
  const entry = JSON.parse(row) as LogEntry
  if (!('alarm' in entry) || entry.alarm?.id !== id) return undefined
  const {version, previous = 0} = entry.alarm
  return {version, previous}
}
