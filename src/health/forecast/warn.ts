/** Early warning: which cameras will leave a limit of the profile within a week if they go on as they do. */
import type {Profile} from '../profile.ts'
import {order} from '../tally.ts'
import type {Metric, SeriesBook} from './series.ts'
import {isStep, type Point, type Trend, trendOf} from './trend.ts'

export interface Warning {
  readonly camera: string
  readonly metric: Metric
  /** Where the line is now and what it must not pass: ms, or days for `retention`. */
  readonly now: number
  readonly limit: number
  /** Change a day, in the same unit. */
  readonly perDay: number
  /** When the line passes the limit, ms since the epoch. */
  readonly at: number
}

const DAY_MS = 86_400_000
/** How far ahead a line is believed. */
const HORIZON_MS = 7 * DAY_MS
/** Trends of three days, one week and two weeks, in points of six hours: the shortest that is sure counts. */
const WINDOWS = [12, 28, 56]
const MIN_POINTS = 8
/** Standard deviations from "no trend": one of 2,000 series without a trend goes so far in one direction. */
const MIN_Z = 3.3

/** Soonest first. A limit that is passed already is a loss of the score, no warning. */
export function warningsOf(book: SeriesBook, {limits}: Pick<Profile, 'limits'>): readonly Warning[] {
  const warnings: Warning[] = []
  for (const {camera, metric, points} of book.all()) {
    const crossing = crossingOf(points, metric, limits)
    if (crossing) warnings.push({camera, metric, ...crossing})
  }
  return warnings.sort(
    (one, other) => one.at - other.at || order(one.camera, other.camera) || order(one.metric, other.metric),
  )
}

type Crossing = Omit<Warning, 'camera' | 'metric'>

function crossingOf(points: readonly Point[], metric: Metric, limits: Profile['limits']): Crossing | undefined {
  for (const size of WINDOWS) {
    if (points.length < size && size !== WINDOWS[0]) return undefined
    const recent = points.slice(-size)
    const trend = trendOf(recent)
    const last = recent.at(-1)
    const crossing = trend && last && recent.length >= MIN_POINTS ? ahead(trend, last.at, metric, limits) : undefined
    if (crossing && trend && !isStep(recent, trend)) return crossing
  }
  return undefined
}

function ahead(
  {slope, now, z}: Trend,
  lastAt: number,
  metric: Metric,
  limits: Profile['limits'],
): Crossing | undefined {
  if (Math.abs(z) < MIN_Z || Math.sign(slope) !== Math.sign(z)) return undefined
  const limit = limitOf(metric, slope, limits)
  const left = limit === undefined ? Number.NaN : (limit - now) / slope
  if (limit === undefined || !(left > 0 && left <= HORIZON_MS)) return undefined
  return {now, limit, perDay: slope * DAY_MS, at: Math.round(lastAt + left)}
}

/** The limit that lies in the direction of the trend; undefined where none does. */
function limitOf(metric: Metric, slope: number, limits: Profile['limits']): number | undefined {
  switch (metric) {
    case 'clock':
      return Math.sign(slope) * limits.clockMs.value
    case 'delay':
      return slope > 0 ? limits.keyFrameMs.value : undefined
    case 'retention':
      return slope < 0 ? limits.retentionDays.days : undefined
  }
}
