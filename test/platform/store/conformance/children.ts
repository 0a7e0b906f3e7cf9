/** What the platforms below told, and what is asked of them: the same on every engine. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import type {Alarm} from '../../../../src/model/alarm.ts'
import type {LogEntry} from '../../../../src/model/log-entry.ts'
import type {AdoptWrite} from '../../../../src/platform/store/child.ts'
import type {Store} from '../../../../src/platform/store/port.ts'
import {signalOf} from '../../../support/signals.ts'
import {burglary} from '../../../support/store.ts'
import {type Engine, freshStore} from './engine.ts'

const by = safeText('anna')
const KEY = '00000000-0000-4000-8000-000000000001'

/** An alarm as the child tells it. */
function alarmThere(id: number, changes: Partial<Alarm> = {}): Alarm {
  const {account, code} = signalOf()
  return {
    ...{id, version: 1, account, code, site: 's', jurisdiction: 'a.b', name: 'Burglary', category: 'burglary'},
    ...{priority: 2, condition: 'active', handling: 'new', latching: false, count: 1},
    ...{raisedAt: id * 1_000, changedAt: id * 1_000, zone: `${id}`},
    ...changes,
  }
}

const raised = (seq: number, alarm: Alarm): LogEntry => ({
  ...{type: 'signal', seq, at: seq * 10, signal: signalOf(), alarm, change: 'raised'},
})
const changed = (seq: number, alarm: Alarm, change: 'acked' | 'closed'): LogEntry => ({
  ...{type: 'action', seq, at: seq * 10, alarm, change, by},
})

function adopt(after: number, upTo: number, entries: readonly LogEntry[], changes: Partial<AdoptWrite> = {}) {
  return {at: 5_000, child: 'north', after: {epoch: 'n', seq: after}, upTo, head: upTo, entries, ...changes}
}

async function alarms(store: Store): Promise<Alarm[]> {
  const {rows} = await store.alarms({after: 0, limit: 100, all: true})
  return rows.map((row) => JSON.parse(row))
}

async function types(store: Store): Promise<string[]> {
  return (await store.read(0, 100)).map(({type}) => type)
}

export function childSuite(engine: Engine): void {
  describe('children', () => {
    test('entries, alarms and cursor enter together, and the same page is not taken twice', async () => {
      const store = await freshStore(engine)
      await store.signal(burglary({zone: '99'}))
      const page = adopt(0, 7, [raised(3, alarmThere(1)), raised(5, alarmThere(2))])
      expect(await store.adopt(page)).toMatchObject({epoch: 'n', seq: 7, head: 7, open: {new: 2, acked: 0}, lost: 0})
      await expect(store.adopt(page)).rejects.toMatchObject({code: 'CW_CONFLICT'})
      const acked = alarmThere(1, {version: 2, handling: 'acked', ackedBy: by, ackedVersion: 1})
      await store.adopt(adopt(7, 8, [changed(8, acked, 'acked')]))
      expect(
        (await alarms(store)).map(({id, handling, origin, version}) => [id, handling, origin?.id, version]),
      ).toEqual([
        [1, 'new', undefined, 1],
        [2, 'acked', 1, 2],
        [3, 'new', 2, 1],
      ])
      expect(await types(store)).toEqual([
        'alarm.raised',
        'child.joined',
        'alarm.raised',
        'alarm.raised',
        'alarm.acked',
      ])
      expect((await store.counts()).alarms).toMatchObject({new: 2, acked: 1})
      expect(await store.openAlarms({})).toEqual({seq: 5, new: 2, acked: 1})
      expect(await store.openAlarms({jurisdiction: 'a'})).toMatchObject({new: 1, acked: 1})
      expect(await store.openAlarms({jurisdiction: ''})).toMatchObject({new: 1, acked: 0})
      expect(await store.openAlarms({jurisdiction: 'a.b.c'})).toEqual({seq: 5, new: 0, acked: 0})
      expect(await store.openAlarms({priority: 1})).toEqual({seq: 5, new: 0, acked: 0})
    })

    test('what is open is compared at the very position that the child counted at', async () => {
      const store = await freshStore(engine)
      const entries = [raised(1, alarmThere(1)), raised(2, alarmThere(2)), raised(3, alarmThere(3))]
      const state = await store.adopt(adopt(0, 3, entries, {tally: {seq: 2, new: 2, acked: 0}}))
      expect(state.check).toMatchObject({seq: 2, there: {new: 2, acked: 0}, here: {new: 2, acked: 0}})
      const uneven = await store.adopt(adopt(3, 4, [], {tally: {seq: 4, new: 4, acked: 0}}))
      expect(uneven.check).toMatchObject({seq: 4, there: {new: 4, acked: 0}, here: {new: 3, acked: 0}})
      await store.adopt(adopt(4, 5, [], {tally: {seq: 5, new: 3, acked: 0}}))
      expect((await types(store)).filter((type) => type.startsWith('child.'))).toEqual([
        'child.joined',
        'child.mismatch',
        'child.reconciled',
      ])
    })

    test('a request is kept until it is answered, once, and shows as done only by what the child tells', async () => {
      const store = await freshStore(engine)
      await store.adopt(adopt(0, 1, [raised(1, alarmThere(7))]))
      const asked = JSON.parse(await store.acknowledge({id: 1, version: 1, by, request: KEY}, 100))
      expect(asked).toMatchObject({handling: 'new', version: 2, pending: {key: KEY, by, version: 1, action: 'ack'}})
      expect(await store.acknowledge({id: 1, version: 1, by, request: KEY}, 100)).toContain('"pending"')
      const [open] = await store.kept('request-open', 'north/', 10)
      expect(JSON.parse(open!.text)).toMatchObject({key: KEY, child: 'north', request: {id: 7, version: 1}})
      await store.answer({at: 200, key: KEY, state: 'confirmed'})
      await store.answer({at: 201, key: KEY, state: 'conflict'})
      expect(await store.kept('request-open', '', 10)).toEqual([])
      expect((await alarms(store))[0]).toMatchObject({handling: 'new', pending: {key: KEY}})
      const acked = alarmThere(7, {version: 2, handling: 'acked', ackedBy: by, ackedVersion: 1})
      await store.adopt(adopt(1, 2, [changed(2, acked, 'acked')]))
      const [after] = await alarms(store)
      expect(after).toMatchObject({handling: 'acked', ackedVersion: 1, origin: {version: 2}})
      expect(after?.pending).toBeUndefined()
      const story = (await types(store)).slice(2)
      expect(story).toEqual(['request.pending', 'request.confirmed', 'alarm.acked'])
    })

    test('after another life of its log nothing is doubled, and what it forgot stays open', async () => {
      const store = await freshStore(engine)
      await store.adopt(adopt(0, 3, [raised(1, alarmThere(1)), raised(2, alarmThere(2)), raised(3, alarmThere(3))]))
      const state = await store.resync({
        ...{at: 6_000, child: 'north', position: {epoch: 'm', seq: 9}, why: safeText('another life')},
        ...{after: {epoch: 'n', seq: 3}, ours: [1, 2, 3]},
        alarms: [alarmThere(1), alarmThere(3, {raisedAt: 77_000})],
        others: [alarmThere(2, {version: 5, handling: 'closed'})],
      })
      expect(state).toMatchObject({epoch: 'm', seq: 9, open: {new: 2, acked: 0}, lost: 1})
      expect((await alarms(store)).map(({id, handling, origin}) => [id, handling, origin?.id, origin?.lost])).toEqual([
        [1, 'new', 1, undefined],
        [2, 'closed', 2, undefined],
        [3, 'new', 3, true],
        [4, 'new', 3, undefined],
      ])
      const [lost] = (await alarms(store)).filter(({origin}) => origin?.lost)
      await store.act({id: 3, version: lost!.version, by, verb: 'close', as: 'test'}, 100)
      expect((await store.kept('child', '', 10)).map(({text}) => JSON.parse(text).lost)).toEqual([0])
      expect((await store.counts()).alarms).toMatchObject({new: 2, acked: 0})
    })

    test('what is kept is read by key, page by page', async () => {
      const store = await freshStore(engine)
      for (const child of ['b', 'a', 'c']) await store.adopt(adopt(0, 1, [], {child}))
      expect((await store.kept('child', '', 2)).map(({key}) => key)).toEqual(['a', 'b'])
      expect((await store.kept('child', 'b', 2)).map(({key}) => key)).toEqual(['c'])
    })
  })
}
