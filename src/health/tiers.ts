/** Whether each tier keeps the profile's thresholds. What is not known well enough is not kept. */
import type {CameraBook} from './book.ts'
import {TIERS, type Tier} from './observation.ts'
import type {Profile, Threshold} from './profile.ts'
import {type Rate, rateIn, reaches, sumOf} from './score.ts'
import type {Tally} from './tally.ts'

/** `undeclared`: cameras of which the inventory names no tier; they are held to the highest figure of each indicator. */
export type JudgedTier = Tier | 'undeclared'

export interface Judgement {
  readonly tier: JudgedTier
  readonly cameras: number
  readonly threshold: Threshold
  readonly rate: Rate
  readonly outcome: 'met' | 'under' | 'unknown'
}

/** Tiers that have cameras, in the order of TIERS, undeclared last. */
export function judgeTiers({
  books,
  profile,
  period,
}: Pick<Tally, 'books' | 'profile' | 'period'>): readonly Judgement[] {
  const tiers: readonly JudgedTier[] = [...TIERS, 'undeclared']
  return tiers.flatMap((tier) => {
    const members = books.filter(({facts}) => tierOf(facts) === tier)
    if (members.length === 0) return []
    const cells = sumOf(members, period)
    return thresholdsOf(tier, profile).map((threshold) => {
      const rate = rateIn(cells, threshold.code, profile)
      return {tier, cameras: members.length, threshold, rate, outcome: outcomeOf(rate, threshold)}
    })
  })
}

export function tierOf({tier}: CameraBook['facts']): JudgedTier {
  return tier ?? 'undeclared'
}

/** True when something was judged and everything was met. */
export function allMet(judgements: readonly Judgement[]): boolean {
  return judgements.length > 0 && judgements.every(({outcome}) => outcome === 'met')
}

function thresholdsOf(tier: JudgedTier, {thresholds}: Profile): readonly Threshold[] {
  if (tier !== 'undeclared') return thresholds.filter((threshold) => threshold.tier === tier)
  const highest = new Map<string, Threshold>()
  for (const threshold of thresholds) {
    const known = highest.get(threshold.code)
    if (!known || threshold.atLeast > known.atLeast) highest.set(threshold.code, threshold)
  }
  return [...highest.values()]
}

function outcomeOf(rate: Rate, {atLeast}: Threshold): Judgement['outcome'] {
  if (rate.state !== 'measured') return 'unknown'
  return reaches(rate.good, rate.all, atLeast) ? 'met' : 'under'
}
