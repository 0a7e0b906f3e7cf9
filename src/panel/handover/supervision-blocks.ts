/** The pages of supervision and load: what was declared, what was observed, and whether the books close. */

import type {LoadLine} from '../record/load-line.ts'
import type {SupervisionLine} from '../record/supervision-line.ts'
import {formatDuration} from '../supervision/duration.ts'
import type {Block, TableRow} from './blocks.ts'
import {msText, stamp} from './format.ts'
import {loadCheck} from './load-part.ts'
import {whereOf} from './suite-part.ts'
import {supervisionCheck} from './supervision-part.ts'
import {toneOf} from './tally.ts'
import type {ReportWords} from './words.ts'

export function* supervisionBlocks(lines: readonly SupervisionLine[], words: ReportWords): Generator<Block> {
  if (lines.length === 0) return
  yield {kind: 'heading', level: 3, text: words.parts.supervision}
  yield {
    kind: 'table',
    head: [
      words.path,
      words.declared,
      words.verdict,
      words.messages,
      words.late,
      words.missing,
      words.falseAlarms,
      words.longestGap,
      words.failedAfter,
      words.outage,
    ],
    rows: lines.map((line) => pathRow(line, words)),
  }
  const heard = lines.filter(({interval}) => interval !== undefined)
  if (heard.length === 0) return
  yield {
    kind: 'table',
    head: [words.path, words.watched, words.blind, 'min', 'p50', 'p99', 'max', words.jitter, words.missedPolls],
    rows: heard.map((line) => intervalRow(line)),
  }
}

function pathRow(line: SupervisionLine, words: ReportWords): TableRow {
  const {path, reportingMs, intervalMs, messages, late, missing, falseAlarms, longestGapMs, lossToFailedMs, outageMs} =
    line
  const {result} = supervisionCheck(line)
  const every = intervalMs === undefined ? '' : `, ${words.every} ${formatDuration(intervalMs)}`
  const declared = `${line.class ?? ''} ${words.within} ${formatDuration(reportingMs)}${every}`.trim()
  const time = (ms: number | undefined) => (ms === undefined ? '' : formatDuration(ms))
  return {
    cells: [
      path,
      declared,
      words.results[result],
      String(messages),
      String(late),
      String(missing),
      String(falseAlarms),
      formatDuration(longestGapMs),
      time(lossToFailedMs),
      time(outageMs),
    ],
    tone: toneOf(result),
  }
}

function intervalRow({path, watchedMs, blindMs, interval, missedPolls}: SupervisionLine): TableRow {
  const times = interval ? [interval.minMs, interval.medianMs, interval.p99Ms, interval.maxMs, interval.jitterMs] : []
  return {
    cells: [
      path,
      ...[watchedMs, blindMs, ...times].map(formatDuration),
      missedPolls === undefined ? '' : String(missedPolls),
    ],
    tone: 'none',
  }
}

export function* loadBlocks(lines: readonly LoadLine[], words: ReportWords): Generator<Block> {
  if (lines.length === 0) return
  yield {kind: 'heading', level: 3, text: words.parts.load}
  yield {
    kind: 'table',
    head: [
      words.when,
      words.receiver,
      words.accounts,
      words.rate,
      words.verdict,
      words.books,
      'p50',
      'p95',
      'p99',
      'max',
    ],
    rows: lines.map((line) => {
      const {result, detail} = loadCheck(line)
      const {first} = line
      const times = first ? [first.p50Ms, first.p95Ms, first.p99Ms, first.maxMs].map(msText) : ['', '', '', '']
      return {
        cells: [
          stamp(line.at),
          whereOf(line),
          String(line.accounts),
          `${line.rate}/s`,
          words.results[result],
          detail,
          ...times,
        ],
        tone: toneOf(result),
      }
    }),
  }
}
