/** What a report for people is made of, before it is HTML or Markdown: the same figures go into both. */

export type Tone = 'good' | 'bad' | 'doubt' | 'none'

export interface Line {
  readonly cells: readonly string[]
  readonly tone: Tone
}

export type Block =
  | {readonly kind: 'title'; readonly text: string}
  | {readonly kind: 'heading'; readonly text: string}
  | {readonly kind: 'text'; readonly text: string}
  | {readonly kind: 'table'; readonly head: readonly string[]; readonly lines: readonly Line[]}
  /** A drawing, SVG, harmless; where there are no drawings only the label is shown. */
  | {readonly kind: 'drawing'; readonly svg: string; readonly label: string}

export function line(tone: Tone, ...cells: readonly string[]): Line {
  return {cells, tone}
}
