/** A profile: weights, limits and thresholds as data, each with where it comes from. Read with distrust: it may be anybody's file. */
import {bad, Fields} from '../lib/fields.ts'
import type {SafeText} from '../lib/safe-text.ts'
import {TIERS, type Tier} from './observation.ts'
import {CODES, type Code, INDICATOR_CODES, type IndicatorCode, type Mark} from './tree.ts'

/** A figure and who says so. */
export interface Sourced {
  readonly mark: Mark
  readonly source: SafeText
}

/** `lt`: less than the value; `le`: at most. */
export interface Limit extends Sourced {
  readonly op: 'lt' | 'le'
  /** Ms. */
  readonly value: number
}

interface DayLimit extends Sourced {
  /** At least so many days. */
  readonly days: number
}

export interface Threshold extends Sourced {
  readonly code: Code
  readonly tier: Tier
  /** At least so many ten-thousandths: 9800 is 98 %. */
  readonly atLeast: number
}

export interface Profile {
  readonly name: string
  readonly version: number
  readonly title: SafeText
  /** Coverage (observed ÷ due) under which a rate is not judged, ten-thousandths. */
  readonly minCoverage: Sourced & {readonly atLeast: number}
  /** An observation speaks for the time since the one before it, for at most so many seconds. */
  readonly holdS: Sourced & {readonly value: number}
  readonly limits: {
    readonly signalMs: Limit
    readonly keyFrameMs: Limit
    readonly clockMs: Limit
    readonly retentionDays: DayLimit
    /** Characters a line of overlay. */
    readonly osdChars: Sourced & {readonly value: number}
  }
  /** Points of each indicator (impact factor, 影响因子); whole numbers. */
  readonly weights: Readonly<Record<IndicatorCode, number>>
  readonly weightsFrom: Sourced
  readonly thresholds: readonly Threshold[]
}

const MARKS = ['S', 'S weak', 'K', 'P'] as const
const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/
const MAX_MS = 86_400_000
const WHOLE = 10_000

/** Throws CW_BAD_VALUE naming the member; unknown members are refused, so that a misspelt limit is not passed over. */
export function parseProfile(value: unknown): Profile {
  const fields = new Fields(value, '')
  only(fields, ['name', 'version', 'title', 'minCoverage', 'holdS', 'limits', 'weights', 'weightsFrom', 'thresholds'])
  const limits = fields.object('limits')
  only(limits, ['signalMs', 'keyFrameMs', 'clockMs', 'retentionDays', 'osdChars'])
  const chars = limits.object('osdChars')
  const coverage = fields.object('minCoverage')
  const hold = fields.object('holdS')
  const retention = limits.object('retentionDays')
  return {
    name: fields.matching('name', NAME, 'a name of small letters, digits and hyphens'),
    version: fields.integer('version', 1),
    title: fields.text('title', 200),
    minCoverage: {atLeast: coverage.integer('atLeast', 1, WHOLE), ...sourced(coverage)},
    holdS: {value: hold.integer('value', 60, 31 * 86_400), ...sourced(hold)},
    limits: {
      signalMs: limitIn(limits.object('signalMs')),
      keyFrameMs: limitIn(limits.object('keyFrameMs')),
      clockMs: limitIn(limits.object('clockMs')),
      retentionDays: {days: retention.integer('days', 1, 10_000), ...sourced(retention)},
      osdChars: {value: chars.integer('value', 1, 1_000), ...sourced(chars)},
    },
    weights: weightsIn(fields.object('weights')),
    weightsFrom: sourced(fields.object('weightsFrom')),
    thresholds: fields.list('thresholds', 200, thresholdIn),
  }
}

function limitIn(fields: Fields): Limit {
  return {op: fields.oneOf('op', ['lt', 'le']), value: fields.integer('value', 1, MAX_MS), ...sourced(fields)}
}

function sourced(fields: Fields): Sourced {
  return {mark: fields.oneOf('mark', MARKS), source: fields.text('source', 300)}
}

function weightsIn(fields: Fields): Profile['weights'] {
  only(fields, INDICATOR_CODES)
  const entries = INDICATOR_CODES.map((code) => [code, fields.integer(code, 0, 1_000)] as const)
  if (entries.every(([, weight]) => weight === 0)) throw bad('weights', 0, 'some points')
  return Object.fromEntries(entries) as Profile['weights']
}

function thresholdIn(value: unknown, where: string): Threshold {
  const fields = new Fields(value, where)
  only(fields, ['code', 'tier', 'atLeast', 'mark', 'source'])
  return {
    code: fields.oneOf('code', CODES),
    tier: fields.oneOf('tier', TIERS),
    atLeast: fields.integer('atLeast', 1, WHOLE),
    ...sourced(fields),
  }
}

function only(fields: Fields, known: readonly string[]): void {
  const odd = fields.names().find((name) => !known.includes(name))
  if (odd !== undefined) throw bad(fields.at(odd), odd, `one of ${known.join(', ')}`)
}

/** True when the measured value keeps the limit. */
export function keeps(value: number, {op, value: limit}: Limit): boolean {
  return op === 'lt' ? value < limit : value <= limit
}

/** How a figure is introduced: what was only heard of is never shown as a norm. */
export function standing({mark, source}: Sourced): string {
  const kind = mark === 'S' ? '' : mark === 'S weak' ? 'weak source: ' : mark === 'K' ? 'profile value: ' : 'proposal: '
  return `${kind}${source}`
}

/** For a threshold's line: `A14 ≥ 98.00 % (key)`. */
export function demandText({code, tier, atLeast}: Threshold): string {
  return `${code} ≥ ${(atLeast / 100).toFixed(2)} % (${tier})`
}
