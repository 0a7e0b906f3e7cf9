/** What a walk test heard beside its ticks: listed with its time, never dropped. */
import {added} from './history.ts'
import type {Listed, WalkState} from './state.ts'

type Entry = Omit<Listed, 'keys' | 'isPanelTest'> & Partial<Pick<Listed, 'keys' | 'isPanelTest'>>

export function listed(state: WalkState, entry: Entry): WalkState {
  const whole: Listed = {keys: [], isPanelTest: state.panelTestSince !== undefined, ...entry}
  const counts = {...state.counts, [entry.kind]: (state.counts[entry.kind] ?? 0) + 1}
  return {...state, listed: added(state.listed, whole), counts}
}

/**
 * `fault`: the walk is not good while it stands. `remark`: accepted, but the report says so. `log`: only for the record.
 */
export const WEIGHT: Readonly<Record<Listed['kind'], 'fault' | 'remark' | 'log'>> = {
  'wrong-code': 'fault',
  'wrong-partition': 'fault',
  unexpected: 'fault',
  refused: 'fault',
  'off-test': 'fault',
  gap: 'fault',
  'not-tested': 'fault',
  'refused-other': 'remark',
  duplicate: 'remark',
  paused: 'remark',
  'no-real-code': 'remark',
  'partition-not-listed': 'remark',
  'checklist-changed': 'remark',
  other: 'log',
}

/** True for a fault that what came later has mended: a point that it concerns has passed since. */
export function isMended({points, latest}: Pick<WalkState, 'points' | 'latest'>, {kind, keys, at}: Listed): boolean {
  // A panel whose clock or key was put right has come through since; what it could not bring is missing in its point.
  if (kind === 'refused') return latest.last !== undefined && latest.last.item.at >= at
  if (keys.length === 0 || (kind !== 'wrong-code' && kind !== 'wrong-partition' && kind !== 'not-tested')) return false
  return keys.some((key) => {
    const point = points.get(key)
    return point?.alarm !== undefined && point.restore !== undefined && point.restore.at >= at && !point.failed
  })
}
