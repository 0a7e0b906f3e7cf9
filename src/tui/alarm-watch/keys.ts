/** Every key of the alarm monitor, with what it does and why it may do nothing. */
import {whyNoAck, whyNoReset} from './acknowledging.ts'
import type {Message} from './model.ts'
import type {NoticeCode, State} from './state.ts'

/** What a key asks of the world outside the model. */
export type Effect =
  | {readonly type: 'quit'}
  | {readonly type: 'interrupt'}
  | {readonly type: 'retry'}
  | {readonly type: 'repaint'}

export interface Key {
  /** Names as `keyName` gives them. */
  readonly keys: readonly string[]
  /** How people read the keys. */
  readonly shown: string
  readonly help: string
  /** Two words for the footer; absent: only in the help. */
  readonly brief?: string
  readonly act: Message | Effect
  /** Why it does nothing now. */
  readonly disabled?: (state: State) => NoticeCode | undefined
}

export const KEYS: readonly Key[] = [
  {keys: ['up', 'k'], shown: '↑ k', help: 'one row up; holds the list still', act: {type: 'step', step: 'up'}},
  {keys: ['down', 'j'], shown: '↓ j', help: 'one row down; holds the list still', act: {type: 'step', step: 'down'}},
  {keys: ['page-up', 'ctrl-b'], shown: 'PgUp', help: 'one page up', act: {type: 'step', step: 'page-up'}},
  {keys: ['page-down', 'ctrl-f'], shown: 'PgDn', help: 'one page down', act: {type: 'step', step: 'page-down'}},
  {keys: ['n'], shown: 'n', help: 'next alarm that nobody has acknowledged', act: {type: 'step', step: 'next-unacked'}, brief: 'next'},
  {keys: ['g', 'home', 'f'], shown: 'g f', help: 'top of the list, and follow: newest un-acknowledged first', act: {type: 'follow'}, brief: 'top'},
  {keys: ['G', 'end'], shown: 'G', help: 'last row', act: {type: 'step', step: 'bottom'}},
  {keys: ['a'], shown: 'a', help: 'acknowledge the selected alarm', act: {type: 'ack'}, disabled: whyNoAck, brief: 'ack'},
  {keys: ['R'], shown: 'R', help: 'reset: close the selected alarm (asks first)', act: {type: 'reset'}, disabled: whyNoReset, brief: 'reset'},
  {keys: ['enter'], shown: 'Enter', help: 'detail of the selected alarm', act: {type: 'detail'}, brief: 'detail'},
  {keys: ['/'], shown: '/', help: 'filter: words, !word, site: zone: account: code: area: p: … P1 always shows', act: {type: 'filter'}, brief: 'filter'},
  {keys: ['escape'], shown: 'Esc', help: 'close the detail; forget a gap; clear the filter', act: {type: 'escape'}},
  {keys: ['r'], shown: 'r', help: 'try to reach the platform now', act: {type: 'retry'}},
  {keys: ['ctrl-l'], shown: 'Ctrl-L', help: 'draw the screen anew', act: {type: 'repaint'}},
  {keys: ['?', 'h'], shown: '?', help: 'this help', act: {type: 'help'}, brief: 'help'},
  {keys: ['q'], shown: 'q', help: 'quit', act: {type: 'quit'}, brief: 'quit'},
] // biome-ignore format: one key a line

const FILTER_KEYS: Readonly<Record<string, Message>> = {enter: {type: 'filter-done'}, escape: {type: 'escape'}}
const MAX_FILTER = 100

/** What a key means in the present mode; undefined: nothing. `name` as `keyName` gives it, `text` as typed. */
export function meaningOf(state: State, name: string, text: string): Message | Effect | undefined {
  if (name === 'ctrl-c') return {type: 'interrupt'}
  if (name === 'ctrl-l') return {type: 'repaint'}
  switch (state.mode.type) {
    case 'filter':
      return FILTER_KEYS[name] ?? typed(state.filter.text, name, text)
    case 'reset':
      return name === 'y' ? {type: 'yes'} : {type: 'escape'}
    case 'help':
      return {type: 'help'}
    case 'list':
      return KEYS.find(({keys}) => keys.includes(name))?.act
  }
}

function typed(before: string, name: string, text: string): Message | undefined {
  if (name === 'backspace') return {type: 'filter-text', text: Array.from(before).slice(0, -1).join('')}
  if (name === 'ctrl-u') return {type: 'filter-text', text: ''}
  return text === '' ? undefined : {type: 'filter-text', text: (before + text).slice(0, MAX_FILTER)}
}

/** True for what must not happen by a paste or by a key pressed in a hurry. */
export function isDecision({type}: Message | Effect): boolean {
  return type === 'ack' || type === 'reset' || type === 'yes' || type === 'quit'
}

export function isEffect(meaning: Message | Effect): meaning is Effect {
  const {type} = meaning
  return type === 'quit' || type === 'interrupt' || type === 'retry' || type === 'repaint'
}
