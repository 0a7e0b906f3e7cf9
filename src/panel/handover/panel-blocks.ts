/** The pages of one panel: who and what, on test when, what was tested and how it went, and the bytes behind each fault. */
import type {RunLine} from '../record/lines.ts'
import type {RuleResult} from '../suite/report.ts'
import type {Block, Fact, TableRow} from './blocks.ts'
import {idOf, latencyText, msText, offsetText, stamp, tallyText} from './format.ts'
import type {CheckResult, Head, Latency, PanelReport, SuitePart} from './model.ts'
import {isUnreached, suiteChecks} from './suite-part.ts'
import {loadBlocks, supervisionBlocks} from './supervision-blocks.ts'
import {toneOf} from './tally.ts'
import {walkBlocks} from './walk-blocks.ts'
import type {ReportWords} from './words.ts'

/** `ofMany`: it begins on a new page. */
export function* panelBlocks(report: PanelReport, words: ReportWords, ofMany: boolean): Generator<Block> {
  const {account, head, outcome, tally} = report
  const title = [words.panel, account, ...(head.name === undefined ? [] : [head.name])].join(' ')
  yield {kind: 'heading', level: 2, text: title, id: idOf(account), ...(ofMany ? {page: true} : {})}
  yield {
    kind: 'facts',
    facts: [
      ...headFacts(account, head, words),
      {name: words.outcome, value: words.outcomes[outcome], tone: toneOf(outcome)},
      {name: words.summary, value: tallyText(tally, words)},
    ],
  }
  yield* windowBlocks(report, words)
  if (report.walk) yield* walkBlocks(report.walk, words)
  yield* transportBlocks(report, words)
  yield* latencyBlocks(report, words)
  yield* supervisionBlocks(report.supervision, words)
  for (const suite of report.suites) yield* suiteBlocks(suite, words)
  yield* loadBlocks(report.loads, words)
  yield* openBlocks(report, words)
  yield* annexBlocks(report, words)
}

function headFacts(account: string, head: Head, words: ReportWords): readonly Fact[] {
  const {name, site, address, maker, model, firmware, receivers, testers, tools, from, until} = head
  const told: readonly (readonly [string, string | undefined])[] = [
    [words.account, account],
    [words.name, name],
    [words.site, site],
    [words.address, address],
    [words.maker, maker],
    [words.model, model],
    [words.firmware, firmware],
    [words.receiver, receivers.join(', ') || undefined],
    [words.tester, testers.join(', ') || undefined],
    [words.period, from === until ? stamp(from) : `${stamp(from)} – ${stamp(until)}`],
    [words.tool, tools.map((tool) => `citywatch ${tool}`).join(', ') || undefined],
  ]
  return told.flatMap(([label, value]) => (value === undefined ? [] : [{name: label, value}]))
}

function* windowBlocks({walk, overrides}: PanelReport, words: ReportWords): Generator<Block> {
  const windows = walk?.windows ?? []
  yield {kind: 'heading', level: 3, text: words.windows}
  if (windows.length + overrides.length === 0) {
    yield {kind: 'text', text: walk?.guard === 'none' ? words.ownReceiver : words.noWindows}
    return
  }
  yield {
    kind: 'table',
    head: [words.window, words.by, words.reason, words.from, words.to, words.endedAt],
    rows: [
      ...windows.map(
        ({id, by, reason, from, until, endedAt}): TableRow => ({
          cells: [id, by, reason, stamp(from), stamp(until), endedAt === undefined ? '' : stamp(endedAt)],
          tone: 'none',
        }),
      ),
      ...overrides.map(
        ({by, receiver, at}): TableRow => ({
          cells: [words.withoutWindow, by, receiver, stamp(at), '', ''],
          tone: 'doubt',
        }),
      ),
    ],
  }
}

function* transportBlocks({runs, suites}: PanelReport, words: ReportWords): Generator<Block> {
  if (runs.length === 0) return
  yield {kind: 'heading', level: 3, text: words.transport}
  yield {
    kind: 'table',
    head: [words.test, words.when, words.receiver, words.via, words.key, words.clock, 'NAK', 'DUH'],
    rows: runs.map((run) =>
      transportRow(
        run,
        suites.find((suite) => suite.run === run),
        words,
      ),
    ),
  }
}

function transportRow(run: RunLine, suite: SuitePart | undefined, words: ReportWords): TableRow {
  const report = suite === undefined || isUnreached(suite.result) ? undefined : suite.result
  const answers = report && [...report.trial, ...report.rules.flatMap(({seen}) => seen)]
  const count = (word: string) => answers && String(answers.filter((text) => text.includes(`"${word}"`)).length)
  return {
    cells: [
      words.parts[run.test],
      stamp(run.at),
      run.receiver,
      run.transport ?? '',
      run.key === null ? words.clear : words.fingerprint(run.key),
      report === undefined ? words.notKnown : offsetText(report.clockOffsetMs),
      count('NAK') ?? '',
      count('DUH') ?? '',
    ],
    tone: 'none',
  }
}

function* latencyBlocks({latencies}: PanelReport, words: ReportWords): Generator<Block> {
  if (latencies.length === 0) return
  yield {kind: 'heading', level: 3, text: words.latency}
  yield {kind: 'text', text: words.latencyNote}
  yield {
    kind: 'table',
    head: [words.test, words.measured, words.receiver, words.signals, words.lost, 'min', 'p50', 'p95', 'p99', 'max'],
    rows: latencies.map((latency) => latencyRow(latency, words)),
  }
  for (const latency of latencies) {
    const {part, what, where} = latency
    // How long a person held the door open is no figure of the path.
    if (what === 'restore') continue
    const label = `${words.parts[part]}, ${words.latencies[what]}, ${where}: ${latencyText(latency)}`
    yield {kind: 'plot', latency, label}
  }
}

function latencyRow(latency: Latency, words: ReportWords): TableRow {
  const {part, what, where, samplesMs, lost, minMs, p50Ms, p95Ms, p99Ms, maxMs} = latency
  const figures = [minMs, p50Ms, p95Ms, p99Ms, maxMs].map(msText)
  return {
    cells: [words.parts[part], words.latencies[what], where, String(samplesMs.length), String(lost), ...figures],
    tone: lost > 0 ? 'doubt' : 'none',
  }
}

function* suiteBlocks(suite: SuitePart, words: ReportWords): Generator<Block> {
  const {where, at, result, earlier} = suite
  yield {kind: 'heading', level: 3, text: `${words.negative} ${where}`}
  const facts: Fact[] = [{name: words.when, value: stamp(at)}]
  if (earlier > 0) facts.push({name: words.earlier, value: String(earlier)})
  if (isUnreached(result)) facts.push({name: words.neverReached, value: result.detail, tone: 'bad'})
  else if (result.stopped !== undefined) facts.push({name: words.notRun, value: result.stopped, tone: 'bad'})
  yield {kind: 'facts', facts}
  if (isUnreached(result)) return
  const results = new Map(suiteChecks(suite).map((check) => [check.id, check]))
  yield {
    kind: 'table',
    head: [words.rule, words.ruleCase, words.verdict, words.seen, words.expected],
    rows: result.rules.map((rule) => ruleRow(rule, results.get(rule.rule)?.result ?? 'open', words)),
  }
}

function ruleRow(rule: RuleResult, result: CheckResult, words: ReportWords): TableRow {
  const seen = rule.knownAs === undefined ? rule.detail : `${rule.detail} (${rule.knownAs})`
  return {
    cells: [rule.rule, words.ruleName(rule.rule, rule.name), words.results[result], seen, rule.expected],
    tone: toneOf(result),
  }
}

/** Runs that never came to their end have no other place. */
function* openBlocks({checks}: PanelReport, words: ReportWords): Generator<Block> {
  const ends = checks.filter(({id}) => id === 'end')
  if (ends.length === 0) return
  yield {kind: 'heading', level: 3, text: words.notRun}
  yield {
    kind: 'facts',
    facts: ends.map(({part, where, detail}) => ({name: `${words.parts[part]} ${where}`, value: detail, tone: 'doubt'})),
  }
}

/** The bytes of every rule that was broken. */
function* annexBlocks({suites}: PanelReport, words: ReportWords): Generator<Block> {
  const broken = suites.flatMap(({where, result}) =>
    isUnreached(result)
      ? []
      : result.rules
          .filter(({verdict}) => verdict === 'fail' || verdict === 'differs')
          .map((rule) => ({where, ...rule})),
  )
  if (broken.length === 0) return
  yield {kind: 'heading', level: 3, text: words.annex}
  yield {kind: 'text', text: words.annexNote}
  yield {
    kind: 'table',
    head: [words.rule, words.receiver, words.sent, words.answers],
    rows: broken.map(({rule, where, written, seen}) => ({
      cells: [rule, where, written.join('\n'), seen.join('\n')],
      tone: 'none',
    })),
    code: [2, 3],
  }
}
