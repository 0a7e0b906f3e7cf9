/** Every key of the alarm monitor, with what it does and why it may do nothing. */
import {whyNoAck, whyNoComment, whyNoDispatch, whyNoReset, whyNoShelve, whyNoUnhide} from './acknowledging.ts'
import {CHOICES} from './choices.ts'
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
  /** '' where the line of another key tells of this one too. */
  readonly help: string
  /** Two words for the footer; absent: only in the help. */
  readonly brief?: string
  readonly act: Message | Effect
  /** Why it does nothing now. */
  readonly disabled?: (state: State) => NoticeCode | undefined
}

export const KEYS: readonly Key[] = [
  {keys: ['up', 'k'], shown: '↑↓ k j', help: 'one row up or down; holds the list still', act: {type: 'step', step: 'up'}},
  {keys: ['down', 'j'], shown: '', help: '', act: {type: 'step', step: 'down'}},
  {keys: ['page-up', 'ctrl-b'], shown: 'PgUp/Dn', help: 'one page up or down', act: {type: 'step', step: 'page-up'}},
  {keys: ['page-down', 'ctrl-f'], shown: '', help: '', act: {type: 'step', step: 'page-down'}},
  {keys: ['n'], shown: 'n', help: 'next alarm that nobody has acknowledged', act: {type: 'step', step: 'next-unacked'}},
  {keys: ['g', 'home', 'f'], shown: 'g f  G', help: 'top of the list, and follow: newest un-acknowledged first; last row', act: {type: 'follow'}},
  {keys: ['G', 'end'], shown: '', help: '', act: {type: 'step', step: 'bottom'}},
  {keys: ['a'], shown: 'a', help: 'acknowledge the selected alarm', act: {type: 'ack'}, disabled: whyNoAck, brief: 'ack'},
  {keys: ['d'], shown: 'd', help: 'dispatch: say who was sent', act: {type: 'type', verb: 'dispatch'}, disabled: whyNoDispatch, brief: 'sent'},
  {keys: ['R'], shown: 'R', help: 'reset: say that its condition is over (asks first)', act: {type: 'reset'}, disabled: whyNoReset, brief: 'reset'},
  {keys: ['c'], shown: 'c', help: 'close: say what it was', act: {type: 'choose', verb: 'close'}, disabled: whyNoReset, brief: 'close'},
  {keys: ['s'], shown: 's', help: 'shelve for a time: out of the list, not out of the totals', act: {type: 'choose', verb: 'shelve'}, disabled: whyNoShelve, brief: 'shelve'},
  {keys: ['U'], shown: 'U', help: 'unshelve, return to service', act: {type: 'unhide'}, disabled: whyNoUnhide},
  {keys: ['t'], shown: 't', help: 'comment', act: {type: 'type', verb: 'comment'}, disabled: whyNoComment},
  {keys: ['v'], shown: 'v', help: 'next list: what needs somebody, what is hidden, what is unrouted', act: {type: 'list'}},
  {keys: ['enter'], shown: 'Enter', help: 'detail of the selected alarm', act: {type: 'detail'}},
  {keys: ['/'], shown: '/', help: 'filter: words, !word, site: zone: account: code: area: p: … P1 always shows', act: {type: 'filter'}, brief: 'filter'},
  {keys: ['escape'], shown: 'Esc', help: 'close the detail; forget a gap; clear the filter', act: {type: 'escape'}},
  {keys: ['r'], shown: 'r Ctrl-L', help: 'try to reach the platform now; draw the screen anew', act: {type: 'retry'}},
  {keys: ['ctrl-l'], shown: '', help: '', act: {type: 'repaint'}},
  {keys: ['?', 'h'], shown: '?', help: 'this help', act: {type: 'help'}, brief: 'help'},
  {keys: ['q'], shown: 'q', help: 'quit', act: {type: 'quit'}, brief: 'quit'},
] // biome-ignore format: one key a line

const FILTER_KEYS: Readonly<Record<string, Message>> = {enter: {type: 'filter-done'}, escape: {type: 'escape'}}
const TYPE_KEYS: Readonly<Record<string, Message>> = {enter: {type: 'typed-done'}, escape: {type: 'escape'}}
const MAX_FILTER = 100
const MAX_WORDS = 400

/** What a key means in the present mode; undefined: nothing. `name` as `keyName` gives it, `text` as typed. */
export function meaningOf(state: State, name: string, text: string): Message | Effect | undefined {
  if (name === 'ctrl-c') return {type: 'interrupt'}
  if (name === 'ctrl-l') return {type: 'repaint'}
  switch (state.mode.type) {
    case 'filter':
      return FILTER_KEYS[name] ?? typed(state.filter.text, name, text)
    case 'reset':
      return name === 'y' ? {type: 'yes'} : {type: 'escape'}
    case 'choose': {
      const choice = CHOICES[state.mode.verb].find(({key}) => key === name)
      return choice ? {type: 'decide', wish: choice.wish} : {type: 'escape'}
    }
    case 'type':
      return TYPE_KEYS[name] ?? words(state.mode.text, name, text)
    case 'help':
      return {type: 'help'}
    case 'list':
      return KEYS.find(({keys}) => keys.includes(name))?.act
  }
}

function typed(before: string, name: string, text: string): Message | undefined {
  const after = edited(before, name, text, MAX_FILTER)
  return after === undefined ? undefined : {type: 'filter-text', text: after}
}

function words(before: string, name: string, text: string): Message | undefined {
  const after = edited(before, name, text, MAX_WORDS)
  return after === undefined ? undefined : {type: 'typed', text: after}
}

/** The line after a key; undefined when the key writes nothing. */
function edited(before: string, name: string, text: string, max: number): string | undefined {
  if (name === 'backspace') return Array.from(before).slice(0, -1).join('')
  if (name === 'ctrl-u') return ''
  return text === '' ? undefined : (before + text).slice(0, max)
}

const DECISIONS: ReadonlySet<string> = new Set([
  'ack',
  'reset',
  'yes',
  'quit',
  'decide',
  'typed-done',
  'unhide',
  'choose',
  'type',
])

/** True for what must not happen by a paste or by a key pressed in a hurry. */
export function isDecision({type}: Message | Effect): boolean {
  return DECISIONS.has(type)
}

export function isEffect(meaning: Message | Effect): meaning is Effect {
  const {type} = meaning
  return type === 'quit' || type === 'interrupt' || type === 'retry' || type === 'repaint'
}
