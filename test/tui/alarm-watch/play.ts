/** Plays messages to the monitor's model, as a platform and an operator would. */
import {safeText} from '../../../src/lib/safe-text.ts'
import type {Alarm} from '../../../src/model/alarm.ts'
import type {Handoff} from '../../../src/model/handoff.ts'
import type {LogEntry} from '../../../src/model/log-entry.ts'
import type {OnTestWindow} from '../../../src/model/on-test.ts'
import type {FeedMessage} from '../../../src/tui/alarm-watch/feed.ts'
import type {Look} from '../../../src/tui/alarm-watch/look.ts'
import {lookOf} from '../../../src/tui/alarm-watch/look.ts'
import {type Message, update} from '../../../src/tui/alarm-watch/model.ts'
import {initial, type State} from '../../../src/tui/alarm-watch/state.ts'
import {NOON} from '../../support/alarms.ts'

const utcText = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ')

/** Marks drawn, no colour, UTC. */
export const look: Look = {
  ...lookOf({NO_COLOR: '1', LANG: 'en_US.UTF-8'}),
  timeOf: (at) => utcText(at).slice(11),
  dateOf: utcText,
}

/** A monitor that was just opened at noon. */
export function opened(columns = 80, rows = 24, scope = ''): State {
  const url = 'http://127.0.0.1:8030'
  return initial({now: NOON, url, detail: safeText(url), size: {columns, rows}, scope})
}

export function play(state: State, ...messages: readonly Message[]): State {
  return messages.reduce(update, state)
}

export const fed = (...messages: readonly FeedMessage[]): Message => ({type: 'feed', messages})
export const snapshot = (
  alarms: readonly Alarm[],
  seq = 100,
  epoch = 'e1',
  onTest: readonly OnTestWindow[] = [],
  handoffs: readonly Handoff[] = [],
): FeedMessage => ({
  type: 'snapshot',
  position: {epoch, seq},
  alarms,
  onTest,
  handoffs,
})
export const live: FeedMessage = {type: 'link', link: 'live', detail: safeText('')}
export const lost: FeedMessage = {type: 'link', link: 'lost', detail: safeText('CW_NO_PLATFORM ECONNREFUSED')}
export const head = (seq: number): FeedMessage => ({type: 'head', head: seq})
export const entry = (logged: LogEntry): FeedMessage => ({type: 'entry', entry: logged})
export const tick = (seconds: number): Message => ({type: 'tick', now: NOON + seconds * 1000})

/** A monitor with these alarms open and the line live. */
export function watching(alarms: readonly Alarm[], columns?: number, rows?: number): State {
  return play(opened(columns, rows), fed(snapshot(alarms), live, head(100)))
}
