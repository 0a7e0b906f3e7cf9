/** `health score`: everything that a score is made of, as one report. */

import type {Period} from '../health/book.ts'
import {explain, type IndicatorLoss} from '../health/explain.ts'
import {type Dimension, type Group, groupsOf} from '../health/groups.ts'
import {type Score, scoreOf, sumOf} from '../health/score.ts'
import {type Judgement, judgeTiers} from '../health/tiers.ts'
import type {Counted} from './health-store.ts'

export interface Scored {
  readonly score: Score
  readonly tiers: readonly Judgement[]
}

export interface ScoreReport extends Scored {
  readonly profile: {readonly name: string; readonly version: number}
  readonly period: Period
  readonly observations: number
  readonly unreadable: number
  /** With --explain: where every lost point went. */
  readonly losses?: readonly IndicatorLoss[]
  /** With --by. */
  readonly groups?: readonly GroupReport[]
}

interface GroupReport {
  readonly name: string
  readonly score: Score
  readonly children: readonly GroupReport[]
}

export function scored(tally: Counted): Scored {
  const {books, period, profile} = tally
  return {score: scoreOf(sumOf(books, period), books.length, profile), tiers: judgeTiers(tally)}
}

export function scoreReport(
  tally: Counted,
  {score, tiers}: Scored,
  wish: {readonly explain: boolean; readonly by?: Dimension | undefined},
): ScoreReport {
  const {profile, period, observations, unreadable, books} = tally
  return {
    profile: {name: profile.name, version: profile.version},
    period,
    observations,
    unreadable,
    score,
    tiers,
    ...(wish.explain ? {losses: explain(books, score)} : {}),
    ...(wish.by ? {groups: groupsOf(tally, wish.by).map(groupReport)} : {}),
  }
}

function groupReport({name, score, children}: Group): GroupReport {
  return {name, score, children: children.map(groupReport)}
}
