/** One point, and one thing heard, as one line. What we say stands left in fixed columns; names from outside stand right. */
import {WEIGHT} from '../../panel/walk/listing.ts'
import {expectedText} from '../../panel/walk/match.ts'
import {isAsked, type Listed, type PointResult, type PointState, resultOf, type Tick} from '../../panel/walk/state.ts'
import {type Line, padded, paddedLeft, type Segment} from '../alarm-watch/cells.ts'
import type {Look} from '../alarm-watch/look.ts'
import {KIND_WORDS, RESULT_WORDS} from './words.ts'

interface Column {
  readonly head: string
  readonly width: number
  readonly text: (state: PointState, look: Look) => string
  /** Columns of the terminal from which on it is worth its room. */
  readonly from: number
}

const COLORS: Readonly<Partial<Record<PointResult, Segment['color']>>> = {
  alarm: 'cyan',
  wrong: 'red',
  passed: 'green',
  failed: 'red',
  skipped: 'yellow',
}

const COLUMNS: readonly Column[] = [
  {head: 'STATE', width: 8, from: 0, text: (state) => (isAsked(state) ? RESULT_WORDS[resultOf(state)] : aside(state))},
  {head: 'PART/ZN', width: 7, from: 0, text: ({point}) => `${point.partition ?? '-'}/${point.zone}`},
  {head: 'EXP', width: 3, from: 0, text: ({point}) => (point.code === undefined ? 'any' : expectedText(point))},
  {head: 'GOT', width: 5, from: 0, text: ({alarm}) => (alarm ? gotText(alarm) : '')},
  {head: 'ALARM', width: 8, from: 60, text: ({alarm}, {timeOf}) => (alarm ? timeOf(alarm.at) : '')},
  {head: 'RESTORE', width: 7, from: 60, text: ({alarm, restore}) => paddedLeft(restoreText(alarm, restore), 7)},
  {head: '  ACK', width: 5, from: 72, text: ({alarm}) => paddedLeft(msText(alarm?.ackMs), 5)},
]
/** Cursor and the mark of life safety. */
const LEFT = 3

export function pointRow(state: PointState, columns: number, look: Look, isSelected: boolean): Line {
  const {marks} = look
  const result = resultOf(state)
  const cells = COLUMNS.filter(({from}) => columns >= from).map(({width, text}) =>
    padded(text(state, look), width, marks.cut),
  )
  const style = {
    inverse: isSelected,
    bold: result !== 'open' && result !== 'passed',
    dim: !isSelected && !isAsked(state),
    ...(COLORS[result] ? {color: COLORS[result]} : {}),
  }
  const left = `${isSelected ? marks.cursor : ' '} ${state.isPanic ? '!' : ' '}`
  return [
    {text: left, ...style},
    {text: padded(`${cells.join(' ')} ${state.point.name}`, columns - LEFT, marks.cut), ...style},
  ]
}

export function pointHead(columns: number): Line {
  const heads = COLUMNS.filter(({from}) => columns >= from).map(({head, width}) => padded(head, width))
  return [{text: padded(`${' '.repeat(LEFT)}${heads.join(' ')} NAME`, columns), dim: true}]
}

export function heardRow({at, kind, what, why, isPanelTest}: Listed, columns: number, {timeOf, marks}: Look): Line {
  const isFault = WEIGHT[kind] === 'fault'
  const left = `  ${timeOf(at)} ${padded(KIND_WORDS[kind], 12)} `
  const text = `${isPanelTest ? '(panel test) ' : ''}${what}${why === '' ? '' : `: ${why}`}`
  return [
    {text: left, bold: isFault, ...(isFault ? {color: 'red' as const} : {})},
    {text: padded(text, columns - left.length, marks.cut), dim: WEIGHT[kind] === 'log'},
  ]
}

export function heardHead(columns: number): Line {
  return [{text: padded('  TIME     WHAT         SIGNAL, NEWEST FIRST', columns), dim: true}]
}

/** Outside this walk: what it reports is shown, nothing is asked of it. */
function aside(state: PointState): string {
  const result = resultOf(state)
  return result === 'open' ? '-' : RESULT_WORDS[result].toLowerCase()
}

/** A star: it is not the code itself that came, but the panel's test mode. */
function gotText({code, how}: Tick): string {
  return how === 'activated' || how === 'tested' ? `${code}*` : code
}

function restoreText(alarm: Tick | undefined, restore: Tick | undefined): string {
  if (!alarm || !restore) return ''
  if (alarm.n === restore.n) return 'tested'
  const seconds = (restore.at - alarm.at) / 1_000
  return seconds < 100 ? `+${seconds.toFixed(1)}s` : `+${Math.round(seconds / 60)}min`
}

function msText(ms: number | undefined): string {
  return ms === undefined ? '' : ms < 1_000 ? `${ms}ms` : `${Math.round(ms / 1_000)}s`
}
