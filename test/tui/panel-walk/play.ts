/** A walk test's screen for tests: at noon, in UTC, with what the tape has heard. */
import {type Look, lookOf} from '../../../src/tui/alarm-watch/look.ts'
import {type Effect, isEffect, meaningOf} from '../../../src/tui/panel-walk/keys.ts'
import {type Message, update} from '../../../src/tui/panel-walk/model.ts'
import {initial, type State} from '../../../src/tui/panel-walk/state.ts'
import {NOON, type Tape} from '../../panel/walk/play.ts'

const utcText = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ')

export const look: Look = {
  ...lookOf({NO_COLOR: '1', LANG: 'en_US.UTF-8'}),
  timeOf: (at) => utcText(at).slice(11),
  dateOf: utcText,
}

export function screen(tape: Tape, columns = 80, rows = 24, news: readonly string[] = []): State {
  const now = NOON + tape.second * 1_000
  const receiver = tape.state.runs[0]?.guard === 'platform' ? 'http://127.0.0.1:8030' : '127.0.0.1:8031'
  const link = {link: 'live', detail: '', at: now} as const
  return initial({now, walk: tape.state, link, receiver, size: {columns, rows}, hasBell: true, news})
}

export const play = (state: State, ...messages: readonly Message[]): State => messages.reduce(update, state)

/** Presses keys by name (`down`, `s`, `enter`) or types a text (`"no ladder`); effects are collected. */
export function press(state: State, ...keys: readonly string[]): {readonly state: State; readonly effects: Effect[]} {
  const effects: Effect[] = []
  const strokes = keys.flatMap((key) => (key.startsWith('"') ? Array.from(key.slice(1)) : [key]))
  const after = strokes.reduce((one, key) => {
    const meaning = meaningOf(one, key, key.length === 1 ? key : '')
    if (meaning === undefined) return one
    if (!isEffect(meaning)) return update(one, meaning)
    effects.push(meaning)
    return update(one, {type: 'mode', mode: {type: 'list'}})
  }, state)
  return {state: after, effects}
}
