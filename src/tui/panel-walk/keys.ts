/** Every key of the walk test's screen, with what it does and why it may do nothing. */
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import {isDone, resultOf} from '../../panel/walk/state.ts'
import type {Message} from './model.ts'
import {type Mode, type State, selectedPoint} from './state.ts'
import type {NoticeCode} from './words.ts'

/** What a key asks of the world outside the model. */
export type Effect =
  | {readonly type: 'quit' | 'interrupt' | 'repaint' | 'pause' | 'extend'}
  | {
      readonly type: 'decide'
      readonly what: 'skip' | 'fail' | 'note' | 'again'
      readonly key: string
      readonly text: SafeText
    }

export interface Key {
  readonly keys: readonly string[]
  /** How people read the keys. */
  readonly shown: string
  /** Absent: the line of the key before says it. */
  readonly help?: string
  /** A word for the footer; absent: only in the help. */
  readonly brief?: string
  readonly act: (state: State) => Message | Effect
  /** Why it does nothing now. */
  readonly disabled?: (state: State) => NoticeCode | undefined
}

const message = (act: Message) => () => act

export const KEYS: readonly Key[] = [
  {keys: ['up', 'k'], shown: '↑ ↓ k j', help: 'one row up or down', act: message({type: 'step', step: 'up'})},
  {keys: ['down', 'j'], shown: '↓ j', act: message({type: 'step', step: 'down'})},
  {keys: ['page-up', 'ctrl-b'], shown: 'PgUp PgDn', help: 'one page up or down', act: message({type: 'step', step: 'page-up'})},
  {keys: ['page-down', 'ctrl-f'], shown: 'PgDn', act: message({type: 'step', step: 'page-down'})},
  {keys: ['g', 'home'], shown: 'g G', help: 'first row, last row', act: message({type: 'step', step: 'top'})},
  {keys: ['G', 'end'], shown: 'G', act: message({type: 'step', step: 'bottom'})},
  {keys: ['n'], shown: 'n', help: 'next point that waits for something', act: message({type: 'step', step: 'next-open'})},
  {keys: ['f'], shown: 'f', help: 'follow: the cursor goes to each point that is ticked off', act: message({type: 'follow'})},
  {keys: ['tab', 't'], shown: 'Tab t', help: 'what else was heard: wrong, unexpected, duplicates, tests', act: message({type: 'tab'}), brief: 'heard'},
  {keys: ['enter'], shown: 'Enter', help: 'detail of the selected point', act: message({type: 'detail'}), brief: 'detail'},
  {keys: ['s'], shown: 's', help: 'skip the selected point; asks for the reason', act: message({type: 'entry', entry: 'skip'}), disabled: whyNoSkip, brief: 'skip'},
  {keys: ['F'], shown: 'F', help: 'mark it as failed, whatever it reports; asks for the reason', act: message({type: 'entry', entry: 'fail'}), disabled: whyNoPoint},
  {keys: ['o'], shown: 'o', help: 'write a note on it', act: message({type: 'entry', entry: 'note'}), disabled: whyNoPoint},
  {keys: ['A'], shown: 'A', help: 'test it again: forget what it has (asks first)', act: askAgain, disabled: whyNoAgain},
  {keys: ['p'], shown: 'p', help: 'pause and go on: while paused nothing is ticked off, only listed', act: () => ({type: 'pause'}), disabled: whyBusy, brief: 'pause'},
  {keys: ['x'], shown: 'x', help: 'extend: on test for as long again, from now', act: () => ({type: 'extend'}), disabled: whyNoExtend, brief: 'extend'},
  {keys: ['b'], shown: 'b', help: 'bell at each tick, on and off', act: message({type: 'bell'})},
  {keys: ['/'], shown: '/', help: 'filter: words, !word; life safety always shows', act: message({type: 'filter'})},
  {keys: ['escape'], shown: 'Esc', help: 'back: to the list, close the detail, clear the filter', act: message({type: 'escape'})},
  {keys: ['ctrl-l'], shown: 'Ctrl-L', help: 'draw the screen anew', act: () => ({type: 'repaint'})},
  {keys: ['?', 'h'], shown: '?', help: 'this help', act: message({type: 'help'}), brief: 'help'},
  {keys: ['q'], shown: 'q', help: 'end: off test, and the report (asks while points are open)', act: askQuit, brief: 'quit'},
] // biome-ignore format: one key a line

const MAX_TEXT = 200

/** What a key means in the present mode; undefined: nothing. `name` as strokes give it, `text` as typed. */
export function meaningOf(state: State, name: string, text: string): Message | Effect | undefined {
  if (name === 'ctrl-c') return {type: 'interrupt'}
  if (name === 'ctrl-l') return {type: 'repaint'}
  switch (state.mode.type) {
    case 'help':
      return {type: 'help'}
    case 'filter':
      return name === 'enter' ? {type: 'mode', mode: {type: 'list'}} : typed(state.filter, name, text)
    case 'entry':
      return name === 'enter' ? entered(state, state.mode) : typed(state.mode.text, name, text)
    case 'list':
      return pressed(state, name)
    default:
      return name === 'y' ? confirmed(state.mode) : {type: 'escape'}
  }
}

function pressed(state: State, name: string): Message | Effect | undefined {
  const key = KEYS.find(({keys}) => keys.includes(name))
  const why = key?.disabled?.(state)
  return why === undefined ? key?.act(state) : {type: 'notice', text: why}
}

function typed(before: string, name: string, text: string): Message | undefined {
  if (name === 'escape') return {type: 'escape'}
  if (name === 'backspace') return {type: 'text', text: Array.from(before).slice(0, -1).join('')}
  if (name === 'ctrl-u') return {type: 'text', text: ''}
  return text === '' ? undefined : {type: 'text', text: (before + text).slice(0, MAX_TEXT)}
}

/** A skip of life safety is asked for once more. */
function entered({walk}: State, {entry, key, text}: Extract<Mode, {type: 'entry'}>): Message | Effect {
  const words = safeText(text.trim(), MAX_TEXT)
  if (words === '') return {type: 'notice', text: 'reason-needed'}
  const isPanic = walk.points.get(key)?.isPanic ?? false
  if (entry === 'skip' && isPanic) return {type: 'mode', mode: {type: 'confirm-skip', key, text: words}}
  return {type: 'decide', what: entry, key, text: words}
}

function confirmed(mode: Mode): Message | Effect {
  if (mode.type === 'confirm-skip') return {type: 'decide', what: 'skip', key: mode.key, text: mode.text}
  if (mode.type === 'confirm-again') return {type: 'decide', what: 'again', key: mode.key, text: safeText('')}
  return {type: 'quit'}
}

function askAgain({selected = ''}: State): Message {
  return {type: 'mode', mode: {type: 'confirm-again', key: selected}}
}

function askQuit({walk}: State): Message | Effect {
  return isDone(walk) ? {type: 'quit'} : {type: 'mode', mode: {type: 'confirm-quit'}}
}

function whyBusy({isBusy}: State): NoticeCode | undefined {
  return isBusy ? 'busy' : undefined
}

function whyNoPoint(state: State): NoticeCode | undefined {
  return selectedPoint(state) ? whyBusy(state) : 'nothing-selected'
}

function whyNoSkip(state: State): NoticeCode | undefined {
  const point = selectedPoint(state)
  return point && resultOf(point) === 'passed' ? 'already-passed' : whyNoPoint(state)
}

function whyNoAgain(state: State): NoticeCode | undefined {
  const point = selectedPoint(state)
  const isEmpty = point !== undefined && resultOf(point) === 'open' && point.untestedAt === undefined
  return isEmpty ? 'nothing-to-forget' : whyNoPoint(state)
}

function whyNoExtend(state: State): NoticeCode | undefined {
  return state.walk.runs.at(-1)?.guard === 'none' ? 'no-platform' : whyBusy(state)
}

/** True for what must not happen by a paste or by a key pressed in a hurry. */
export function isDecision({type}: Message | Effect): boolean {
  return type === 'decide' || type === 'quit' || type === 'pause' || type === 'extend'
}

const EFFECTS: ReadonlySet<string> = new Set(['quit', 'interrupt', 'repaint', 'pause', 'extend', 'decide'])

export function isEffect(meaning: Message | Effect): meaning is Effect {
  return EFFECTS.has(meaning.type)
}
