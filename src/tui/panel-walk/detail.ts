/** Everything about the selected point, one fact a line. */
import {isClockRight} from '../../panel/walk/clock-proof.ts'
import {expectedText} from '../../panel/walk/match.ts'
import {type PointReport, pointReport} from '../../panel/walk/point-report.ts'
import type {PointState, Tick} from '../../panel/walk/state.ts'
import {type Line, padded} from '../alarm-watch/cells.ts'
import type {Look} from '../alarm-watch/look.ts'
import type {State} from './state.ts'
import {selectedPoint} from './state.ts'

const LABEL = 10

/** Exactly `rows` lines of `columns` cells. */
export function detailLines(state: State, rows: number, look: Look): Line[] {
  const point = selectedPoint(state)
  const {columns} = state.size
  const facts = point ? factsOf(point, state, look) : [['', 'no point is selected'] as const]
  const lines = facts.map(
    ([label, value]): Line => [
      {text: padded(` ${label}`, LABEL), dim: true},
      {text: padded(value, columns - LABEL, look.marks.cut), bold: label === 'point'},
    ],
  )
  const blank: Line = [{text: ' '.repeat(columns)}]
  return Array.from({length: rows}, (_, index) => lines[index] ?? blank)
}

function factsOf(point: PointState, {walk}: State, look: Look): (readonly [string, string])[] {
  const report = pointReport(point, isClockRight(walk.stamps))
  const {key, name, partition = 'none', zone} = point.point
  const {alarm, restore, wrong, alarms} = point
  return [
    ['point', `${key} ${name}${point.isPanic ? ' (life safety)' : ''}`],
    ['where', `partition ${partition}, zone ${zone}, expected ${expectedText(point.point)}`],
    ['state', `${report.result}${report.why === '' ? '' : `: ${report.why}`}`],
    ['alarm', alarm ? `${tickText(alarm, look)}${alarms > 1 ? `, ${alarms} times in all` : ''}` : ''],
    ['restore', restore ? tickText(restore, look) : ''],
    ['times', timesText(report)],
    ['wrong', wrong ? `${look.timeOf(wrong.at)} ${wrong.what}` : ''],
    ...decisionFacts(point, look),
    ['tester', report.tester],
  ]
}

function timesText({ackMs, delayMs, restoreMs}: PointReport): string {
  const times = [
    ackMs === undefined ? '' : `acknowledged after ${ackMs} ms`,
    delayMs === undefined ? '' : `${Math.round(delayMs / 1_000)} s from the panel (its clock is right)`,
    restoreMs === undefined ? '' : `restored after ${(restoreMs / 1_000).toFixed(1)} s`,
  ]
  return times.filter((text) => text !== '').join(', ')
}

function decisionFacts({failed, skipped, notes}: PointState, look: Look): (readonly [string, string])[] {
  const decision = failed ?? skipped
  const note = notes.at(-1)
  return [
    [failed ? 'failed' : 'skipped', decision ? `${decision.text} (${decision.by}, ${look.timeOf(decision.at)})` : ''],
    ['note', note ? `${note.text} (${note.by})${notes.length > 1 ? `, ${notes.length} notes` : ''}` : ''],
  ]
}

const HOW: Readonly<Record<Tick['how'], string>> = {
  code: 'the code itself',
  twin: 'its twin of the other table',
  any: 'an alarm',
  activated: "the panel's test mode stands for it",
  tested: "the panel's word that it was tested",
}

function tickText({code, at, how, isPanelTest}: Tick, look: Look): string {
  return `${code} at ${look.dateOf(at)}, ${HOW[how]}${isPanelTest ? ', panel test' : ''}`
}
