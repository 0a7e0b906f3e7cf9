/** Everything that a health report shows, whatever its form. */
import type {CameraBook, Period} from '../book.ts'
import {explain, type IndicatorLoss} from '../explain.ts'
import type {SeriesBook} from '../forecast/series.ts'
import {type Warning, warningsOf} from '../forecast/warn.ts'
import {DIMENSIONS, type Dimension, type Group, groupsOf} from '../groups.ts'
import {type DayScore, daysScored} from '../history.ts'
import type {Profile} from '../profile.ts'
import type {Reason} from '../samples.ts'
import {type Score, scoreOf, sumOf} from '../score.ts'
import {order, type Tally} from '../tally.ts'
import {type Judgement, judgeTiers} from '../tiers.ts'

export interface HealthReport {
  /** Ms since the epoch: with `tool` the one thing that is not made of the observations. */
  readonly generatedAt: number
  readonly tool: string
  readonly profile: Profile
  readonly period: Period
  readonly observations: number
  readonly unreadable: number
  readonly score: Score
  readonly tiers: readonly Judgement[]
  readonly losses: readonly IndicatorLoss[]
  readonly groups: Readonly<Record<Dimension, readonly Group[]>>
  readonly days: readonly DayScore[]
  /** Cameras by what is wrong with them now, most frequent first. */
  readonly causes: readonly CauseCount[]
  readonly warnings: readonly Warning[]
  readonly books: readonly CameraBook[]
}

export interface CauseCount {
  readonly cause: Reason
  readonly cameras: number
}

export interface Counts extends Tally {
  readonly unreadable: number
  readonly series: SeriesBook
}

export function reportOf(tally: Counts, made: {readonly generatedAt: number; readonly tool: string}): HealthReport {
  const {profile, period, observations, unreadable, books, series} = tally
  const score = scoreOf(sumOf(books, period), books.length, profile)
  const groups = Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, groupsOf(tally, dimension)]))
  return {
    ...made,
    profile,
    period,
    observations,
    unreadable,
    score,
    tiers: judgeTiers(tally),
    losses: explain(books, score),
    groups: groups as HealthReport['groups'],
    days: daysScored(tally),
    causes: causesOf(books),
    warnings: warningsOf(series, profile),
    books,
  }
}

function causesOf(books: readonly CameraBook[]): readonly CauseCount[] {
  const counts = new Map<Reason, number>()
  for (const {last} of books) if (last.cause !== undefined) counts.set(last.cause, (counts.get(last.cause) ?? 0) + 1)
  return [...counts]
    .map(([cause, cameras]) => ({cause, cameras}))
    .sort((one, other) => other.cameras - one.cameras || order(one.cause, other.cause))
}
