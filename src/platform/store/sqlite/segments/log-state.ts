/** Where the log stands as a whole: its ends, its segments, and the room that it takes. */
import type {DatabaseSync} from 'node:sqlite'
import type {LogStorage} from '../../../contract.ts'
import {DROPPED, FLOOR_SQL, HEAD_SQL, SEALED_SQL, type Segment, segmentsOf} from './catalogue.ts'

export interface LogState {
  readonly head: number
  readonly floor: number
  /** Last row that lies in a segment. */
  readonly sealed: number
  /** Rows that retention has taken since the log began. */
  readonly dropped: number
  /** Times of the oldest row of the open part and of the newest row, ms UTC; absent when there is none. */
  readonly openSince?: number
  readonly newestAt?: number
  /** Oldest first. */
  readonly segments: readonly Segment[]
  /** Bytes of the database that are in use: the open part, alarms, inventory. */
  readonly databaseBytes: number
}

/** Ask within one transaction. A few rows, however long the log is, and one for each segment. */
export function logState(db: DatabaseSync): LogState {
  const number = (sql: string, ...values: (string | number)[]) => {
    const [value] = Object.values(db.prepare(sql).get(...values) ?? {})
    return value === undefined || value === null ? undefined : Number(value)
  }
  const sealed = number(SEALED_SQL) ?? 0
  const segments = segmentsOf(db)
  const openSince = number('SELECT at FROM log WHERE seq > ? ORDER BY seq LIMIT 1', sealed)
  const newestAt = number('SELECT at FROM log ORDER BY seq DESC LIMIT 1') ?? segments.at(-1)?.lastAt
  const pages = (number('PRAGMA page_count') ?? 0) - (number('PRAGMA freelist_count') ?? 0)
  return {
    head: number(HEAD_SQL) ?? 0,
    floor: number(FLOOR_SQL) ?? 0,
    sealed,
    dropped: number('SELECT value FROM counter WHERE name = ?', DROPPED) ?? 0,
    ...(openSince === undefined ? {} : {openSince}),
    ...(newestAt === undefined ? {} : {newestAt}),
    segments,
    databaseBytes: pages * (number('PRAGMA page_size') ?? 0),
  }
}

/** The same in the store's words. */
export function storageOf(
  state: LogState,
  failures: {readonly count: number; readonly last: string | undefined},
): LogStorage {
  const {floor, dropped, head, sealed, segments, databaseBytes} = state
  return {
    floor,
    dropped,
    open: head - sealed,
    segments: segments.length,
    segmentBytes: segments.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0),
    databaseBytes,
    failures: failures.count,
    ...(failures.last === undefined ? {} : {trouble: failures.last}),
  }
}
