/** Which point of the checklist a signal belongs to: account, partition and zone first, the code after that. */
import type {Signal} from '../../model/signal.ts'
import {type Fit, fitOf, isAlarming, mayReplace, namesZone, sameCondition, type TestCode, testCodeOf} from './codes.ts'
import type {WalkPoint} from './lines.ts'
import type {PointState, WalkState} from './state.ts'

/** What a signal means for the checklist. `keys`: the points that it may have been meant for. */
export type Match =
  | {readonly type: 'alarm' | 'restore'; readonly key: string; readonly how: Fit | 'activated'}
  | {readonly type: 'tested' | 'untested'; readonly key: string}
  | {readonly type: 'wrong-code' | 'wrong-partition'; readonly keys: readonly string[]; readonly why: string}
  | {readonly type: 'panel-test'; readonly begins: boolean}
  | {readonly type: 'unexpected' | 'other'; readonly why: string}

type State = Pick<WalkState, 'account' | 'points' | 'zones' | 'panelTestSince'>

export function match(state: State, signal: Signal): Match {
  if (signal.account !== state.account) return {type: 'unexpected', why: `another account than ${state.account}`}
  const test = testCodeOf(signal)
  if (test === 'begins' || test === 'ends') return {type: 'panel-test', begins: test === 'begins'}
  const zone = numberOf(signal.zone)
  const all = zone === undefined ? [] : pointsOf(state, zone)
  const here = inPartition(all, numberOf(signal.partition))
  const fitting = best(here, signal)
  if (fitting) return fitted(fitting, signal)
  if (test !== undefined) return ofTest(state, test, here, signal)
  if (zone === undefined) return stray(signal, 'it names no zone')
  const isMeant = namesZone(signal) && isAlarming(signal)
  if (here.length > 0 && isMeant) return {type: 'wrong-code', keys: keysOf(here), why: `expected ${codesOf(here)}`}
  if (here.length > 0) return stray(signal, 'its number is not that of a zone')
  const elsewhere = all.filter((point) => fits(point, signal))
  if (elsewhere.length === 0) return stray(signal, `zone ${zone} is not in the checklist`)
  return {type: 'wrong-partition', keys: keysOf(elsewhere), why: `expected partition ${partitionsOf(elsewhere)}`}
}

/** Without leading zeros; undefined for none: panels write 0, 00, 000. */
export function numberOf(text: string | undefined): string | undefined {
  const plain = text?.replace(/^0+/, '') ?? ''
  return plain === '' ? undefined : plain
}

function pointsOf({points, zones}: State, zone: string): PointState[] {
  return (zones.get(zone) ?? []).flatMap((key) => points.get(key) ?? [])
}

/** Those of the partition; where there are none, those for which the checklist names no partition. */
function inPartition(points: readonly PointState[], partition: string | undefined): readonly PointState[] {
  const exact = points.filter(({point}) => point.partition === partition)
  return exact.length > 0 ? exact : points.filter(({point}) => point.partition === undefined)
}

function fits({point, alarm}: PointState, signal: Signal): Fit | undefined {
  if (point.code !== undefined) return fitOf(point.code, signal)
  if (signal.qualifier === 'restore' && alarm && alarm.how === 'any') {
    return sameCondition(alarm, signal) ? 'any' : undefined
  }
  return namesZone(signal) && isAlarming(signal) ? 'any' : undefined
}

/** Two points may share a zone: the one whose code says so most plainly. */
function best(points: readonly PointState[], signal: Signal): PointState | undefined {
  const fitting = (['code', 'twin', 'any'] as const).map((fit) => points.find((point) => fits(point, signal) === fit))
  return fitting.find((point) => point !== undefined)
}

function fitted(state: PointState, signal: Signal): Match {
  const {key} = state.point
  if (signal.qualifier === 'status') return {type: 'other', why: 'it still holds, which is no new alarm'}
  return {type: signal.qualifier === 'restore' ? 'restore' : 'alarm', key, how: fits(state, signal) ?? 'any'}
}

function ofTest(state: State, test: TestCode, here: readonly PointState[], signal: Signal): Match {
  const point = here.find((one) => test !== 'activated' || mayReplace(signal.code, one.point.code))
  if (!point) {
    if (here.length > 0) return {type: 'wrong-code', keys: keysOf(here), why: `expected ${codesOf(here)}`}
    return {type: 'unexpected', why: 'a test of a zone that is not in the checklist'}
  }
  const {key} = point.point
  if (test === 'untested') return {type: 'untested', key}
  if (state.panelTestSince === undefined) {
    const why = `expected ${codesOf([point])}; the panel has not said that its test mode is on`
    return {type: 'wrong-code', keys: [key], why}
  }
  return test === 'tested' ? {type: 'tested', key} : {type: 'alarm', key, how: 'activated'}
}

/** Tests, openings and the like come in every walk; an alarm of nobody does not. */
function stray(signal: Signal, why: string): Match {
  return isAlarming(signal) ? {type: 'unexpected', why} : {type: 'other', why: ''}
}

function keysOf(points: readonly PointState[]): string[] {
  return points.map(({point}) => point.key)
}

function codesOf(points: readonly PointState[]): string {
  return [...new Set(points.map(({point}) => expectedText(point)))].join(' or ')
}

export function expectedText({code}: Pick<WalkPoint, 'code'>): string {
  return code ?? 'any alarm'
}

function partitionsOf(points: readonly PointState[]): string {
  return points.map(({point}) => point.partition ?? 'none').join(' or ')
}
