/** The checklist of a walk: what is new in it begins anew, what is the same keeps its ticks, what is gone is named. */
import {safeText} from '../../lib/safe-text.ts'
import {isLifeSafety} from './codes.ts'
import type {ChecklistLine, WalkPoint} from './lines.ts'
import {listed} from './listing.ts'
import {expectedText} from './match.ts'
import type {PointState, WalkState} from './state.ts'

export function withChecklist(state: WalkState, {points, source, at}: ChecklistLine): WalkState {
  const next = new Map<string, PointState>()
  for (const point of points) {
    const before = state.points.get(point.key)
    next.set(point.key, before && isSame(before.point, point) ? {...before, point} : fresh(point))
  }
  let changed: WalkState = {...state, points: next, zones: byZone(points), source}
  if (state.points.size === 0) return changed
  for (const {key, what} of checklistChanges(state, points)) {
    changed = listed(changed, {at, kind: 'checklist-changed', keys: [key], what: safeText(what), why: ''})
  }
  return changed
}

/** What is not as the record's last checklist had it; empty when nothing is. */
export function checklistChanges(
  {points: before}: Pick<WalkState, 'points'>,
  points: readonly WalkPoint[],
): {readonly key: string; readonly what: string}[] {
  const keys = new Set(points.map(({key}) => key))
  const gone = [...before.keys()].filter((key) => !keys.has(key))
  return [
    ...gone.map((key) => ({key, what: `${key} is no longer in the checklist`})),
    ...points.flatMap((point) => {
      const {key} = point
      const known = before.get(key)?.point
      if (!known) return [{key, what: `${key} is new in the checklist`}]
      if (!isSame(known, point))
        return [{key, what: `${key} was ${placeOf(known)}, is ${placeOf(point)}: test it again`}]
      return []
    }),
  ]
}

/** False also when only a name, or what is asked for, changed: not worth a word, but worth a line. */
export function isIdentical({points: before}: Pick<WalkState, 'points'>, points: readonly WalkPoint[]): boolean {
  const known = [...before.values()].map(({point}) => point)
  return JSON.stringify(known) === JSON.stringify(points)
}

function isSame(one: WalkPoint, other: WalkPoint): boolean {
  return one.partition === other.partition && one.zone === other.zone && one.code === other.code
}

function placeOf(point: WalkPoint): string {
  return `partition ${point.partition ?? 'none'} zone ${point.zone} ${expectedText(point)}`
}

function fresh(point: WalkPoint): PointState {
  return {point, isPanic: isLifeSafety(point.code), alarms: 0, notes: []}
}

function byZone(points: readonly WalkPoint[]): ReadonlyMap<string, readonly string[]> {
  const zones = new Map<string, string[]>()
  for (const {zone, key} of points) {
    const keys = zones.get(zone)
    if (keys) keys.push(key)
    else zones.set(zone, [key])
  }
  return zones
}
