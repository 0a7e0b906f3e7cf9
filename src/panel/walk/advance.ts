/** One line of the record moves the walk on. No clock, no file: the same lines always lead to the same state. */
import {safeText} from '../../lib/safe-text.ts'
import {withChecklist} from './checklist.ts'
import {hear} from './hear.ts'
import type {AnsweredLine, DecisionLine, WalkLine, WalkRunLine, WindowLine} from './lines.ts'
import {listed} from './listing.ts'
import type {Decision, PointState, Tick, WalkState, Window} from './state.ts'

export function advance(before: WalkState, line: WalkLine): WalkState {
  const state = {...before, at: line.at}
  switch (line.type) {
    case 'run':
      return begun(state, line)
    case 'checklist':
      return withChecklist(state, line)
    case 'heard':
      return hear(state, line)
    case 'answered':
      return answered(state, line)
    case 'repeated':
      return listed(state, {at: line.at, kind: 'duplicate', what: line.what, why: `message ${line.seq} again`})
    case 'refused':
      return listed(state, {
        at: line.at,
        kind: line.of === state.account ? 'refused' : 'refused-other',
        what: safeText(`from ${line.from}`),
        why: line.reason,
      })
    case 'gap':
      return listed(state, {at: line.at, kind: 'gap', what: line.detail, why: 'signals may have been missed'})
    case 'seen':
      return {...state, position: line.position}
    case 'window':
      return {...state, windows: withWindow(state.windows, line)}
    case 'pause':
    case 'resume':
      return {...state, isPaused: line.type === 'pause'}
    case 'end':
      return {...state, end: line.how}
    default:
      return decided(state, line)
  }
}

function begun({end: _before, ...state}: WalkState, line: WalkRunLine): WalkState {
  return {...state, runs: [...state.runs, line], beganAt: state.beganAt ?? line.at}
}

function answered(state: WalkState, {n, ackMs}: AnsweredLine): WalkState {
  for (const [key, point] of state.points) {
    const {alarm, restore} = point
    if (alarm?.n !== n && restore?.n !== n) continue
    const timed = (tick: Tick | undefined) => (tick?.n === n ? {...tick, ackMs} : tick)
    const next = {...point, ...optional('alarm', timed(alarm)), ...optional('restore', timed(restore))}
    return {...state, points: new Map(state.points).set(key, next)}
  }
  return state
}

function optional<K extends string, T>(name: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({[name]: value} as Record<K, T>)
}

function withWindow(
  windows: readonly Window[],
  {what, id, from, until, reason, by, at}: WindowLine,
): readonly Window[] {
  const known = windows.find((window) => window.id === id)
  const window: Window = {
    ...(known ?? {id, from, reason, by, isOurs: what !== 'shared'}),
    until,
    ...(what === 'ended' ? {endedAt: Math.min(until, at)} : {}),
  }
  return known ? windows.map((one) => (one === known ? window : one)) : [...windows, window]
}

function decided(state: WalkState, line: DecisionLine): WalkState {
  const point = state.points.get(line.key)
  if (!point) return state // It was taken from the checklist since.
  return {...state, points: new Map(state.points).set(line.key, decidedPoint(point, line))}
}

function decidedPoint(point: PointState, {type, at, by, text}: DecisionLine): PointState {
  const decision: Decision = {at, by, text}
  switch (type) {
    case 'skip':
      return {...point, skipped: decision}
    case 'fail':
      return {...point, failed: decision}
    case 'note':
      return {...point, notes: [...point.notes, decision]}
    case 'again': {
      const {point: what, isPanic, notes} = point
      return {point: what, isPanic, alarms: 0, notes: text === '' ? notes : [...notes, decision]}
    }
  }
}
