import {describe, expect, test} from 'vitest'
import {safeText} from '../../../src/lib/safe-text.ts'
import type {Alarm} from '../../../src/model/alarm.ts'
import {ACK_EXPIRES_MS} from '../../../src/tui/alarm-watch/acks.ts'
import {parseFilter} from '../../../src/tui/alarm-watch/filter.ts'
import {MAX_CLOSED, MAX_ITEMS} from '../../../src/tui/alarm-watch/items.ts'
import {healthOf} from '../../../src/tui/alarm-watch/link.ts'
import type {Message} from '../../../src/tui/alarm-watch/model.ts'
import type {State} from '../../../src/tui/alarm-watch/state.ts'
import {AIM_MS} from '../../../src/tui/alarm-watch/viewport.ts'
import {alarmOf, entryOf, NOON} from '../../support/alarms.ts'
import {signalOf} from '../../support/signals.ts'
import {entry, fed, head, live, lost, opened, play, snapshot, tick, watching} from './play.ts'

const panic = alarmOf(9, {name: 'Hold-up', priority: 1, latching: true})
const three = [alarmOf(1), alarmOf(2, {priority: 4}), panic]
const step = (to: 'up' | 'down' | 'bottom' | 'next-unacked'): Message => ({type: 'step', step: to})
const acked = (alarm: Alarm, by = 'alice'): Alarm => ({
  ...alarm,
  version: alarm.version + 1,
  handling: 'acked',
  ackedBy: safeText(by),
  ackedVersion: alarm.version,
})
const firedAgain = (alarm: Alarm): Alarm => ({
  ...alarm,
  version: alarm.version + 1,
  handling: 'new',
  count: alarm.count + 1,
})
const restored = (alarm: Alarm): Alarm => ({...alarm, version: alarm.version + 1, condition: 'restored'})
const handlingOf = (state: State, id: number) => state.items.get(id)?.alarm.handling
const ackOf = (state: State, id: number) => state.acks.get(id)?.state

describe('alarm monitor: the list', () => {
  test('un-acknowledged first, then by priority, then newest first', () => {
    const old = acked(alarmOf(20, {priority: 1}))
    const {view} = watching([alarmOf(30), old, ...three])
    expect(view).toMatchObject({order: [9, 1, 30, 2, 20], selected: 9, follow: true, top: 0})
  })

  test('a new alarm comes on top while following', () => {
    const state = play(watching(three), fed(entry(entryOf(101, alarmOf(10, {priority: 1, raisedAt: NOON})))))
    expect(state.view).toMatchObject({order: [10, 9, 1, 2], selected: 10, follow: true})
  })

  test('an alarm that chatters keeps its place, one that fires again after an acknowledgement comes up', () => {
    const state = watching([alarmOf(1), acked(alarmOf(5))])
    const chatter = {...firedAgain(alarmOf(1)), changedAt: NOON + 1000}
    const again = {...firedAgain(acked(alarmOf(5))), changedAt: NOON + 2000}
    expect(play(state, fed(entry(entryOf(101, chatter)), entry(entryOf(102, again)))).view.order).toEqual([5, 1])
  })

  test('after the cursor moved no row moves: changes stand in place, new alarms at the end', () => {
    const state = play(watching(three), step('down'))
    const next = play(
      state,
      fed(entry(entryOf(101, alarmOf(10, {priority: 1}))), entry(entryOf(102, acked(panic), 'acked'))),
    )
    expect(next.view).toEqual({...state.view, order: [9, 1, 2, 10], fresh: new Set([10])})
    expect(handlingOf(next, 9)).toBe('acked')
  })

  test('the first alarm of an empty list that was pinned is selected', () => {
    const state = play(watching([]), {type: 'detail'}, fed(entry(entryOf(101, alarmOf(1)))))
    expect(state.view).toMatchObject({order: [1], selected: 1, follow: false})
  })

  test('g goes to the top and follows again, with what came meanwhile', () => {
    const pinned = play(watching(three), step('down'), fed(entry(entryOf(101, alarmOf(10, {priority: 1})))))
    expect(play(pinned, {type: 'follow'}).view).toMatchObject({order: [9, 10, 1, 2], follow: true, fresh: new Set()})
  })

  test('an entry that comes twice changes nothing', () => {
    const once = play(watching(three), fed(entry(entryOf(101, acked(panic), 'acked'))))
    expect(play(once, fed(entry(entryOf(101, alarmOf(9)))))).toEqual(once)
  })

  test('an older version does not overwrite a newer one', () => {
    const state = play(watching([acked(panic)]), fed(entry(entryOf(101, panic))))
    expect(handlingOf(state, 9)).toBe('acked')
  })

  test('signals without an alarm are counted as logged, refusals as refused', () => {
    const logged = {type: 'signal', seq: 101, at: NOON, signal: signalOf({code: 'RP'})} as const
    const refusal = {
      type: 'refusal',
      seq: 102,
      at: NOON,
      from: safeText('10.0.0.9'),
      reason: safeText('bad CRC'),
    } as const
    const state = play(watching(three), fed(entry(logged), entry(refusal)))
    expect(state).toMatchObject({logged: 1, refusals: 1, lastRefusal: refusal, position: {epoch: 'e1', seq: 102}})
    expect(state.items.size).toBe(3)
  })

  test('of too many alarms only those leave that are over and acknowledged', () => {
    const many = Array.from({length: MAX_ITEMS + 10}, (_, index) => alarmOf(index + 1, {priority: 4}))
    const over = many.slice(0, 5).map((alarm) => ({...restored(acked(alarm)), changedAt: NOON + alarm.id}))
    const state = watching([...over, ...many.slice(5)])
    expect(state.counts).toMatchObject({unacked: {1: 0, 2: 0, 3: 0, 4: MAX_ITEMS + 5}, acked: 0, closed: 0})
  })

  test('closed alarms are kept until there are too many; the longest closed go first', () => {
    const closed = Array.from({length: MAX_CLOSED + 3}, (_, index) =>
      alarmOf(index + 1, {handling: 'closed', changedAt: NOON + index, version: 2}),
    )
    const entries = closed.map((alarm, index) => entry(entryOf(101 + index, alarm, 'closed')))
    const state = play(watching([panic]), {type: 'follow'}, fed(...entries))
    expect(state.counts.closed).toBe(MAX_CLOSED)
    expect([1, 2, 3, 4].map((id) => state.items.has(id))).toEqual([false, false, false, true])
    expect(state.items.has(9)).toBe(true)
  })
})

describe('alarm monitor: filter and scope', () => {
  const cases: readonly [filter: string, shown: readonly number[]][] = [
    ['', [9, 1, 2, 3]],
    ['harbour', [9, 1, 2]],
    ['!harbour', [9, 3]],
    ['p:4', [9, 2, 3]],
    ['zone:3 !p:4', [9, 1]],
    ['area:north', [9, 3]],
    ['unknown:field', [9]],
    ['!', [9, 1, 2, 3]],
    ['ROLAND', [9, 3]],
  ]
  test.each(cases)('%j shows %j: panic always', (text, shown) => {
    const north = alarmOf(3, {deviceName: safeText('Roland Avenue'), jurisdiction: 'baltimore.north', priority: 4})
    const state = play(watching([...three, north]), {type: 'filter'}, {type: 'filter-text', text})
    expect(state.view.order).toEqual(shown)
  })

  test('Esc brings the filter back that was there before', () => {
    const kept = play(watching(three), {type: 'filter'}, {type: 'filter-text', text: 'p:4'}, {type: 'filter-done'})
    const typed = play(kept, {type: 'filter'}, {type: 'filter-text', text: 'p:2'})
    expect(play(typed, {type: 'escape'})).toEqual(kept)
    expect(play(kept, {type: 'escape'}).filter).toEqual(parseFilter(''))
  })

  test('a scope hides other jurisdictions, but no panic', () => {
    const here = alarmOf(1)
    const there = alarmOf(2, {jurisdiction: 'baltimore.north'})
    const state = play(opened(80, 24, 'baltimore.central'), fed(snapshot([here, there, {...panic, jurisdiction: ''}])))
    expect(state.view.order).toEqual([9, 1])
  })
})

describe('alarm monitor: the line', () => {
  const heard = watching(three)
  const cases: readonly [name: string, health: string, state: State][] = [
    ['before anything was heard', 'CONNECTING', opened()],
    ['after the first try failed', 'OFFLINE', play(opened(), fed(lost))],
    ['while the platform speaks', 'LIVE', heard],
    ['14 s after the last heartbeat', 'LIVE', play(heard, tick(14))],
    ['15 s after the last heartbeat', 'STALE', play(heard, tick(15))],
    ['29 s after the last heartbeat', 'STALE', play(heard, tick(29))],
    ['30 s after the last heartbeat', 'OFFLINE', play(heard, tick(30))],
    ['as soon as the line is lost', 'STALE', play(heard, fed(lost))],
    ['when the clock was set back', 'LIVE', play(heard, tick(-3600))],
    ['after a heartbeat brought it back', 'LIVE', play(heard, tick(40), fed(lost, live, head(100)))],
  ]
  test.each(cases)('%s: %s', (_name, health, state) => {
    expect(healthOf(state.link, state.now)).toBe(health)
  })

  test('the reason of the loss stays while the line is being mended', () => {
    const connecting = {type: 'link', link: 'connecting', detail: safeText('http://127.0.0.1:8030')} as const
    expect(play(heard, fed(lost, connecting)).link).toMatchObject({
      phase: 'connecting',
      detail: 'CW_NO_PLATFORM ECONNREFUSED',
    })
  })

  test('a reset shows the gap until it is dismissed; the new snapshot replaces everything', () => {
    const reset = {type: 'reset', position: {epoch: 'e2', seq: 5}} as const
    const queued = play(heard, tick(3), fed(lost), {type: 'ack'})
    const state = play(queued, tick(10), fed(reset), tick(12), fed(snapshot([alarmOf(1)], 5, 'e2')))
    expect(state).toMatchObject({gap: {from: NOON, to: NOON + 12_000}, acks: new Map(), notice: {code: 'log-replaced'}})
    expect(state.view).toMatchObject({order: [1], selected: 1})
    expect(play(state, {type: 'escape'}).gap).toBeUndefined()
  })

  test('a snapshot of the same log removes what it no longer has, in its place for the rest', () => {
    const pinned = play(heard, step('bottom'))
    const state = play(pinned, fed(snapshot([panic, alarmOf(2, {priority: 4})], 150)))
    expect(state.view).toMatchObject({order: [9, 2], selected: 2, follow: false})
  })
})

describe('alarm monitor: acknowledging', () => {
  const asked = play(watching(three), {type: 'ack'})
  const sent = play(asked, {type: 'ack-sent', id: 9})
  const refused = (why: 'conflict' | 'failed' | 'unreachable'): Message => ({
    type: 'ack-refused',
    id: 9,
    why,
    detail: safeText('because'),
  })

  test('is queued, then sending, and acknowledged only on the word of the platform', () => {
    expect([ackOf(asked, 9), handlingOf(asked, 9)]).toEqual(['queued', 'new'])
    expect([ackOf(sent, 9), handlingOf(sent, 9)]).toEqual(['sending', 'new'])
    const done = play(sent, {type: 'ack-done', id: 9, alarm: acked(panic)})
    expect([ackOf(done, 9), handlingOf(done, 9), done.view.order]).toEqual([undefined, 'acked', [1, 2, 9]])
  })

  test('names the version that the operator saw', () => {
    expect(asked.acks.get(9)).toEqual({
      state: 'queued', version: 1, count: 1, at: NOON, wish: {verb: 'ack'}, detail: '', retryAt: NOON,
    }) // biome-ignore format: one acknowledgement
  })

  test('a conflict is shown and asks to look and acknowledge anew', () => {
    const state = play(sent, fed(entry(entryOf(101, firedAgain(panic), 'fired-again'))), refused('conflict'))
    expect([ackOf(state, 9), handlingOf(state, 9), state.notice?.code]).toEqual(['conflict', 'new', 'ack-conflict'])
    expect(play(state, {type: 'ack'}).acks.get(9)).toMatchObject({state: 'queued', version: 2, count: 2})
  })

  test('one that waits for the line becomes a conflict when the alarm fires again', () => {
    expect(ackOf(play(asked, fed(entry(entryOf(101, firedAgain(panic), 'fired-again')))), 9)).toBe('conflict')
  })

  test('that the condition ended meanwhile is no conflict: the newer version is named', () => {
    const waiting = play(asked, fed(entry(entryOf(101, restored(panic), 'restored'))))
    expect(waiting.acks.get(9)).toMatchObject({state: 'queued', version: 2})
    const answered = play(sent, fed(entry(entryOf(101, restored(panic), 'restored'))), refused('conflict'))
    expect(answered.acks.get(9)).toMatchObject({state: 'queued', version: 2})
  })

  test('without a line it waits, is tried again, and expires after ten minutes', () => {
    const state = play(sent, refused('unreachable'))
    expect(state.acks.get(9)).toMatchObject({state: 'queued', retryAt: NOON + 2_000})
    expect(ackOf(play(state, {type: 'tick', now: NOON + ACK_EXPIRES_MS - 1}), 9)).toBe('queued')
    expect(ackOf(play(state, {type: 'tick', now: NOON + ACK_EXPIRES_MS}), 9)).toBe('expired')
  })

  test('a refusal is shown with its reason', () => {
    expect(play(sent, refused('failed'))).toMatchObject({notice: {code: 'ack-failed', detail: 'because'}})
  })

  test('by somebody else ends ours, and says by whom', () => {
    const state = play(asked, fed(entry(entryOf(101, {...acked(firedAgain(panic), 'bob')}, 'acked'))))
    expect(state).toMatchObject({acks: new Map(), notice: {code: 'acked-elsewhere', detail: 'bob'}})
  })

  test('is refused when another alarm has just come under the cursor', () => {
    const moved = play(watching(three), tick(1), fed(entry(entryOf(101, alarmOf(10, {priority: 1, raisedAt: NOON})))))
    expect(play(moved, {type: 'ack'})).toMatchObject({acks: new Map(), notice: {code: 'row-moved'}})
    const looked = play(moved, {type: 'tick', now: NOON + 1000 + AIM_MS}, {type: 'ack'})
    expect([...looked.acks.keys()]).toEqual([10])
    expect([...play(moved, step('down'), {type: 'ack'}).acks.keys()]).toEqual([9])
  })

  test('does nothing, with a reason, for what is acknowledged, on its way, or not there', () => {
    const code = (state: State) => play(state, {type: 'ack'}).notice?.code
    expect(code(watching([acked(panic)]))).toBe('not-new')
    expect(code(sent)).toBe('pending')
    expect(code(watching([]))).toBe('nothing-selected')
  })
})

describe('alarm monitor: reset', () => {
  test('asks first, names the version, and is sent only on y', () => {
    const asked = play(watching([acked(panic)]), {type: 'reset'})
    expect([asked.mode, asked.acks.size]).toEqual([{type: 'reset', id: 9, version: 2}, 0])
    expect(play(asked, {type: 'escape'})).toMatchObject({mode: {type: 'list'}, acks: new Map()})
    expect(play(asked, {type: 'yes'}).acks.get(9)).toMatchObject({state: 'queued', version: 2, wish: {verb: 'reset'}})
  })

  test('is not sent when the alarm changed while the question stood', () => {
    const asked = play(watching([acked(panic)]), {type: 'reset'})
    const changed = play(asked, fed(entry(entryOf(101, firedAgain(acked(panic))))), {type: 'yes'})
    expect(changed).toMatchObject({acks: new Map(), notice: {code: 'changed-meanwhile'}})
  })

  test('is never queued while the line is down', () => {
    const down = play(watching([acked(panic)]), fed(lost))
    expect(play(down, {type: 'reset'})).toMatchObject({mode: {type: 'list'}, notice: {code: 'needs-line'}})
    const asked = play(watching([acked(panic)]), {type: 'reset'}, {type: 'yes'}, {type: 'ack-sent', id: 9})
    const failed = play(asked, {type: 'ack-refused', id: 9, why: 'unreachable', detail: safeText('gone')})
    expect(ackOf(failed, 9)).toBe('failed')
  })
})
