/** Acknowledgements on their way, with a platform that answers when the test says so. */
import {expect, onTestFinished, test} from 'vitest'
import {CitywatchError} from '../../../src/lib/errors.ts'
import {safeText} from '../../../src/lib/safe-text.ts'
import type {Alarm} from '../../../src/model/alarm.ts'
import type {AckRequest, AlarmActRequest} from '../../../src/platform/contract.ts'
import {runOutbox} from '../../../src/tui/alarm-watch/outbox.ts'
import {Store} from '../../../src/tui/alarm-watch/store.ts'
import {alarmOf, entryOf, NOON} from '../../support/alarms.ts'
import {manualClock} from '../../support/clock.ts'
import {until} from '../../support/wait.ts'
import {entry, live, lost, watching} from './play.ts'

interface Call {
  readonly request: AckRequest | AlarmActRequest
  readonly answer: (alarm: Alarm) => void
  readonly fail: (error: Error) => void
}

function sending(alarms: readonly Alarm[] = [alarmOf(1)]) {
  const clock = manualClock(NOON)
  const store = new Store(watching(alarms), clock)
  const calls: Call[] = []
  const asked = (request: AckRequest | AlarmActRequest) =>
    new Promise<Alarm>((resolve, reject) => {
      calls.push({request, answer: resolve, fail: reject})
    })
  const feed = {
    url: 'http://127.0.0.1:8030',
    snapshot: () => Promise.reject(new Error('not asked here')),
    async *watch() {},
    ack: asked,
    act: asked,
  }
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  runOutbox(store, feed, safeText('anna'), stop.signal)
  const ackState = (id = 1) => store.state().acks.get(id)?.state
  return {clock, store, calls, stop, ackState}
}

const acked = {...alarmOf(1), version: 2, handling: 'acked' as const, ackedBy: safeText('anna'), ackedVersion: 1}
const gone = new CitywatchError('CW_NO_PLATFORM', {url: 'http://127.0.0.1:8030', detail: 'ECONNRESET'})

test('outbox: names alarm, version and operator, once; acknowledged when the platform has answered', async () => {
  const {store, calls, ackState} = sending()
  store.dispatch({type: 'ack'})
  store.dispatch({type: 'ack'})
  expect(calls.map(({request}) => request)).toEqual([{id: 1, version: 1, by: 'anna'}])
  expect([ackState(), store.state().items.get(1)?.alarm.handling]).toEqual(['sending', 'new'])
  calls[0]?.answer(acked)
  await until(() => ackState() === undefined)
  expect(store.state().items.get(1)?.alarm).toEqual(acked)
})

test('outbox: waits for the line, and sends when it is back', async () => {
  const {store, calls, ackState} = sending()
  store.push(lost)
  store.sample()
  store.dispatch({type: 'ack'})
  expect([calls.length, ackState()]).toEqual([0, 'queued'])
  store.push(live)
  store.sample()
  expect([calls.length, ackState()]).toEqual([1, 'sending'])
})

test('outbox: a reply that never came is asked for again, two seconds later', async () => {
  const {clock, store, calls, ackState} = sending()
  store.dispatch({type: 'ack'})
  calls[0]?.fail(gone)
  await until(() => ackState() === 'queued')
  clock.advance(1_000)
  store.sample()
  expect(calls).toHaveLength(1)
  clock.advance(1_000)
  store.sample()
  expect(calls.map(({request}) => request)).toEqual([calls[0]?.request, calls[0]?.request])
})

test('outbox: a conflict is not sent again by itself', async () => {
  const {clock, store, calls, ackState} = sending()
  store.dispatch({type: 'ack'})
  store.push(entry(entryOf(101, {...alarmOf(1), version: 2, count: 2}, 'fired-again')))
  store.sample()
  calls[0]?.fail(new CitywatchError('CW_CONFLICT', {what: 'alarm 1', detail: 'version 2'}))
  await until(() => ackState() === 'conflict')
  clock.advance(60_000)
  store.sample()
  expect(calls).toHaveLength(1)
})

test('outbox: what the platform refuses is shown as refused', async () => {
  const {store, calls, ackState} = sending()
  store.dispatch({type: 'ack'})
  calls[0]?.fail(new CitywatchError('CW_AUTH', {target: 'platform'}))
  await until(() => ackState() === 'failed')
  expect(store.state().notice).toMatchObject({code: 'ack-failed', detail: 'CW_AUTH platform'})
})

test('outbox: at most four at a time', async () => {
  const alarms = Array.from({length: 6}, (_, index) => alarmOf(index + 1))
  const {store, calls} = sending(alarms)
  for (let index = 0; index < 6; index++) {
    store.dispatch({type: 'ack'})
    store.dispatch({type: 'step', step: 'down'})
  }
  expect(calls).toHaveLength(4)
  calls[0]?.answer(acked)
  await until(() => calls.length === 5)
})

test('outbox: whatever else is decided goes with its verb, and is not sent again when the line breaks', async () => {
  const {clock, store, calls, ackState} = sending()
  store.dispatch({type: 'choose', verb: 'close'})
  store.dispatch({type: 'decide', wish: {verb: 'close', as: 'test'}})
  expect(calls.map(({request}) => request)).toEqual([{id: 1, version: 1, by: 'anna', verb: 'close', as: 'test'}])
  calls[0]?.fail(gone)
  await until(() => ackState() === 'failed')
  clock.advance(60_000)
  store.sample()
  expect(calls).toHaveLength(1)
})

test('outbox: sends nothing after it was stopped', () => {
  const {store, calls, stop} = sending()
  stop.abort()
  store.dispatch({type: 'ack'})
  expect(calls).toHaveLength(0)
})

test('store: a key acts on what is on the screen, not on what has come since', () => {
  const {store, calls} = sending()
  store.push(entry(entryOf(101, alarmOf(7, {priority: 1, raisedAt: NOON}))))
  store.dispatch({type: 'ack'})
  expect(calls.map(({request}) => request.id)).toEqual([1])
})

test('store: looks ten times a second, tells only of changes, and backs off when the terminal is slow', async () => {
  const clock = manualClock(NOON)
  const store = new Store(watching([alarmOf(1)]), clock)
  const stop = new AbortController()
  let changes = 0
  store.subscribe(() => changes++)
  const done = store.run(stop.signal)
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  for (let ms = 0; ms < 900; ms += 100) {
    await turn()
    clock.advance(100)
  }
  await turn()
  expect(changes).toBe(0)
  clock.advance(100)
  await turn()
  expect([changes, store.state().now]).toEqual([1, NOON + 1000])
  clock.advance(300) // 200 ms late: the terminal took that long
  await turn()
  store.push(lost)
  clock.advance(700)
  await turn()
  expect(store.state().link.phase).toBe('live')
  clock.advance(100)
  await turn()
  expect(store.state().link.phase).toBe('lost')
  stop.abort()
  await done
})
