/** Latency as a drawing: a point a signal in the order of the test, a line a percentile. SVG inside the page, no script. */
import {escapeXml} from '../../lib/escape-xml.ts'
import {msText} from './format.ts'
import type {Latency} from './model.ts'

const WIDTH = 720
const HEIGHT = 220
const LEFT = 56
const RIGHT = 84
const TOP = 34
const BOTTOM = 26
/** More signals than this are drawn as the lowest and the highest of each column. */
const MAX_POINTS = 1_200
/** Beyond this ratio of longest to median, equal steps are factors of ten. */
const LOG_FROM = 20

/** `label` is what a screen reader says. */
export function plotOf(latency: Latency, label: string): string {
  const {samplesMs, p50Ms, p95Ms, p99Ms, maxMs} = latency
  const scale = scaleOf(p50Ms, maxMs)
  const across = (index: number) => LEFT + ((index + 0.5) / Math.max(1, samplesMs.length)) * (WIDTH - LEFT - RIGHT)
  const grid = scale.ticks.map((ms) => gridLine(ms, scale.y(ms)))
  const points = thinned(samplesMs).map(
    ([index, ms]) => `<circle cx="${one(across(index))}" cy="${one(scale.y(ms))}" r="2"/>`,
  )
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeXml(label)}" font-size="11" font-family="sans-serif">`,
    ...grid,
    `<g fill="#1f5a94" fill-opacity="0.65">${points.join('')}</g>`,
    ...percentileLines({p50: p50Ms, p95: p95Ms, p99: p99Ms}, scale.y),
    `<text x="${LEFT}" y="${HEIGHT - 8}">1</text>`,
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end">${samplesMs.length}</text>`,
    '</svg>',
  ].join('\n')
}

interface Scale {
  readonly ticks: readonly number[]
  readonly y: (ms: number) => number
}

function scaleOf(p50Ms: number, maxMs: number): Scale {
  const log = maxMs > LOG_FROM * Math.max(1, p50Ms)
  const ticks = log ? decades(maxMs) : steps(maxMs)
  const top = ticks.at(-1) ?? 1
  const share = log ? (ms: number) => Math.log10(Math.max(1, ms)) / Math.log10(top) : (ms: number) => ms / top
  return {ticks, y: (ms) => HEIGHT - BOTTOM - share(ms) * (HEIGHT - TOP - BOTTOM)}
}

/** 1, 10, 100 … up to what is needed. */
function decades(maxMs: number): readonly number[] {
  const ticks = [1]
  while ((ticks.at(-1) ?? 1) < maxMs) ticks.push((ticks.at(-1) ?? 1) * 10)
  return ticks
}

/** At most six steps of 1, 2 or 5 times a power of ten. */
function steps(maxMs: number): readonly number[] {
  const rough = Math.max(1, maxMs) / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? 10 * power
  return Array.from({length: Math.max(1, Math.ceil(maxMs / step)) + 1}, (_, index) => index * step)
}

function gridLine(ms: number, y: number): string {
  return (
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${one(y)}" y2="${one(y)}" stroke="#dde1e4"/>` +
    `<text x="${LEFT - 6}" y="${one(y + 4)}" text-anchor="end">${msText(Number(ms.toPrecision(6)))}</text>`
  )
}

const DASHES: Readonly<Record<string, string>> = {
  p50: '',
  p95: ' stroke-dasharray="6 3"',
  p99: ' stroke-dasharray="2 3"',
}
/** Height of a label: lines that lie closer get their labels apart. */
const LABEL = 12

function percentileLines(lines: Readonly<Record<string, number>>, y: (ms: number) => number): readonly string[] {
  let free = HEIGHT
  return Object.entries(lines).map(([name, ms]) => {
    const at = y(ms)
    const label = Math.min(at + 4, free)
    free = label - LABEL
    return (
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${one(at)}" y2="${one(at)}" stroke="#14181c"${DASHES[name]}/>` +
      `<text x="${WIDTH - RIGHT + 6}" y="${one(label)}">${name} ${msText(ms)}</text>`
    )
  })
}

/** Points by index: all of them, or the extremes of each column. */
function thinned(samplesMs: readonly number[]): readonly (readonly [index: number, ms: number])[] {
  const all = samplesMs.map((ms, index) => [index, ms] as const)
  if (all.length <= MAX_POINTS) return all
  const perColumn = Math.ceil(all.length / (MAX_POINTS / 2))
  const columns = Array.from({length: Math.ceil(all.length / perColumn)}, (_, column) =>
    all.slice(column * perColumn, (column + 1) * perColumn),
  )
  return columns.flatMap((column) => {
    const sorted = column.toSorted(([, one], [, other]) => one - other)
    return [sorted[0], sorted.at(-1)].filter((point) => point !== undefined)
  })
}

function one(value: number): string {
  return String(Math.round(value * 10) / 10)
}
