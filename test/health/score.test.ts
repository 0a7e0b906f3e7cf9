import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Cells, Period} from '../../src/health/book.ts'
import {apportion, explain} from '../../src/health/explain.ts'
import {DIMENSIONS, flattened, type Group, groupsOf} from '../../src/health/groups.ts'
import type {Observation} from '../../src/health/observation.ts'
import {builtinProfile} from '../../src/health/profiles.ts'
import {PARTS, type Points, percentText, reaches, type Score, scoreOf, sumOf} from '../../src/health/score.ts'
import {type Tally, Tallying, tallyOf} from '../../src/health/tally.ts'
import {allMet, judgeTiers} from '../../src/health/tiers.ts'
import {type Code, INDICATOR_CODES, TREE} from '../../src/health/tree.ts'
import {anyObservations, DEAD, HOUR, NO_FRAMES, NOON, observation, UNKNOWN} from '../support/observations.ts'

const profile = builtinProfile('generic')
const day: Period = {from: NOON - 24 * HOUR, to: NOON}
const threeDays: Period = {from: NOON - 72 * HOUR, to: NOON}

function scored(tally: Tally): Score {
  return scoreOf(sumOf(tally.books, tally.period), tally.books.length, tally.profile)
}

function indicator(score: Score, code: Code) {
  return score.levels
    .flatMap(({objects}) => objects)
    .flatMap(({indicators}) => indicators)
    .find((one) => one.code === code)
}

const EMPTY = {good: 0, all: 0, observed: 0, due: 0}

test('the tree has its five levels and 38 indicators, each once', () => {
  expect(TREE.map(({code}) => code)).toEqual(['A', 'B', 'C', 'D', 'E'])
  expect(new Set(INDICATOR_CODES).size).toBe(38)
  expect(INDICATOR_CODES).toHaveLength(38)
})

test('A11: a probe speaks for the time since the one before, at most for the hold; what was not judged speaks for nothing', () => {
  const seen = [
    observation({at: NOON - 20 * HOUR}),
    observation({at: NOON - 18 * HOUR, ...DEAD}),
    observation({at: NOON - 12 * HOUR, ...UNKNOWN}),
    observation({at: NOON - 6 * HOUR}),
  ]
  const score = scored(tallyOf(seen, profile, day))
  const hours = (count: number) => count * 3_600
  expect(indicator(score, 'A11')).toMatchObject({good: hours(16), all: hours(18), observed: hours(18), due: hours(24)})
})

test('A11: a probe after a long silence speaks for the hold of the profile, no longer', () => {
  const seen = [observation({at: NOON - 60 * HOUR}), observation({at: NOON - 10 * HOUR})]
  const score = scored(tallyOf(seen, profile, threeDays))
  expect(indicator(score, 'A11')).toMatchObject({good: (12 + 24) * 3_600, observed: (12 + 24) * 3_600})
})

test('jurisdictions are a tree; who stands between two of its levels is a part of its own', () => {
  const seen = ['city.north.1', 'city.north', 'city.south', ''].map((jurisdiction, index) =>
    observation({camera: `cam-${index}`, jurisdiction, at: NOON - HOUR}),
  )
  const names = (groups: readonly Group[]): unknown[] =>
    groups.map(({name, depth, score, children}) => [name, depth, score.cameras, ...names(children)])
  expect(names(groupsOf(tallyOf(seen, profile, day), 'jurisdiction'))).toEqual([
    ['', 0, 1],
    ['city', 0, 3, ['city.north', 1, 2, ['city.north', 2, 1], ['city.north.1', 2, 1]], ['city.south', 1, 1]],
  ])
})

test('A12, A13, A14, B32, C11, CLK: counts of one camera over a day', () => {
  const seen = [
    observation({at: NOON - 20 * HOUR}),
    observation({at: NOON - 15 * HOUR, ...NO_FRAMES}),
    observation({at: NOON - 10 * HOUR, lost: 7}),
    observation({at: NOON - 5 * HOUR, ...DEAD}),
  ]
  const score = scored(tallyOf(seen, profile, day))
  const {A12, A13, A14, B32, C11} = Object.fromEntries(
    ['A12', 'A13', 'A14', 'B32', 'C11'].map((code) => [code, indicator(score, code as Code)]),
  )
  expect([A12, A13, A14, B32, C11].map((one) => [one?.good, one?.all])).toEqual([
    [3, 4],
    [2, 2],
    [0, 1],
    [200, 207],
    [1, 3],
  ])
  expect(score.beside.CLK).toMatchObject({good: 3, all: 3})
})

test('what cannot be computed is not measured: no points, none lost', () => {
  const score = scored(tallyOf([observation({at: NOON - HOUR})], profile, day))
  expect(indicator(score, 'C12')).toEqual({
    code: 'C12',
    ...EMPTY,
    state: 'not-measured',
    earned: 0,
    judged: 0,
    unjudged: 4 * PARTS,
  })
  expect(score.earned).toBe(score.judged)
  expect(score.judged + score.unjudged).toBe(100 * PARTS)
})

test('observed too little is not judged, and a tier of it is not met', () => {
  const seen = [observation({tier: 'key', at: NOON - 60 * HOUR})]
  const tally = tallyOf(seen, profile, threeDays)
  expect(indicator(scored(tally), 'A11')).toMatchObject({state: 'uncovered', earned: 0, judged: 0})
  expect(judgeTiers(tally).map(({outcome}) => outcome)).toEqual(['unknown', 'unknown'])
  expect(allMet(judgeTiers(tally))).toBe(false)
  expect(allMet(judgeTiers(tallyOf([], profile, day)))).toBe(false)
})

test('a mobile source that does not answer is absent, not failed; one that plays is sampled', () => {
  const seen = [
    observation({camera: 'van', mobile: true, at: NOON - 2 * HOUR, ...DEAD}),
    observation({camera: 'van', mobile: true, at: NOON - HOUR}),
  ]
  const score = scored(tallyOf(seen, profile, day))
  expect(indicator(score, 'A14')?.state).toBe('not-measured')
  expect(indicator(score, 'C11')).toMatchObject({good: 1, all: 1})
})

test.each([
  ['the name', ['2026-07-14 12:00:00', 'North gate'], 1],
  ['another name', ['2026-07-14 12:00:00', 'Camera 01'], 0],
  ['nothing', [], 0],
  ['33 characters', ['North gate', 'x'.repeat(33)], 0],
])('C12: an overlay that tells %s', (_what, osd, good) => {
  const score = scored(tallyOf([observation({name: 'North gate', osd, at: NOON - HOUR})], profile, day))
  expect(indicator(score, 'C12')).toMatchObject({good, all: 1})
})

test('thresholds are compared exactly: 97.999 % is not 98 %, and prints as 97.99 %', () => {
  expect([reaches(97_999_999, 100_000_000, 9_800), reaches(98_000, 100_000, 9_800)]).toEqual([false, true])
  expect(percentText(97_999_999, 100_000_000)).toBe('97.99 %')
})

test('cn-996: key cameras under 98 %, industry at 95 %, undeclared ones held to the highest figure', () => {
  const fleet = (tier: string | undefined, dead: number) =>
    Array.from({length: 100}, (_, index) =>
      observation({camera: `${tier}-${index}`, tier, at: NOON - HOUR, ...(index < dead ? DEAD : {})}),
    )
  const seen = [...fleet('key', 3), ...fleet('industry', 5), ...fleet('other', 90), ...fleet(undefined, 2)]
  const judged = judgeTiers(tallyOf(seen, builtinProfile('cn-996'), day))
  expect(judged.map(({tier, outcome, cameras}) => [tier, outcome, cameras])).toEqual([
    ['key', 'under', 100],
    ['industry', 'met', 100],
    ['undeclared', 'met', 100],
  ])
})

test('every order of the same observations, and each of them twice, is the same score bit for bit', () => {
  fc.assert(
    fc.property(anyObservations, fc.infiniteStream(fc.integer()), (observations, keys) => {
      const shuffled = observations
        .map((one) => ({one, key: keys.next().value}))
        .sort((a, b) => a.key - b.key)
        .map(({one}) => one)
      const text = (list: typeof observations) => {
        const tally = tallyOf(list, profile, threeDays)
        return JSON.stringify([
          scored(tally),
          explain(tally.books, scored(tally)),
          tally.days.map((cells) => [...cells].sort()),
        ])
      }
      const plain = text(observations)
      expect(text(shuffled)).toBe(plain)
      expect(text([...shuffled, ...observations])).toBe(plain)
    }),
    {numRuns: 300},
  )
})

test('added day by day is the same as all at once', () => {
  fc.assert(
    fc.property(anyObservations, (observations) => {
      const tallying = new Tallying(profile, threeDays)
      for (let hour = 72; hour > 0; hour -= 24) {
        const from = NOON - hour * HOUR
        tallying.add(observations.filter(({at}) => at >= from && at < from + 24 * HOUR))
      }
      expect(scored(tallying.close())).toEqual(scored(tallyOf(observations, profile, threeDays)))
    }),
    {numRuns: 200},
  )
})

test('a parent is the sum of its children: points over the tree, counts over jurisdictions, industries, tiers, makers and days', () => {
  fc.assert(
    fc.property(anyObservations, (observations) => {
      const tally = tallyOf(observations, profile, threeDays)
      const score = scored(tally)
      for (const parent of [
        {...score, children: score.levels},
        ...score.levels.map((one) => ({...one, children: one.objects})),
      ])
        expect(points(parent)).toEqual(sumPoints(parent.children))
      const whole = plain(sumOf(tally.books, threeDays))
      for (const dimension of DIMENSIONS) {
        const groups = groupsOf(tally, dimension)
        expect(plain(merged(groups.map(({cells}) => cells)))).toEqual(whole)
        for (const group of flattened(groups).filter(({children}) => children.length > 0))
          expect(plain(merged(group.children.map(({cells}) => cells)))).toEqual(plain(group.cells))
        expect(leaves(groups)).toBe(tally.books.length)
      }
      expect(plain(merged(tally.days))).toEqual(whole)
    }),
    {numRuns: 300},
  )
})

test('every lost point is explained: reasons add up to what the indicator lost, in its unit and in points', () => {
  fc.assert(
    fc.property(anyObservations, (observations) => {
      const tally = tallyOf(observations, profile, threeDays)
      const score = scored(tally)
      const losses = explain(tally.books, score)
      for (const {lost, points: whole, reasons} of losses) {
        expect(reasons.reduce((sum, one) => sum + one.lost, 0)).toBe(lost)
        expect(reasons.reduce((sum, one) => sum + one.points, 0)).toBe(whole)
        for (const reason of reasons) expect(reason.cameras.reduce((sum, one) => sum + one.lost, 0)).toBe(reason.lost)
      }
      expect(losses.reduce((sum, one) => sum + one.points, 0)).toBe(score.judged - score.earned)
    }),
    {numRuns: 300},
  )
})

test('one healthy probe made a failed one never raises a count of good', () => {
  fc.assert(
    fc.property(
      // Two that are equal are one observation, and two once one of them is worse.
      anyObservations.map(oneATime).filter((all) => all.length > 0),
      fc.nat(),
      (observations, pick) => {
        const at = pick % observations.length
        const worse = observations.map((one, index) =>
          index === at && one.verdict !== 'unknown' ? observation({...one, osd: undefined, ...DEAD}) : one,
        )
        const before = sumOf(tallyOf(observations, profile, threeDays).books, threeDays)
        const after = sumOf(tallyOf(worse, profile, threeDays).books, threeDays)
        for (const code of ['A11', 'A12', 'A14'] as const) {
          const [one, other] = [before.get(code) ?? EMPTY, after.get(code) ?? EMPTY]
          expect({code, all: other.all, less: other.good <= one.good}).toEqual({code, all: one.all, less: true})
        }
      },
    ),
    {numRuns: 300},
  )
})

test('apportion: whole parts, no part lost', () => {
  fc.assert(
    fc.property(fc.nat({max: 10_000_000}), fc.array(fc.nat({max: 1_000_000}), {minLength: 1}), (total, parts) => {
      const shares = apportion(total, parts)
      const sum = parts.reduce((one, other) => one + other, 0)
      expect(shares.reduce((one, other) => one + other, 0)).toBe(sum === 0 ? 0 : total)
      expect(shares.every((share, index) => share >= 0 && (parts[index] !== 0 || share === 0))).toBe(true)
    }),
  )
})

/** The first of each camera and time. */
function oneATime(observations: readonly Observation[]): Observation[] {
  return [...new Map(observations.toReversed().map((one) => [`${one.camera} ${one.at}`, one])).values()]
}

function points({earned, judged, unjudged}: Points): Points {
  return {earned, judged, unjudged}
}

function sumPoints(children: readonly Points[]): Points {
  const sum = (of: (one: Points) => number) => children.reduce((total, one) => total + of(one), 0)
  return {earned: sum((one) => one.earned), judged: sum((one) => one.judged), unjudged: sum((one) => one.unjudged)}
}

function merged(all: readonly Cells[]): Cells {
  const sum: Cells = new Map()
  for (const [code, cell] of all.flatMap((cells) => [...cells])) {
    const {good, all: whole, observed, due} = sum.get(code) ?? EMPTY
    sum.set(code, {
      good: good + cell.good,
      all: whole + cell.all,
      observed: observed + cell.observed,
      due: due + cell.due,
    })
  }
  return sum
}

/** Without what is due: a group whose cameras never had a sample of an indicator has no cell for it. */
function plain(cells: Cells) {
  return Object.fromEntries(
    [...cells]
      .filter(([, {all}]) => all > 0)
      .sort()
      .map(([code, {good, all, observed}]) => [code, {good, all, observed}]),
  )
}

function leaves(groups: readonly Group[]): number {
  return groups.reduce((sum, {children, score}) => sum + (children.length === 0 ? score.cameras : leaves(children)), 0)
}
