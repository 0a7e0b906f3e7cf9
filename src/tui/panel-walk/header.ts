/** The two lines above the list: would anybody be sent out now, do signals arrive, how far is the walk. */
import {countdownText} from '../../cli/render/countdown.ts'
import {WEIGHT} from '../../panel/walk/listing.ts'
import {countPoints, isDone, type ListedKind, windowAt} from '../../panel/walk/state.ts'
import type {Line, Segment} from '../alarm-watch/cells.ts'
import type {Look} from '../alarm-watch/look.ts'
import {ageText} from '../alarm-watch/words.ts'
import type {State} from './state.ts'

/** From here on the count-down asks to be extended. */
const WARN_MS = 10 * 60_000

export function guardLine(state: State, look: Look): Line {
  return [guardBadge(state, look), {text: ` account ${state.walk.account}  `, bold: true}, ...linkWords(state, look)]
}

function guardBadge({walk, now}: State, {marks}: Look): Segment {
  if (walk.runs.at(-1)?.guard === 'none') return {text: ' own receiver: nobody is on test ', bold: true}
  const window = windowAt(walk, now)
  if (!window) return {text: ` ${marks.lost} NOT ON TEST, alarms are real: x `, bold: true, inverse: true, color: 'red'}
  const left = window.until - now
  const isShort = left < WARN_MS
  const text = ` ${marks.live} ON TEST ${countdownText(left)}${isShort ? ' ONLY: x extends' : ''} `
  return {text, bold: true, inverse: isShort, color: isShort ? 'yellow' : 'green'}
}

function linkWords({link, now, receiver}: State, {marks}: Look): Segment[] {
  if (link.link === 'live') return [{text: `${marks.live} ${receiver}`, dim: true}]
  const since = ageText(now - link.at)
  const text =
    link.link === 'lost' ? `${marks.lost} NO SIGNALS since ${since}: ${link.detail}` : `connecting: ${receiver}`
  return [{text, bold: true, inverse: link.link === 'lost'}]
}

/** What is wrong stands left of what is only left to do: a narrow terminal cuts the end. */
export function countLine(state: State, {marks}: Look): Line {
  const counts = countPoints(state.walk)
  const parts = [
    ...modeWords(state),
    {text: `${counts.passed}/${counts.asked} passed`, bold: true, color: 'green' as const},
    ...some(counts.wrong, `${counts.wrong} wrong`, 'red'),
    ...some(counts.failed, `${counts.failed} failed`, 'red'),
    ...heardWords(state),
    ...some(counts.alarm, `${counts.alarm} in alarm`, 'cyan'),
    ...some(counts.skipped, `${counts.skipped} skipped`, 'yellow'),
    ...some(counts.open, `${counts.open} open`),
    ...viewWords(state),
  ]
  return parts.flatMap((part, index) => [{text: index === 0 ? ' ' : ` ${marks.dot} `}, part])
}

function modeWords({walk}: State): Segment[] {
  return [
    ...(walk.isPaused ? [{text: 'PAUSED: nothing is ticked off (p)', bold: true, inverse: true}] : []),
    ...(walk.panelTestSince === undefined ? [] : [{text: 'PANEL TEST', bold: true}]),
    ...(isDone(walk) ? [{text: 'ALL SETTLED: q ends', bold: true, inverse: true}] : []),
  ]
}

const HEARD: readonly (readonly [ListedKind, string])[] = [
  ['unexpected', 'unexpected'],
  ['wrong-partition', 'wrong partition'],
  ['off-test', 'off test'],
  ['refused', 'refused'],
  ['gap', 'gap'],
  ['duplicate', 'duplicate'],
]

function heardWords({walk: {counts}}: State): Segment[] {
  return HEARD.flatMap(([kind, word]) =>
    some(counts[kind] ?? 0, `${counts[kind]} ${word}`, WEIGHT[kind] === 'fault' ? 'red' : undefined),
  )
}

function viewWords({filter, order, walk, isFollowing, hasBell}: State): Segment[] {
  const hidden = walk.points.size - order.length
  return [
    ...(filter === '' ? [] : [{text: `/${filter} hides ${hidden}`}]),
    ...(isFollowing ? [{text: 'following', dim: true}] : []),
    ...(hasBell ? [] : [{text: 'no bell', dim: true}]),
  ]
}

function some(count: number, text: string, color?: Segment['color']): Segment[] {
  return count === 0 ? [] : [{text, bold: color === 'red', ...(color ? {color} : {})}]
}
