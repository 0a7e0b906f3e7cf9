/** The words that a report needs, whatever its language; the texts are kept with the other catalogues. */
import type {Metric} from '../forecast/series.ts'
import type {Dimension} from '../groups.ts'
import type {Reason} from '../samples.ts'
import type {State} from '../score.ts'
import type {JudgedTier, Judgement} from '../tiers.ts'

export interface HealthWords {
  /** For HTML's `lang`. */
  readonly tag: 'en' | 'zh-CN'
  readonly language: 'en' | 'zh'
  readonly title: string
  readonly generated: string
  readonly tool: string
  readonly profile: string
  readonly period: string
  readonly cameras: string
  readonly camera: string
  readonly observations: string
  readonly unreadable: string
  readonly score: string
  readonly scoreText: (percent: string, earned: string, judged: string, unjudged: string) => string
  readonly tiersHead: string
  readonly tier: string
  readonly tiers: Readonly<Record<JudgedTier, string>>
  readonly demand: string
  readonly source: string
  readonly outcome: string
  readonly outcomes: Readonly<Record<Judgement['outcome'], string>>
  readonly tree: string
  readonly code: string
  readonly name: string
  readonly rate: string
  readonly coverage: string
  readonly points: string
  readonly unjudged: string
  readonly formula: string
  readonly states: Readonly<Record<Exclude<State, 'measured'>, string>>
  readonly trend: string
  readonly day: string
  readonly causes: string
  readonly cause: string
  readonly map: string
  readonly mapNote: (placed: number, all: number) => string
  readonly healthy: string
  readonly impaired: string
  readonly unwell: string
  readonly unknown: string
  readonly losses: string
  readonly reason: string
  readonly lost: string
  readonly worst: string
  readonly advice: (reason: Reason) => string
  readonly groups: Readonly<Record<Dimension, string>>
  readonly none: string
  readonly onlySome: (shown: number, all: number) => string
  readonly warnings: string
  readonly noWarnings: string
  readonly metrics: Readonly<Record<Metric, string>>
  readonly metric: string
  readonly now: string
  readonly limit: string
  readonly perDay: string
  readonly when: string
  readonly limits: string
}
