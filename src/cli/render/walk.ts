/** What a walk test says in lines: who is on test, each tick, and how it ended. */
import {safeText} from '../../lib/safe-text.ts'
import {newest} from '../../panel/walk/history.ts'
import type {WalkLine} from '../../panel/walk/lines.ts'
import {expectedText} from '../../panel/walk/match.ts'
import type {Finding, WalkReport} from '../../panel/walk/report.ts'
import {type Listed, openWindows, type PointState, resultOf, type WalkState, windowAt} from '../../panel/walk/state.ts'
import type {Beginning} from '../../panel/walk/walk.ts'
import {countdownText} from './countdown.ts'

/** Whether a signal could send somebody out now; the first line of every walk test. */
export function guardText(state: WalkState, now: number, receiver: string): string {
  const {account, runs} = state
  if (runs.at(-1)?.guard === 'none') {
    return `NOBODY IS ON TEST: this machine is the receiver (${receiver}), no centre is told`
  }
  const window = windowAt(state, now)
  if (!window) return `NOT ON TEST: alarms of account ${account} are real at ${receiver}`
  const left = countdownText(window.until - now)
  return `on test: account ${account}, all of it, ${left} left, by ${window.by}: ${window.reason} (window ${window.id} at ${receiver})`
}

/** What else a person should know before the first tick. */
export function beginningLines({isResumed, tornBytes, changes, onTest}: Beginning, state: WalkState): string[] {
  const {size} = state.points
  const done = [...state.points.values()].filter((point) => resultOf(point) !== 'open').length
  return [
    ...(onTest?.what === 'taken-over'
      ? [`window ${onTest.window.id} was left open by a walk that was cut off; it goes on`]
      : []),
    ...(onTest?.what === 'shared'
      ? [`window ${onTest.window.id} is ${onTest.window.by}'s: it is not ended with this walk`]
      : []),
    ...(onTest === undefined
      ? openWindows(state).map((id) => `window ${id} was left open at a platform by an earlier walk: end it there`)
      : []),
    ...(isResumed ? [`goes on where it was: ${done} of ${size} points have something; --fresh begins anew`] : []),
    ...(tornBytes > 0 ? [`${tornBytes} bytes of a half-written line were dropped from the record`] : []),
    ...changes.map((what) => `the checklist has changed: ${what}`),
    ...(state.panelTestSince === undefined ? [] : ["the panel's own test mode is on"]),
  ]
}

/** One line of a walk as it came: what it did to which point. */
export interface TickLine {
  readonly at: string
  /** `alarm`, `restore`, `passed`, `skip`, `fail`, `again`, `note`, or a kind of finding. */
  readonly what: string
  readonly key: string
  readonly name: string
  readonly expected: string
  readonly got: string
  readonly restoreMs?: number
  readonly detail: string
}

/** What a line of the record did; none for what ticks nothing and is no finding. `state` is the one after it. */
export function ticksOf(before: WalkState, state: WalkState, line: WalkLine): TickLine[] {
  const found = [...newest(state.listed)].slice(0, state.listed.size - before.listed.size).reverse()
  if (line.type === 'heard') {
    const ticked = [...state.points.values()].filter(({alarm, restore}) => alarm?.n === line.n || restore?.n === line.n)
    return [...ticked.map((point) => pointTick(point, line.n, line.at)), ...found.map((one) => foundTick(one, state))]
  }
  if (line.type === 'skip' || line.type === 'fail' || line.type === 'again' || line.type === 'note') {
    const point = state.points.get(line.key)
    return point ? [{...placed(point, line.at), what: line.type, got: '', detail: line.text}] : []
  }
  return found.map((one) => foundTick(one, state))
}

function pointTick(state: PointState, n: number, at: number): TickLine {
  const {alarm, restore} = state
  const tick = restore?.n === n ? restore : alarm
  const what = resultOf(state) === 'passed' ? 'passed' : tick === restore ? 'restore' : 'alarm'
  return {
    ...placed(state, at),
    what,
    got: `${tick?.qualifier === 'restore' ? 'R ' : ''}${tick?.code ?? ''}`,
    ...(alarm && restore && restore.n === n && restore !== alarm ? {restoreMs: restore.at - alarm.at} : {}),
    detail: tick?.isPanelTest ? 'panel test' : '',
  }
}

function foundTick({at, kind, keys, what, why}: Listed, {points}: WalkState): TickLine {
  const point = keys.length === 1 ? points.get(keys[0] ?? '') : undefined
  const place = point ? placed(point, at) : {at: iso(at), key: keys.join(' '), name: '', expected: ''}
  return {...place, what: kind, got: what, detail: why}
}

function placed({point}: PointState, at: number) {
  return {at: iso(at), key: point.key, name: point.name, expected: expectedText(point)}
}

/** Tab-separated: time, what, key, expected, got, restored after (ms), name, detail. */
export function tickText({at, what, key, expected, got, restoreMs, name, detail}: TickLine): string {
  return [at, what, key, expected, got, restoreMs ?? '', name, detail].map((cell) => safeText(String(cell))).join('\t')
}

/** How it ended, for people: the sums, then what is not good, worst first. */
export function reportText(report: WalkReport): string[] {
  const {counts, verdict, account, complete, latency} = report
  const {points, passed, failed, skipped, notTested, unexpected, duplicates, faults} = counts
  const sums = `${passed} of ${points} passed, ${failed} failed, ${skipped} skipped, ${notTested} not tested; ${unexpected} unexpected, ${duplicates} duplicates`
  const bad = report.points.filter(({result}) => result === 'failed' || result === 'skipped' || result === 'not-tested')
  const open = report.findings.concat(report.unexpected).filter(({weight, isMended}) => weight === 'fault' && !isMended)
  const {n, p50 = 0, p95 = 0, max = 0} = latency.ackMs
  return [
    `walk test of account ${account}: ${verdict.toUpperCase()}${complete ? '' : ' (not finished)'}: ${sums}`,
    ...(n > 0 ? [`acknowledged after ${p50} ms (p50), ${p95} ms (p95), ${max} ms at most; ${n} signals`] : []),
    ...shown(
      bad.map(
        ({result, key, name, why, isPanic}) => `  ${result}${isPanic ? ' LIFE SAFETY' : ''}  ${key}  ${name}: ${why}`,
      ),
    ),
    ...(faults > 0 ? shown(open.map(faultText)) : []),
    ...(report.panelTestSince === undefined
      ? []
      : ['  the panel is still in its own test mode: leave it, or it stays silent']),
  ]
}

const SHOWN = 50

function shown(lines: readonly string[]): string[] {
  const more = lines.length - SHOWN
  return more > 0 ? [...lines.slice(0, SHOWN), `  … and ${more} more (--json has all)`] : [...lines]
}

function faultText({kind, at, what, why}: Finding): string {
  return `  ${kind}  ${iso(at)}  ${what}${why === '' ? '' : `: ${why}`}`
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
