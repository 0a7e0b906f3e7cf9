/** A signal came: it ticks a point off, or it is listed. */
import {safeText} from '../../lib/safe-text.ts'
import type {Signal} from '../../model/signal.ts'
import {describeSignal} from '../describe.ts'
import {withStamp} from './clock-proof.ts'
import {mayDispatch} from './codes.ts'
import {added, newest} from './history.ts'
import type {HeardLine} from './lines.ts'
import {listed} from './listing.ts'
import {type Match, match, numberOf} from './match.ts'
import type {Listed, PointState, Tick, WalkState} from './state.ts'

/** How long the same message counts as the same, ms, and how many signals are looked back at. */
const WINDOW_MS = 60_000
const LOOK_BACK = 2_000

export function hear(before: WalkState, line: HeardLine): WalkState {
  const {signal, at, n, position} = line
  const state: WalkState = {
    ...before,
    heard: n,
    latest: added(before.latest, line),
    stamps: withStamp(before.stamps, signal.occurredAt, at),
    ...(position ? {position} : {}),
  }
  const earlier = twinOf(before, line)
  if (earlier) return noted(state, line, 'duplicate', `the same as signal ${earlier.n}`)
  const guarded = guardedAgainst(state, line)
  if (state.isPaused) return noted(guarded, line, 'paused', 'the walk was paused')
  return counted(guarded, line, match(guarded, signal))
}

/** The same message within a minute: a lost acknowledgement makes panels repeat, also over a restart of ours. */
function twinOf({latest}: WalkState, line: HeardLine): HeardLine | undefined {
  const key = messageOf(line)
  if (key === undefined) return undefined
  let seen = 0
  for (const earlier of newest(latest)) {
    if (++seen > LOOK_BACK || line.at - earlier.at >= WINDOW_MS) return undefined
    if (messageOf(earlier) === key) return earlier
  }
  return undefined
}

/** Undefined for what has no number: a platform has told repetitions from news itself. */
function messageOf({signal, seq, token}: HeardLine): string | undefined {
  const {account, code, qualifier, partition = '', zone = '', raw} = signal
  return seq === undefined ? undefined : [account, token, seq, code, qualifier, partition, zone, raw].join('\0')
}

/** An alarm that came while the account was not on test may have sent somebody out. */
function guardedAgainst(state: WalkState, line: HeardLine): WalkState {
  const {signal, onTest, position} = line
  // Only the platform sends somebody out, and it knows best whether it would have.
  if (position === undefined || onTest !== undefined || signal.account !== state.account) return state
  return mayDispatch(signal) ? noted(state, line, 'off-test', 'the account was NOT on test') : state
}

function counted(state: WalkState, line: HeardLine, found: Match): WalkState {
  switch (found.type) {
    case 'alarm':
      return alarmed(state, line, found.key, found.how)
    case 'restore':
      return restored(state, line, found.key, found.how)
    case 'tested':
      return tested(state, line, found.key)
    case 'untested': {
      const next = changed(state, found.key, (point) => ({...point, untestedAt: line.at}))
      return noted(next, line, 'not-tested', 'the panel says that it was not tested', [found.key])
    }
    case 'wrong-code':
    case 'wrong-partition': {
      const wrong = {at: line.at, what: whatOf(state, line.signal)}
      const next = found.keys.reduce((one, key) => changed(one, key, (point) => ({...point, wrong})), state)
      return noted(next, line, found.type, found.why, found.keys)
    }
    case 'panel-test':
      return panelTest(state, line, found.begins)
    default:
      return noted(state, line, found.type, found.why)
  }
}

function alarmed(state: WalkState, line: HeardLine, key: string, how: Tick['how']): WalkState {
  const next = changed(state, key, (point) => ({
    ...point,
    alarms: point.alarms + 1,
    // The first with the real code counts; the panel's stand-in only as long as there is none.
    alarm:
      point.alarm && !(point.alarm.how === 'activated' && how !== 'activated') ? point.alarm : tickOf(state, line, how),
  }))
  return remarked(next, line, key, how)
}

function restored(state: WalkState, line: HeardLine, key: string, how: Tick['how']): WalkState {
  const point = state.points.get(key)
  if (!point?.alarm) return noted(state, line, 'other', 'a restore before any alarm', [key])
  if (point.restore) return state
  return changed(state, key, (one) => ({...one, restore: tickOf(state, line, how)}))
}

/** The panel's word that the point works stands for alarm and restore. */
function tested(state: WalkState, line: HeardLine, key: string): WalkState {
  const tick = tickOf(state, line, 'tested')
  const next = changed(state, key, (point) => ({
    ...point,
    alarms: point.alarms + 1,
    alarm: point.alarm ?? tick,
    restore: point.restore ?? tick,
  }))
  return remarked(next, line, key, 'tested')
}

function remarked(state: WalkState, line: HeardLine, key: string, how: Tick['how']): WalkState {
  const point = state.points.get(key)?.point
  const partition = numberOf(line.signal.partition)
  const isProxy = how === 'activated' || how === 'tested'
  const proxied = isProxy
    ? noted(state, line, 'no-real-code', `${line.signal.code} of the panel's test mode; the real code was not seen`, [
        key,
      ])
    : state
  if (point?.partition !== undefined || partition === undefined) return proxied
  return noted(proxied, line, 'partition-not-listed', `the checklist names no partition, it came from ${partition}`, [
    key,
  ])
}

function panelTest({panelTestSince, ...state}: WalkState, line: HeardLine, begins: boolean): WalkState {
  if (!begins) return noted(state, line, 'other', "the panel's own test mode ends")
  const next = {...state, panelTestSince: panelTestSince ?? line.at}
  return noted(next, line, 'other', "the panel's own test mode begins")
}

function changed(state: WalkState, key: string, change: (point: PointState) => PointState): WalkState {
  const point = state.points.get(key)
  return point ? {...state, points: new Map(state.points).set(key, change(point))} : state
}

function tickOf({runs, panelTestSince}: WalkState, {n, at, signal}: HeardLine, how: Tick['how']): Tick {
  const {scheme, code, qualifier, occurredAt} = signal
  return {
    n,
    at,
    scheme,
    code,
    qualifier,
    how,
    by: runs.at(-1)?.by ?? safeText(''),
    isPanelTest: panelTestSince !== undefined,
    ...(occurredAt === undefined ? {} : {occurredAt}),
  }
}

function noted(
  state: WalkState,
  {at, n, signal}: HeardLine,
  kind: Listed['kind'],
  why: string,
  keys: readonly string[] = [],
): WalkState {
  return listed(state, {at, n, kind, keys, what: whatOf(state, signal), why})
}

/** A signal as lists show it; another account than ours is named. */
function whatOf({account}: WalkState, signal: Signal) {
  return safeText(`${signal.account === account ? '' : `account ${signal.account} `}${describeSignal(signal)}`)
}
