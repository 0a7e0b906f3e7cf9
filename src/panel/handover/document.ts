/** The report as people read it, part by part in the order in which it is signed. */
import type {Block, Fact} from './blocks.ts'
import {idOf, stamp, tallyText} from './format.ts'
import type {PanelReport, PanelRow, Tally} from './model.ts'
import {OUTCOMES} from './model.ts'
import {panelBlocks} from './panel-blocks.ts'
import type {RecordFacts} from './survey.ts'
import {outcomeOf, sumOf, toneOf} from './tally.ts'
import type {ReportWords} from './words.ts'

export interface Handover {
  /** When the report is made, ms since the epoch: the one thing that is not in the records. */
  readonly generatedAt: number
  /** citywatch's version. */
  readonly tool: string
  readonly records: readonly RecordFacts[]
  /** Worst first. */
  readonly rows: readonly PanelRow[]
  /** Panels that have pages of their own, in the order of the rows. */
  readonly detailed: readonly PanelRow[]
  readonly panel: (account: string) => Promise<PanelReport>
}

export async function* documentOf(handover: Handover, words: ReportWords): AsyncGenerator<Block> {
  const {rows, detailed, panel} = handover
  yield {kind: 'title', text: words.title}
  yield {kind: 'facts', facts: frontFacts(handover, words)}
  for (const {unknown} of handover.records) if (unknown > 0) yield {kind: 'text', text: words.unknownLines(unknown)}
  if (rows.length !== 1) yield* panelList(handover, words)
  for (const {account} of detailed) yield* panelBlocks(await panel(account), words, rows.length > 1)
  yield {kind: 'heading', level: 2, text: words.glossary}
  yield {kind: 'facts', facts: words.terms.map(([name, value]) => ({name, value}))}
  yield {kind: 'heading', level: 2, text: words.signatures}
  yield {kind: 'signatures', roles: words.roles, lines: [words.signedName, words.signedDate, words.signature]}
}

/** The sum over all panels, as in every format. */
export function totalsOf(rows: readonly PanelRow[]): {
  readonly panels: Readonly<Record<string, number>>
  readonly checks: Tally
} {
  const panels = Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, rows.filter((row) => row.outcome === outcome).length]),
  )
  return {panels: {all: rows.length, ...panels}, checks: sumOf(rows.map(({tally}) => tally))}
}

function frontFacts({generatedAt, tool, records, rows}: Handover, words: ReportWords): readonly Fact[] {
  const {checks} = totalsOf(rows)
  const outcome = OUTCOMES.find((one) => rows.some((row) => row.outcome === one)) ?? outcomeOf(checks)
  return [
    {name: words.outcome, value: words.outcomes[outcome], tone: toneOf(outcome)},
    {name: words.checks, value: tallyText(checks, words)},
    {name: words.generated, value: stamp(generatedAt)},
    {name: words.tool, value: `citywatch ${tool}`},
    ...records.map(({name, lines, sha256}) => ({
      name: words.record,
      value: `${name}, ${lines} ${words.lines}, SHA-256 ${sha256}`,
    })),
  ]
}

function* panelList({rows, detailed}: Handover, words: ReportWords): Generator<Block> {
  const {panels} = totalsOf(rows)
  const shown = new Set(detailed.map(({account}) => account))
  const counts = OUTCOMES.flatMap((outcome) =>
    panels[outcome] ? [`${panels[outcome]} ${words.outcomes[outcome]}`] : [],
  )
  yield {kind: 'heading', level: 2, text: words.panels}
  yield {kind: 'text', text: `${rows.length}: ${counts.join(', ')}`}
  if (detailed.length < rows.length) yield {kind: 'text', text: words.onlySome(detailed.length, rows.length)}
  yield {
    kind: 'table',
    head: [words.account, words.name, words.outcome, words.tests, words.checks, words.worst, words.until],
    rows: rows.map((row) => ({
      cells: [
        row.account,
        row.name,
        words.outcomes[row.outcome],
        row.parts.map((part) => words.parts[part]).join(', '),
        tallyText(row.tally, words),
        row.worst,
        stamp(row.until),
      ],
      tone: toneOf(row.outcome),
      ...(shown.has(row.account) ? {link: idOf(row.account)} : {}),
    })),
  }
}
