/** Why a panel's time does not fit: the mistakes that panels are known for, tried in turn. */
import {parseTimestamp} from './timestamp.ts'

const HOUR_MS = 3_600_000
/** Zones are at most so far from UTC; some by half and quarter hours. */
const MAX_ZONE_MS = 14 * HOUR_MS
const ZONE_STEP_MS = HOUR_MS / 4
/** A time is "the same" within the window of a receiver. */
const NEAR_MS = 60_000
const DAY_MS = 24 * HOUR_MS

/** The likely mistake in `timestamp`, received at `now`; undefined where none of them explains it. */
export function likelyClock(timestamp: string, now: number): string | undefined {
  const at = parseTimestamp(timestamp)
  const swapped = parseTimestamp(timestamp.replace(/,(\d\d)-(\d\d)-/, ',$2-$1-'))
  if (swapped !== undefined && near(swapped, now)) return 'day and month swapped'
  if (at === undefined) return undefined
  const off = at - now
  const zone = Math.round(off / ZONE_STEP_MS) * ZONE_STEP_MS
  if (zone !== 0 && Math.abs(zone) <= MAX_ZONE_MS && near(off, zone)) {
    return `local time sent as UTC: ${zone > 0 ? '+' : '−'}${Math.abs(zone) / HOUR_MS} h`
  }
  const thisYear = parseTimestamp(timestamp.replace(/\d{4}$/, String(new Date(now).getUTCFullYear())))
  if (thisYear !== undefined && near(thisYear, now)) return 'the year is wrong'
  if (off < -365 * DAY_MS) return 'the clock was never set'
  return off < 0 ? 'an old message sent again, or a clock that is slow' : 'a clock that is fast'
}

function near(one: number, other: number): boolean {
  return Math.abs(one - other) <= NEAR_MS
}
