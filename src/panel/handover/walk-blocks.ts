/** The pages of a walk test: every zone with what came of it, and everything heard that fitted none. */
import type {PointReport} from '../walk/point-report.ts'
import type {Finding, WalkReport} from '../walk/report.ts'
import type {Block, Fact, TableRow, Tone} from './blocks.ts'
import {msText, stamp} from './format.ts'
import {toneOf} from './tally.ts'
import {POINT_RESULTS} from './walk-part.ts'
import type {ReportWords} from './words.ts'

export function* walkBlocks(report: WalkReport, words: ReportWords): Generator<Block> {
  yield {kind: 'heading', level: 3, text: words.zones}
  yield {kind: 'facts', facts: walkFacts(report, words)}
  yield {
    kind: 'table',
    head: [
      words.zone,
      words.partition,
      words.name,
      words.expected,
      words.alarm,
      words.restore,
      words.latency,
      words.verdict,
      words.note,
    ],
    rows: report.points.map((point) => pointRow(point, words)),
  }
  const listed = [...report.findings, ...report.unexpected, ...report.duplicates].toSorted(
    (one, other) => one.at - other.at,
  )
  if (listed.length === 0) return
  yield {kind: 'heading', level: 3, text: words.heard}
  yield {
    kind: 'table',
    head: [words.when, words.kind, words.seen, words.why, words.zone],
    rows: listed.map((finding) => ({
      cells: [stamp(finding.at), words.finding(finding.kind), finding.what, finding.why, finding.keys.join(', ')],
      tone: findingTone(finding),
    })),
  }
}

function walkFacts({counts, checklist, panelClock, panelTestSince}: WalkReport, words: ReportWords): readonly Fact[] {
  const facts: Fact[] = [
    {
      name: words.summary,
      value: [
        `${counts.passed} ${words.results.passed}`,
        `${counts.failed} ${words.results.failed}`,
        `${counts.skipped} ${words.results.skipped}`,
        `${counts.notTested} ${words.results.open}`,
        `${counts.unexpected} ${words.finding('unexpected')}`,
        `${counts.duplicates} ${words.finding('duplicate')}`,
      ].join(', '),
    },
  ]
  if (checklist !== '') facts.push({name: words.checklist, value: checklist})
  facts.push({name: words.panelClock, value: panelClock.isRight ? words.right : words.notProven})
  if (panelTestSince !== undefined) facts.push({name: words.panelTest, value: stamp(panelTestSince), tone: 'bad'})
  return facts
}

function pointRow(point: PointReport, words: ReportWords): TableRow {
  const {zone, partition, name, expected, got, gotRestore, alarmAt, restoreAt, result, why, tester, notes} = point
  const seen = (code: string, at: number | undefined) => (at === undefined ? '' : `${code} ${stamp(at)}`.trim())
  const texts = [why, ...notes.map(({text, by}) => `${text} (${by})`), tester === '' ? '' : tester]
  return {
    cells: [
      zone,
      partition,
      name,
      expected,
      seen(got, alarmAt),
      seen(gotRestore, restoreAt),
      point.ackMs === undefined ? '' : msText(point.ackMs),
      words.results[POINT_RESULTS[result]],
      texts.filter((text) => text !== '').join('; '),
    ],
    tone: toneOf(POINT_RESULTS[result]),
  }
}

function findingTone({weight, isMended}: Finding): Tone {
  if (weight !== 'fault') return 'none'
  return isMended ? 'doubt' : 'bad'
}
