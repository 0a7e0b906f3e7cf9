/** What the pages of a report are made of, before they are HTML or Markdown: the same figures go into both. */
import type {Latency} from './model.ts'

/** How a row is marked, besides its words. */
export type Tone = 'good' | 'bad' | 'doubt' | 'none'

export interface TableRow {
  readonly cells: readonly string[]
  readonly tone: Tone
  /** Part of the report that the first cell leads to. */
  readonly link?: string
}

export type Block =
  | {readonly kind: 'title'; readonly text: string}
  /** `page`: begins a new page in print. */
  | {readonly kind: 'heading'; readonly level: 2 | 3; readonly text: string; readonly id?: string; readonly page?: true}
  | {readonly kind: 'text'; readonly text: string}
  | {readonly kind: 'facts'; readonly facts: readonly Fact[]}
  /** `code`: columns that hold bytes as they were sent. */
  | {
      readonly kind: 'table'
      readonly head: readonly string[]
      readonly rows: readonly TableRow[]
      readonly code?: readonly number[]
    }
  | {readonly kind: 'plot'; readonly latency: Latency; readonly label: string}
  | {readonly kind: 'signatures'; readonly roles: readonly string[]; readonly lines: readonly string[]}

export interface Fact {
  readonly name: string
  readonly value: string
  readonly tone?: Tone
}
