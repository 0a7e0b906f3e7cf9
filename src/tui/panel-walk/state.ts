/** All that the walk test's screen shows: the walk itself, and where the tester looks. */
import type {SafeText} from '../../lib/safe-text.ts'
import {newest} from '../../panel/walk/history.ts'
import {type Listed, type PointState, resultOf, type WalkState} from '../../panel/walk/state.ts'
import type {LinkState} from '../../panel/walk/walk.ts'
import type {Size} from '../alarm-watch/layout.ts'
import {isShown} from './filter.ts'
import {listRows} from './layout.ts'

export interface State {
  /** Ms since the epoch, as of the last tick. */
  readonly now: number
  readonly walk: WalkState
  readonly link: LinkState
  readonly receiver: string
  readonly size: Size
  readonly tab: 'points' | 'heard'
  /** Keys of the points shown, in the order of the checklist. */
  readonly order: readonly string[]
  /** Key of the point under the cursor; absent when none is shown. */
  readonly selected?: string
  /** First row on the screen, of points. */
  readonly top: number
  /** First row on the screen, of what else was heard. */
  readonly heardTop: number
  /** The cursor goes to each point that is ticked off. */
  readonly isFollowing: boolean
  readonly isDetailOpen: boolean
  readonly hasBell: boolean
  readonly filter: string
  readonly mode: Mode
  readonly notice?: {readonly text: string; readonly at: number}
  /** A wish to the platform or the disk is on its way. */
  readonly isBusy: boolean
}

/** What is typed for a point: a decision needs words. */
export type Entry = 'skip' | 'fail' | 'note'

export type Mode =
  | {readonly type: 'list'}
  | {readonly type: 'help'}
  | {readonly type: 'filter'; readonly before: string}
  | {readonly type: 'entry'; readonly entry: Entry; readonly key: string; readonly text: string}
  /** Asked once more: skipping life safety, testing again, leaving before the end. */
  | {readonly type: 'confirm-skip'; readonly key: string; readonly text: SafeText}
  | {readonly type: 'confirm-again'; readonly key: string}
  | {readonly type: 'confirm-quit'}

export interface Start {
  readonly now: number
  readonly walk: WalkState
  readonly link: LinkState
  readonly receiver: string
  readonly size: Size
  readonly hasBell: boolean
  /** What a person should know at the beginning. */
  readonly news: readonly string[]
}

export function initial({news, ...start}: Start): State {
  const state: State = {
    ...start,
    tab: 'points',
    order: [],
    top: 0,
    heardTop: 0,
    isFollowing: true,
    isDetailOpen: false,
    filter: '',
    mode: {type: 'list'},
    isBusy: false,
    ...(news.length === 0 ? {} : {notice: {text: news.join('; '), at: start.now}}),
  }
  return reordered(state)
}

export function selectedPoint({walk, selected}: State): PointState | undefined {
  return selected === undefined ? undefined : walk.points.get(selected)
}

/** Newest first; tests, openings and the like last of all would hide nothing, so they stand where they came. */
export function heardList({walk}: State): Listed[] {
  return [...newest(walk.listed)]
}

/** The order anew, after the filter or the checklist has changed. */
export function reordered(state: State): State {
  const {selected: before, ...rest} = state
  const order = [...state.walk.points.values()]
    .filter((point) => isShown(point, state.filter))
    .map(({point}) => point.key)
  const selected = before !== undefined && order.includes(before) ? before : order[0]
  return revealed({...rest, order, ...(selected === undefined ? {} : {selected})})
}

/** Scrolls as little as shows the selected row and leaves no room unused. */
export function revealed(state: State): State {
  const rows = listRows(state)
  const at = state.selected === undefined ? 0 : Math.max(0, state.order.indexOf(state.selected))
  const last = Math.max(0, state.order.length - rows)
  const top = Math.min(last, Math.max(at - rows + 1, Math.min(state.top, at)))
  const heardTop = Math.min(state.heardTop, Math.max(0, state.walk.listed.size - rows))
  return {...state, top: Math.max(0, top), heardTop: Math.max(0, heardTop)}
}

export function isOpen(point: PointState): boolean {
  const result = resultOf(point)
  return result === 'open' || result === 'alarm' || result === 'wrong'
}
