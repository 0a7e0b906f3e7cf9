/** The only function that changes the monitor's state. No clock, no network, no React. */

import {MAX_NAME, MAX_TEXT, safeText} from '../../lib/safe-text.ts'
import {
  decide,
  noWords,
  pressAck,
  pressChoice,
  pressReset,
  pressUnhide,
  pressWords,
  receiveReply,
} from './acknowledging.ts'
import {type AckReply, afterTime, type Wish} from './acks.ts'
import type {FeedMessage} from './feed.ts'
import {type Filter, LISTS, NO_FILTER, parseFilter} from './filter.ts'
import {ordered} from './items.ts'
import type {Size} from './layout.ts'
import {receive} from './receiving.ts'
import {listRows, type State} from './state.ts'
import {followed, reordered, revealed, type Step, stepped} from './viewport.ts'

export type Message =
  | {readonly type: 'tick'; readonly now: number}
  | {readonly type: 'resize'; readonly size: Size}
  | {readonly type: 'feed'; readonly messages: readonly FeedMessage[]}
  | {readonly type: 'step'; readonly step: Step}
  | {readonly type: 'follow'}
  | {readonly type: 'detail'}
  | {readonly type: 'help'}
  | {readonly type: 'escape'}
  | {readonly type: 'ack'}
  | {readonly type: 'reset'}
  | {readonly type: 'yes'}
  | {readonly type: 'unhide'}
  /** Asks for a letter, or for words. */
  | {readonly type: 'choose'; readonly verb: 'shelve' | 'close'}
  | {readonly type: 'type'; readonly verb: 'dispatch' | 'comment'}
  | {readonly type: 'typed'; readonly text: string}
  | {readonly type: 'typed-done'}
  | {readonly type: 'decide'; readonly wish: Wish}
  /** The next of the lists. */
  | {readonly type: 'list'}
  | {readonly type: 'filter'}
  | {readonly type: 'filter-text'; readonly text: string}
  | {readonly type: 'filter-done'}
  | AckReply

export function update(state: State, message: Message): State {
  switch (message.type) {
    case 'tick':
      return tick(state, message.now)
    case 'feed':
      return receive(state, message.messages)
    case 'ack':
      return pressAck(state)
    case 'reset':
      return pressReset(state)
    case 'yes':
      return decide(state, {verb: 'reset'})
    case 'unhide':
      return pressUnhide(state)
    case 'choose':
      return pressChoice(state, message.verb)
    case 'type':
      return pressWords(state, message.verb)
    case 'typed':
      return state.mode.type === 'type' ? {...state, mode: {...state.mode, text: message.text}} : state
    case 'typed-done':
      return said(state)
    case 'decide':
      return decide(state, message.wish)
    case 'ack-sent':
    case 'ack-done':
    case 'ack-refused':
      return receiveReply(state, message)
    case 'filter':
      return {...state, mode: {type: 'filter', before: state.filter}}
    case 'filter-text':
      return filtered(state, parseFilter(message.text, state.filter.list))
    case 'filter-done':
      return {...state, mode: {type: 'list'}}
    default:
      return looked(state, message)
  }
}

/** What only changes the picture. */
function looked(
  state: State,
  message: Extract<Message, {type: 'resize' | 'step' | 'follow' | 'detail' | 'help' | 'escape' | 'list'}>,
): State {
  const {view, items} = state
  switch (message.type) {
    case 'resize':
      return laidOut({...state, size: message.size})
    case 'step':
      return {...state, view: stepped(view, message.step, listRows(state), items)}
    case 'follow':
      return {...state, view: followed(view, ordered(items, state.filter, state.scope))}
    case 'detail':
      return laidOut({...state, isDetailOpen: !state.isDetailOpen, view: {...view, follow: false}})
    case 'help':
      return {...state, mode: state.mode.type === 'help' ? {type: 'list'} : {type: 'help'}}
    case 'escape':
      return escaped(state)
    case 'list':
      return nextList(state)
  }
}

/** What was typed, as the decision that it is. */
function said(state: State): State {
  if (state.mode.type !== 'type') return state
  const {verb} = state.mode
  const text = safeText(state.mode.text.trim(), verb === 'dispatch' ? MAX_NAME : MAX_TEXT)
  if (text === '') return noWords(state)
  return decide(state, verb === 'dispatch' ? {verb, unit: text} : {verb, comment: text})
}

function nextList(state: State): State {
  const {list, text} = state.filter
  const next = LISTS[(LISTS.indexOf(list) + 1) % LISTS.length] ?? 'main'
  return filtered({...state, view: {...state.view, follow: true}}, parseFilter(text, next))
}

function laidOut(state: State): State {
  return {...state, view: revealed(state.view, listRows(state))}
}

function filtered(state: State, filter: Filter): State {
  const order = ordered(state.items, filter, state.scope)
  const view = state.view.follow ? followed(state.view, order) : reordered(state.view, order, listRows(state))
  return {...state, filter, view}
}

/** One step back: out of a mode, then the detail, then the mark of a gap, then the filter. */
function escaped(state: State): State {
  if (state.mode.type === 'filter') return {...filtered(state, state.mode.before), mode: {type: 'list'}}
  if (state.mode.type !== 'list') return {...state, mode: {type: 'list'}}
  if (state.isDetailOpen) return laidOut({...state, isDetailOpen: false})
  if (state.gap?.to !== undefined) {
    const {gap: _seen, ...rest} = state
    return rest
  }
  return state.filter.text === '' && state.filter.list === 'main' ? state : filtered(state, NO_FILTER)
}

function tick(state: State, now: number): State {
  const expired = [...state.acks].some(([, ack]) => afterTime(ack, now) !== ack)
  if (!expired) return {...state, now}
  return {...state, now, acks: new Map([...state.acks].map(([id, ack]) => [id, afterTime(ack, now)]))}
}
