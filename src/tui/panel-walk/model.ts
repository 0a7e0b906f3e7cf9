/** The only function that changes the screen's state. No clock, no network, no React. */
import type {WalkState} from '../../panel/walk/state.ts'
import type {LinkState} from '../../panel/walk/walk.ts'
import type {Size} from '../alarm-watch/layout.ts'
import {listRows} from './layout.ts'
import {type Entry, isOpen, type Mode, reordered, revealed, type State} from './state.ts'

type Step = 'up' | 'down' | 'page-up' | 'page-down' | 'top' | 'bottom' | 'next-open'

export type Message =
  | {readonly type: 'tick'; readonly now: number}
  | {readonly type: 'resize'; readonly size: Size}
  /** The walk as it is; `ticked`: the point that was ticked off last. */
  | {readonly type: 'walk'; readonly walk: WalkState; readonly ticked?: string}
  | {readonly type: 'link'; readonly link: LinkState}
  | {readonly type: 'step'; readonly step: Step}
  | {readonly type: 'follow' | 'tab' | 'detail' | 'help' | 'bell' | 'filter' | 'escape'}
  | {readonly type: 'mode'; readonly mode: Mode}
  | {readonly type: 'entry'; readonly entry: Entry}
  | {readonly type: 'text'; readonly text: string}
  | {readonly type: 'busy'; readonly isBusy: boolean}
  | {readonly type: 'notice'; readonly text: string}

const LIST: Mode = {type: 'list'}

export function update(state: State, message: Message): State {
  switch (message.type) {
    case 'tick':
      return {...state, now: message.now}
    case 'resize':
      return revealed({...state, size: message.size})
    case 'walk':
      return walked(state, message.walk, message.ticked)
    case 'link':
      return {...state, link: message.link}
    case 'step':
      return stepped(state, message.step)
    case 'mode':
      return {...state, mode: message.mode}
    case 'entry':
      return state.selected === undefined ? state : entered(state, message.entry, state.selected)
    case 'text':
      return typed(state, message.text)
    case 'busy':
      return {...state, isBusy: message.isBusy}
    case 'notice':
      return {...state, notice: {text: message.text, at: state.now}}
    default:
      return looked(state, message.type)
  }
}

/** A filter may name states, so the order can change with every tick. */
function walked(state: State, walk: WalkState, ticked: string | undefined): State {
  const next = {...state, walk}
  const isSame = state.filter === '' && state.walk.points.size === walk.points.size
  const ordered = isSame ? next : reordered(next)
  const isFollowed = state.isFollowing && ticked !== undefined && ordered.order.includes(ticked)
  return isFollowed ? revealed({...ordered, selected: ticked}) : ordered
}

function looked(state: State, type: 'follow' | 'tab' | 'detail' | 'help' | 'bell' | 'filter' | 'escape'): State {
  switch (type) {
    case 'follow':
      return {...state, isFollowing: !state.isFollowing}
    case 'tab':
      return revealed({...state, tab: state.tab === 'points' ? 'heard' : 'points', heardTop: 0})
    case 'detail':
      return revealed({...state, isDetailOpen: !state.isDetailOpen})
    case 'help':
      return {...state, mode: state.mode.type === 'help' ? LIST : {type: 'help'}}
    case 'bell':
      return {...state, hasBell: !state.hasBell}
    case 'filter':
      return {...state, tab: 'points', mode: {type: 'filter', before: state.filter}}
    case 'escape':
      return escaped(state)
  }
}

/** One step back: out of a mode, then the other list, then the detail, then the filter. */
function escaped(state: State): State {
  if (state.mode.type === 'filter') return reordered({...state, filter: state.mode.before, mode: LIST})
  if (state.mode.type !== 'list') return {...state, mode: LIST}
  if (state.tab === 'heard') return revealed({...state, tab: 'points'})
  if (state.isDetailOpen) return revealed({...state, isDetailOpen: false})
  return state.filter === '' ? state : reordered({...state, filter: ''})
}

function entered(state: State, entry: Entry, key: string): State {
  return {...state, isFollowing: false, mode: {type: 'entry', entry, key, text: ''}}
}

function typed(state: State, text: string): State {
  if (state.mode.type === 'filter') return reordered({...state, filter: text})
  return state.mode.type === 'entry' ? {...state, mode: {...state.mode, text}} : state
}

function stepped(state: State, step: Step): State {
  const rows = listRows(state)
  if (state.tab === 'heard') {
    return revealed({...state, heardTop: target(step, state.heardTop, rows, state.walk.listed.size)})
  }
  const {order, selected} = state
  const from = selected === undefined ? 0 : Math.max(0, order.indexOf(selected))
  const to = step === 'next-open' ? nextOpen(state, from) : target(step, from, rows, order.length)
  const key = order[to]
  return key === undefined ? state : revealed({...state, selected: key, isFollowing: false})
}

function target(step: Step, from: number, rows: number, size: number): number {
  const page = Math.max(1, rows - 1)
  const steps = {up: -1, down: 1, 'page-up': -page, 'page-down': page, top: -size, bottom: size, 'next-open': 0}
  return Math.max(0, Math.min(size - 1, from + steps[step]))
}

/** The next one below that waits for something, or from the top again. */
function nextOpen({order, walk}: State, from: number): number {
  const waits = (key: string) => {
    const point = walk.points.get(key)
    return point !== undefined && isOpen(point)
  }
  const below = order.findIndex((key, index) => index > from && waits(key))
  if (below >= 0) return below
  const above = order.findIndex(waits)
  return above >= 0 ? above : from
}
