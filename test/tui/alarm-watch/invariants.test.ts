import fc from 'fast-check'
import {expect, test} from 'vitest'
import {safeText} from '../../../src/lib/safe-text.ts'
import type {Alarm} from '../../../src/model/alarm.ts'
import type {FeedMessage} from '../../../src/tui/alarm-watch/feed.ts'
import {frame} from '../../../src/tui/alarm-watch/frame.ts'
import {type Message, update} from '../../../src/tui/alarm-watch/model.ts'
import {listRows, type State} from '../../../src/tui/alarm-watch/state.ts'
import {visible} from '../../../src/tui/alarm-watch/viewport.ts'
import {alarmOf, entryOf, NOON} from '../../support/alarms.ts'
import {look, opened} from './play.ts'

const text = safeText('because')
const id = fc.integer({min: 1, max: 12})
const alarm: fc.Arbitrary<Alarm> = fc
  .record({
    id,
    version: fc.integer({min: 1, max: 6}),
    priority: fc.constantFrom(1, 2, 3, 4),
    condition: fc.constantFrom('active', 'restored', 'latched'),
    handling: fc.constantFrom('new', 'acked', 'dispatched', 'closed'),
    hidden: fc.constantFrom(
      undefined,
      undefined,
      {as: 'shelved' as const, mask: 1, by: text, reason: text, until: NOON + 60_000},
      {as: 'out-of-service' as const, mask: 2, owner: text, reason: text},
    ),
    jurisdiction: fc.constantFrom('', 'baltimore.central'),
    count: fc.integer({min: 1, max: 3}),
    changedAt: fc.integer({min: NOON - 1000, max: NOON + 1000}),
  })
  .map(({id: number, hidden, ...changes}) =>
    alarmOf(number, {...changes, hidden: changes.handling === 'closed' ? undefined : hidden}),
  )
const feedMessage: fc.Arbitrary<FeedMessage> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.integer({min: 1, max: 400}), alarm)
      .map(([seq, told]) => ({type: 'entry' as const, entry: entryOf(seq, told)})),
  },
  fc.constantFrom('connecting', 'live', 'lost').map((link) => ({type: 'link' as const, link, detail: text})),
  fc.integer({min: 0, max: 400}).map((head) => ({type: 'head' as const, head})),
  fc
    .tuple(fc.constantFrom('e1', 'e2'), fc.integer({min: 0, max: 300}), fc.array(alarm, {maxLength: 6}))
    .map(([epoch, seq, alarms]) => ({
      type: 'snapshot' as const,
      position: {epoch, seq},
      alarms: alarms.filter(({handling}) => handling !== 'closed'),
      onTest: [],
      handoffs: [],
    })),
  fc.constant({type: 'reset' as const, position: {epoch: 'e2', seq: 1}}),
)
const message: fc.Arbitrary<Message> = fc.oneof(
  {weight: 5, arbitrary: fc.array(feedMessage, {minLength: 1, maxLength: 5}).map((messages) => ({type: 'feed' as const, messages}))},
  {weight: 4, arbitrary: fc.constantFrom('up', 'down', 'page-up', 'page-down', 'bottom', 'next-unacked').map((step) => ({type: 'step' as const, step}))},
  {weight: 3, arbitrary: fc.constantFrom<Message>({type: 'choose', verb: 'shelve'}, {type: 'choose', verb: 'close'}, {type: 'type', verb: 'dispatch'}, {type: 'type', verb: 'comment'}, {type: 'typed', text: 'car 7'}, {type: 'typed-done'}, {type: 'unhide'}, {type: 'list'}, {type: 'decide', wish: {verb: 'close', as: 'false'}}, {type: 'decide', wish: {verb: 'shelve', reason: text, once: true}})},
  {weight: 3, arbitrary: fc.constantFrom<Message>({type: 'ack'}, {type: 'reset'}, {type: 'yes'}, {type: 'follow'}, {type: 'detail'}, {type: 'escape'}, {type: 'help'})},
  fc.integer({min: 0, max: 900_000}).map((ms) => ({type: 'tick' as const, now: NOON + ms})),
  fc.record({columns: fc.integer({min: 1, max: 130}), rows: fc.integer({min: 1, max: 30})}).map((size) => ({type: 'resize' as const, size})),
  fc.constantFrom('', 'harbour', 'p:3', '!p:3').map((filter) => ({type: 'filter-text' as const, text: filter})),
  id.map((number) => ({type: 'ack-sent' as const, id: number})),
  fc.tuple(id, fc.constantFrom('conflict', 'failed', 'unreachable')).map(([number, why]) => ({type: 'ack-refused' as const, id: number, why, detail: text})),
) // biome-ignore format: one kind of message a line

/** What the platform has said of an alarm since the log began: only that may be on the screen. */
function hear(told: Map<string, Set<string>>, sent: Message): void {
  if (sent.type !== 'feed') return
  for (const part of sent.messages) {
    const alarms =
      part.type === 'snapshot'
        ? part.alarms
        : part.type === 'entry' && part.entry.type === 'signal' && part.entry.alarm
          ? [part.entry.alarm]
          : []
    for (const {id: number, version, handling} of alarms) {
      const key = `${number}/${version}`
      told.set(key, new Set([...(told.get(key) ?? []), handling]))
    }
  }
}

function holds(state: State, told: ReadonlyMap<string, ReadonlySet<string>>): void {
  const {view, items} = state
  const rows = listRows(state)
  expect(new Set(view.order).size).toBe(view.order.length)
  expect(view.order.every((known) => items.has(known))).toBe(true)
  if (view.order.length === 0) expect(view.selected).toBeUndefined()
  else {
    const at = view.order.indexOf(view.selected ?? Number.NaN)
    expect(at).toBeGreaterThanOrEqual(view.top)
    expect(at).toBeLessThan(view.top + rows)
  }
  if (view.follow) expect([view.top, view.fresh.size]).toEqual([0, 0])
  for (const {alarm: shown} of items.values())
    expect(told.get(`${shown.id}/${shown.version}`)).toContain(shown.handling)
  for (const [number, {wish}] of state.acks)
    if (wish.verb !== 'comment') expect(items.get(number)?.alarm.handling).not.toBe('closed')
  const alarms = [...items.values()].map((item) => item.alarm)
  const waiting = alarms.filter(({handling, hidden}) => handling === 'new' && !hidden).length
  const {unacked, totals} = state.counts
  expect(unacked[1] + unacked[2] + unacked[3] + unacked[4]).toBe(waiting)
  // What is hidden is hidden from the list, never from the totals.
  const open = alarms.filter(({handling}) => handling !== 'closed')
  expect(totals.new + totals.acked + totals.dispatched).toBe(open.length)
  expect(totals.shelved + totals['out-of-service']).toBe(open.filter(({hidden}) => hidden).length)
  expect(totals.unrouted).toBe(open.filter(({jurisdiction}) => jurisdiction === '').length)
  expect(frame(state, look).length).toBeLessThanOrEqual(state.size.rows)
}

test('alarm monitor: whatever comes, the selection is on the screen and nothing is acknowledged that the platform did not say', () => {
  fc.assert(
    fc.property(fc.array(message, {maxLength: 60}), (messages) => {
      const told = new Map<string, Set<string>>()
      let state = opened(80, 10)
      for (const next of messages) {
        hear(told, next)
        state = update(state, next)
        holds(state, told)
      }
    }),
    {numRuns: 300},
  )
})

test('alarm monitor: while pinned, no row on the screen moves but by a key, a resize or a snapshot', () => {
  const entries = feedMessage.filter(({type}) => type === 'entry' || type === 'head' || type === 'link')
  fc.assert(
    fc.property(fc.array(alarm, {maxLength: 12}), fc.array(entries, {maxLength: 30}), (alarms, messages) => {
      const snapshot = {
        type: 'snapshot' as const,
        position: {epoch: 'e1', seq: 0},
        alarms: alarms.filter(({handling}) => handling !== 'closed'),
        onTest: [],
        handoffs: [],
      }
      let state = update(opened(80, 10), {type: 'feed', messages: [snapshot]})
      state = update(state, {type: 'step', step: 'down'})
      fc.pre(!state.view.follow)
      const ids = (now: State) => visible(now.view, listRows(now), now.items).map(({alarm: shown}) => shown.id)
      const before = ids(state)
      for (const part of messages) state = update(state, {type: 'feed', messages: [part]})
      expect(ids(state).slice(0, before.length)).toEqual(before)
    }),
  )
})

test('alarm monitor: an alarm that nobody acknowledged never leaves but by the word of the platform', () => {
  const entries = fc
    .tuple(fc.integer({min: 1, max: 400}), alarm)
    .map(([seq, told]) => ({type: 'entry' as const, entry: entryOf(seq, told)}))
  fc.assert(
    fc.property(fc.array(entries, {maxLength: 60}), (messages) => {
      let state = opened()
      for (const part of messages) {
        const waiting = [...state.items.values()].flatMap(({alarm: shown}) =>
          shown.handling === 'new' ? [shown.id] : [],
        )
        state = update(state, {type: 'feed', messages: [part]})
        expect(waiting.every((known) => state.items.has(known))).toBe(true)
      }
    }),
  )
})
