/** What is to be done for the log now: seal a stretch of it, let go of the oldest part, or nothing. Pure. */
import type {LogState} from './log-state.ts'

export interface Retention {
  /** Rows of one segment. */
  readonly segmentRows: number
  /** How long rows are kept at least, ms; absent: for ever. */
  readonly keepMs?: number
  /** Bytes of segments and database together above which the oldest segments go; absent: no bound. */
  readonly keepBytes?: number
}

export type Step =
  | {readonly type: 'seal'; readonly first: number; readonly last: number}
  /** All segments up to and with row `last`. */
  | {readonly type: 'drop'; readonly last: number}

/** A stretch is sealed after this share of its time at the latest, however few rows it has: whole files are dropped. */
const PARTS_OF_TIME = 8
/** Characters of entries after which a stretch is sealed, however few rows it has. */
const MAX_SEGMENT_CHARS = 1024 * 1024 * 1024

/**
 * The one next step; undefined: none. `openChars`: characters of the open part's entries, as far as they were counted. Time is
 * the platform's or the newest row's, whichever is earlier: a clock that is set to next year drops nothing by itself.
 */
export function nextStep(state: LogState, retention: Retention, now: number, openChars: number): Step | undefined {
  const {sealed, head} = state
  const asOf = Math.min(now, state.newestAt ?? now)
  const dropTo = oldestToDrop(state, retention, asOf)
  if (dropTo !== undefined) return {type: 'drop', last: dropTo}
  const first = sealed + 1
  if (head - sealed >= retention.segmentRows) return {type: 'seal', first, last: sealed + retention.segmentRows}
  if (head === sealed) return undefined
  if (openChars >= MAX_SEGMENT_CHARS || isOld(state, retention, asOf)) return {type: 'seal', first, last: head}
  return undefined
}

function oldestToDrop(state: LogState, {keepMs, keepBytes}: Retention, asOf: number): number | undefined {
  let bytes = state.databaseBytes + state.segments.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0)
  let last: number | undefined
  for (const segment of state.segments) {
    const isOver = keepBytes !== undefined && bytes > keepBytes
    const isPast = keepMs !== undefined && segment.lastAt < asOf - keepMs
    if (!isOver && !isPast) return last
    bytes -= segment.sizeBytes
    last = segment.last
  }
  return last
}

function isOld({openSince}: LogState, {keepMs}: Retention, asOf: number): boolean {
  return keepMs !== undefined && openSince !== undefined && openSince < asOf - keepMs / PARTS_OF_TIME
}
