/** The report as people read it: judgement first, then the tree, the trend, causes, places, and where every point went. */
import {DIMENSIONS, flattened, type Group} from '../groups.ts'
import {demandText, standing} from '../profile.ts'
import {percentText, pointsText, type Rate, rateIn} from '../score.ts'
import {type Code, INDICATORS, nameOf} from '../tree.ts'
import {type Block, line} from './blocks.ts'
import {causesDrawing} from './draw-causes.ts'
import {mapDrawing} from './draw-map.ts'
import {trendDrawing} from './draw-trend.ts'
import type {HealthReport} from './model.ts'
import type {HealthWords} from './words.ts'

/** Longer lists are cut in the forms for people, and say so. */
const MAX_LINES = 500
const MAX_CAMERAS = 5
export const SHOWN: readonly Code[] = ['A11', 'A12', 'A13', 'A14', 'C11', 'C12', 'CLK', 'RET']

export function* documentOf(report: HealthReport, words: HealthWords): Generator<Block> {
  yield {kind: 'title', text: words.title}
  yield* front(report, words)
  yield* tiers(report, words)
  yield* warnings(report, words)
  yield* trend(report, words)
  yield* causes(report, words)
  yield* places(report, words)
  yield* tree(report, words)
  yield* losses(report, words)
  for (const dimension of DIMENSIONS) {
    yield {kind: 'heading', text: words.groups[dimension]}
    yield* groups(flattened(report.groups[dimension]), report, words)
  }
  yield* limits(report, words)
}

function* front(
  {profile, period, observations, unreadable, score, generatedAt, tool}: HealthReport,
  words: HealthWords,
): Generator<Block> {
  const facts = [
    [
      words.score,
      words.scoreText(
        percentText(score.earned, score.judged),
        pointsText(score.earned),
        pointsText(score.judged),
        pointsText(score.unjudged),
      ),
    ],
    [words.period, `${stamp(period.from)} – ${stamp(period.to)}`],
    [words.cameras, String(score.cameras)],
    [words.observations, String(observations)],
    ...(unreadable > 0 ? [[words.unreadable, String(unreadable)]] : []),
    [words.profile, `${profile.name} ${profile.version}: ${profile.title}`],
    [words.generated, stamp(generatedAt)],
    [words.tool, `citywatch ${tool}`],
  ]
  yield {kind: 'table', head: [], lines: facts.map((cells) => line('none', ...cells))}
}

const OUTCOME_TONES = {met: 'good', under: 'bad', unknown: 'doubt'} as const

function* tiers({tiers: judged}: HealthReport, words: HealthWords): Generator<Block> {
  yield {kind: 'heading', text: words.tiersHead}
  yield {
    kind: 'table',
    head: [
      words.tier,
      words.cameras,
      words.outcome,
      words.code,
      words.rate,
      words.coverage,
      words.demand,
      words.source,
    ],
    lines: judged.map(({tier, cameras, outcome, threshold, rate}) =>
      line(
        OUTCOME_TONES[outcome],
        words.tiers[tier],
        String(cameras),
        words.outcomes[outcome],
        `${threshold.code} ${nameOf(threshold.code, words.language)}`,
        rateWords(rate, words),
        percentText(rate.observed, rate.due),
        demandText(threshold),
        standing(threshold),
      ),
    ),
  }
}

function* warnings({warnings: all}: HealthReport, words: HealthWords): Generator<Block> {
  yield {kind: 'heading', text: words.warnings}
  if (all.length === 0) yield {kind: 'text', text: words.noWarnings}
  else
    yield* cut(words, all.length, {
      kind: 'table',
      head: [words.camera, words.metric, words.now, words.limit, words.perDay, words.when],
      lines: all
        .slice(0, MAX_LINES)
        .map(({camera, metric, now, limit, perDay, at}) =>
          line('doubt', camera, words.metrics[metric], short(now), short(limit), short(perDay), stamp(at)),
        ),
    })
}

function* trend({days, profile}: HealthReport, words: HealthWords): Generator<Block> {
  yield {kind: 'heading', text: words.trend}
  if (days.length > 1) yield {kind: 'drawing', svg: trendDrawing(days, profile, words), label: words.trend}
  yield {
    kind: 'table',
    head: [words.day, words.score, ...SHOWN],
    lines: days.map(({from, score, cells}) =>
      line(
        'none',
        stamp(from),
        percentText(score.earned, score.judged),
        ...SHOWN.map((code) => rateWords(rateIn(cells, code, profile), words)),
      ),
    ),
  }
}

function* causes({causes: all}: HealthReport, words: HealthWords): Generator<Block> {
  yield {kind: 'heading', text: words.causes}
  if (all.length > 0) yield {kind: 'drawing', svg: causesDrawing(all, words), label: words.causes}
  yield {
    kind: 'table',
    head: [words.cause, words.cameras, ''],
    lines: all.map(({cause, cameras}) => line('bad', cause, String(cameras), words.advice(cause))),
  }
}

function* places({books}: HealthReport, words: HealthWords): Generator<Block> {
  const placed = books.filter(({facts}) => facts.latitude !== undefined)
  if (placed.length === 0) return
  const label = words.mapNote(placed.length, books.length)
  yield {kind: 'heading', text: words.map}
  yield {kind: 'drawing', svg: mapDrawing(placed, words), label}
}

function* tree({score}: HealthReport, words: HealthWords): Generator<Block> {
  yield {kind: 'heading', text: words.tree}
  const indicators = score.levels.flatMap(({objects}) => objects).flatMap((object) => object.indicators)
  yield {
    kind: 'table',
    head: [words.code, words.name, words.rate, words.coverage, words.points, words.unjudged, words.formula],
    lines: indicators.map((one) =>
      line(
        one.state === 'measured' ? 'none' : 'doubt',
        one.code,
        nameOf(one.code, words.language),
        rateWords(one, words),
        one.all > 0 ? percentText(one.observed, one.due) : '',
        one.judged > 0 ? `${pointsText(one.earned)} / ${pointsText(one.judged)}` : '',
        one.unjudged > 0 ? pointsText(one.unjudged) : '',
        INDICATORS.find(({code}) => code === one.code)?.formula ?? '',
      ),
    ),
  }
}

function* losses({losses: all}: HealthReport, words: HealthWords): Generator<Block> {
  yield {kind: 'heading', text: words.losses}
  yield {
    kind: 'table',
    head: [words.code, words.reason, words.points, words.lost, words.cameras, words.worst, ''],
    lines: all.flatMap(({code, reasons}) =>
      reasons.map(({reason, points, lost, cameras}) =>
        line(
          'bad',
          code,
          reason,
          pointsText(points),
          String(lost),
          String(cameras.length),
          cameras
            .slice(0, MAX_CAMERAS)
            .map((one) => `${one.camera} (${one.lost})`)
            .join(', '),
          words.advice(reason),
        ),
      ),
    ),
  }
}

function* groups(all: readonly Group[], {profile}: HealthReport, words: HealthWords): Generator<Block> {
  yield* cut(words, all.length, {
    kind: 'table',
    head: [words.name, words.cameras, words.score, ...SHOWN],
    lines: all
      .slice(0, MAX_LINES)
      .map(({name, depth, score, cells}) =>
        line(
          'none',
          `${'– '.repeat(depth)}${name || words.none}`,
          String(score.cameras),
          percentText(score.earned, score.judged),
          ...SHOWN.map((code) => rateWords(rateIn(cells, code, profile), words)),
        ),
      ),
  })
}

function* limits({profile}: HealthReport, words: HealthWords): Generator<Block> {
  const {limits: all, minCoverage, holdS, weightsFrom} = profile
  const signs = {lt: '<', le: '≤'} as const
  const lines = [
    ...(
      [
        ['signalMs', all.signalMs],
        ['keyFrameMs', all.keyFrameMs],
        ['clockMs', all.clockMs],
      ] as const
    ).map(([name, limit]) => line('none', name, `${signs[limit.op]} ${limit.value}`, standing(limit))),
    line('none', 'retentionDays', `≥ ${all.retentionDays.days}`, standing(all.retentionDays)),
    line('none', 'osdChars', `≤ ${all.osdChars.value}`, standing(all.osdChars)),
    line('none', 'minCoverage', percentText(minCoverage.atLeast, 10_000), standing(minCoverage)),
    line('none', 'holdS', String(holdS.value), standing(holdS)),
    line('none', 'weights', '', standing(weightsFrom)),
  ]
  yield {kind: 'heading', text: words.limits}
  yield {kind: 'table', head: [words.name, words.limit, words.source], lines}
}

function* cut(words: HealthWords, all: number, table: Block): Generator<Block> {
  if (all > MAX_LINES) yield {kind: 'text', text: words.onlySome(MAX_LINES, all)}
  yield table
}

function rateWords(rate: Rate, words: HealthWords): string {
  if (rate.state === 'not-measured') return words.states['not-measured']
  const text = percentText(rate.good, rate.all)
  return rate.state === 'measured' ? text : `${text} (${words.states.uncovered})`
}

/** `2026-07-14 09:30 UTC` */
function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10)
}
