import {readFileSync} from 'node:fs'
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {SeriesBook} from '../../src/health/forecast/series.ts'
import {median, trendOf} from '../../src/health/forecast/trend.ts'
import {type Warning, warningsOf} from '../../src/health/forecast/warn.ts'
import type {Observation} from '../../src/health/observation.ts'
import {builtinProfile} from '../../src/health/profiles.ts'
import {seededRandom as seeded} from '../../src/lib/random.ts'
import {HOUR, NOON, observation} from '../support/observations.ts'

const profile = builtinProfile('generic')
const DAY = 24 * HOUR

/** The recorded series: every four hours for 20 days; three cameras that get worse, three that do not. */
const recorded: readonly Observation[] = readFileSync(
  new URL('../fixtures/health/degradation.csv', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [camera, hour, clockMs, keyFrameMs, retentionDays] = line.split(',')
    return observation({
      camera,
      at: NOON + Number(hour) * HOUR,
      clockMs: Number(clockMs),
      keyFrameMs: Number(keyFrameMs),
      retentionDays: Number(retentionDays),
    })
  })

/** Warnings as they would have been given, looking every four hours at what there was by then. */
function warnedAt(observations: readonly Observation[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>()
  for (const now of new Set(observations.map(({at}) => at))) {
    for (const {camera, metric} of warningsUntil(observations, now)) {
      const key = `${camera} ${metric}`
      if (!first.has(key)) first.set(key, now)
    }
  }
  return first
}

function warningsUntil(observations: readonly Observation[], now: number): readonly Warning[] {
  const book = new SeriesBook()
  for (const one of observations) if (one.at <= now) book.add(one)
  return warningsOf(book, profile)
}

/** First of three observations in a row beyond the limit: one alone is noise. */
function failedAt(camera: string, fails: (one: Observation) => boolean): number {
  const own = recorded.filter((one) => one.camera === camera)
  const at = own.findIndex((_, index) => own.slice(index, index + 3).every(fails))
  return own[at]?.at ?? Number.NaN
}

test('on the recorded series each failure is warned of at least a day before, and no camera that stays well', () => {
  const warned = warnedAt(recorded)
  const failures = {
    'drifts clock': failedAt('drifts', ({clockMs = 0}) => Math.abs(clockMs) > 10_000),
    'slows delay': failedAt('slows', ({keyFrameMs = 0}) => keyFrameMs > 4_000),
    'shrinks retention': failedAt('shrinks', ({retentionDays = 99}) => retentionDays < 30),
  }
  const leads = Object.entries(failures).map(
    ([key, at]) => [key, (at - (warned.get(key) ?? Number.NaN)) / DAY] as const,
  )
  expect(leads.map(([key, days]) => [key, days >= 1])).toEqual(leads.map(([key]) => [key, true]))
  expect([...warned.keys()].sort()).toEqual(Object.keys(failures).sort())
})

test('the day that a warning names is within two of the day it happened', () => {
  const failed = failedAt('drifts', ({clockMs = 0}) => Math.abs(clockMs) > 10_000)
  const [warning] = warningsUntil(recorded, failed - 2 * DAY).filter(({camera}) => camera === 'drifts')
  expect(Math.abs((warning?.at ?? Number.NaN) - failed)).toBeLessThan(2 * DAY)
})

test('of 300 cameras that only make noise, hardly any is warned of', () => {
  const random = seeded(7)
  const noise = Array.from({length: 300}, (_, camera) =>
    Array.from({length: 84}, (_, index) =>
      observation({
        camera: `well-${camera}`,
        at: NOON + index * 4 * HOUR,
        clockMs: Math.round((random() - 0.5) * 18_000),
        keyFrameMs: Math.round(400 + random() * 3_500),
        retentionDays: 31 + Math.round(random() * 3),
      }),
    ),
  ).flat()
  const book = new SeriesBook()
  for (const one of noise) book.add(one)
  expect(warningsOf(book, profile).length).toBeLessThanOrEqual(3)
})

test('a limit that is passed already is no warning', () => {
  const book = new SeriesBook()
  for (let index = 0; index < 40; index += 1)
    book.add(observation({at: NOON + index * 6 * HOUR, clockMs: 20_000 + index * 500}))
  expect(warningsOf(book, profile)).toEqual([])
})

test('the line is found under one wild point in four', () => {
  fc.assert(
    fc.property(
      fc.integer({min: -50, max: 50}),
      fc.integer({min: -1_000, max: 1_000}),
      fc.nat(),
      (slope, start, seed) => {
        const random = seeded(seed)
        const points = Array.from({length: 24}, (_, index) => ({
          at: index,
          value: index % 4 === 3 ? (random() - 0.5) * 1e6 : start + slope * index,
        }))
        expect(trendOf(points)?.slope).toBeCloseTo(slope, -1)
      },
    ),
    {numRuns: 50},
  )
})

test('median of none, one, two and three', () => {
  expect([median([]), median([4]), median([4, 1]), median([9, 1, 4])]).toEqual([Number.NaN, 4, 2.5, 4])
})
