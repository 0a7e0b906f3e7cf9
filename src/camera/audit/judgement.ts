/** What one rule says of one device, and the shape of what says it. */
import type {Rule} from './baseline.ts'
import type {AuditFacts} from './facts.ts'
import type {Sureness} from './result.ts'

export type Judgement =
  | {readonly status: 'finding'; readonly seen: string; readonly sure: Sureness}
  | {readonly status: 'passed' | 'untested'; readonly seen: string}

export interface JudgeContext {
  readonly rule: Rule
  /** Ms since the epoch, UTC. */
  readonly now: number
}
export type Judge = (facts: AuditFacts, context: JudgeContext) => Judgement

export const finding = (seen: string, sure: Sureness = 'certain'): Judgement => ({status: 'finding', seen, sure})
export const passed = (seen: string): Judgement => ({status: 'passed', seen})
export const untested = (seen: string): Judgement => ({status: 'untested', seen})
