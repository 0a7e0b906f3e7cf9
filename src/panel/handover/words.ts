/** The words that a report needs, whatever its language: the texts themselves are kept with the other catalogues. */
import type {ListedKind} from '../walk/state.ts'
import type {CheckResult, Latency, Outcome, Part} from './model.ts'

export interface ReportWords {
  /** For HTML's `lang`. */
  readonly tag: string
  readonly title: string
  readonly generated: string
  readonly tool: string
  readonly record: string
  readonly lines: string
  readonly unknownLines: (count: number) => string
  readonly outcome: string
  readonly outcomes: Readonly<Record<Outcome, string>>
  readonly results: Readonly<Record<CheckResult, string>>
  readonly parts: Readonly<Record<Part, string>>
  /** `Panels`: the list, worst first. */
  readonly panels: string
  readonly panel: string
  readonly onlySome: (shown: number, all: number) => string
  readonly account: string
  readonly name: string
  readonly site: string
  readonly address: string
  readonly maker: string
  readonly model: string
  readonly firmware: string
  readonly receiver: string
  readonly tester: string
  readonly period: string
  readonly summary: string
  readonly tests: string
  readonly checks: string
  readonly worst: string
  readonly until: string
  readonly windows: string
  readonly noWindows: string
  readonly window: string
  readonly withoutWindow: string
  readonly reason: string
  readonly by: string
  readonly from: string
  readonly to: string
  readonly endedAt: string
  readonly ownReceiver: string
  readonly transport: string
  readonly via: string
  readonly test: string
  readonly key: string
  readonly clear: string
  readonly fingerprint: (key: string) => string
  readonly clock: string
  readonly notKnown: string
  readonly when: string
  readonly earlier: string
  readonly latency: string
  readonly latencyNote: string
  readonly measured: string
  readonly latencies: Readonly<Record<Latency['what'], string>>
  readonly signals: string
  readonly lost: string
  readonly zones: string
  readonly zone: string
  readonly partition: string
  readonly alarm: string
  readonly restore: string
  readonly note: string
  readonly checklist: string
  readonly panelClock: string
  readonly right: string
  readonly notProven: string
  readonly panelTest: string
  readonly heard: string
  readonly kind: string
  readonly why: string
  readonly finding: (kind: ListedKind) => string
  readonly path: string
  readonly declared: string
  readonly within: string
  readonly every: string
  readonly messages: string
  readonly late: string
  readonly missing: string
  readonly falseAlarms: string
  readonly longestGap: string
  readonly failedAfter: string
  readonly outage: string
  readonly watched: string
  readonly blind: string
  readonly jitter: string
  readonly missedPolls: string
  readonly accounts: string
  readonly rate: string
  readonly books: string
  readonly negative: string
  readonly rule: string
  readonly ruleCase: string
  readonly verdict: string
  readonly seen: string
  readonly expected: string
  readonly ruleName: (rule: string, name: string) => string
  readonly neverReached: string
  readonly notRun: string
  readonly annex: string
  readonly annexNote: string
  readonly sent: string
  readonly answers: string
  readonly glossary: string
  readonly terms: readonly (readonly [term: string, meaning: string])[]
  readonly signatures: string
  readonly roles: readonly string[]
  readonly signedName: string
  readonly signedDate: string
  readonly signature: string
}
