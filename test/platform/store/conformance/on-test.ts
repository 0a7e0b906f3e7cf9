/** On-test windows on any engine: started, extended, ended by hand or by the clock; what lies in them raises nothing. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import type {OnTestWindow} from '../../../../src/model/on-test.ts'
import type {Json} from '../../../../src/platform/json.ts'
import type {Store} from '../../../../src/platform/store/port.ts'
import {burglary} from '../../../support/store.ts'
import {type Engine, freshStore, opened, wholeLog} from './engine.ts'

const by = safeText('anna')
const MINUTE = 60_000
const maxMs = 60 * MINUTE

const start = (store: Store, account: string, at: number, forMs: number) =>
  store.startOnTest({
    at,
    maxMs,
    acceptUnknown: true,
    request: {account, reason: safeText('walk test'), by, forMs},
  })
const parsed = (window: Json<OnTestWindow>): OnTestWindow => JSON.parse(window)

export function onTestSuite(engine: Engine): void {
  describe('on test', () => {
    test('a signal in the window raises nothing, one after its end does', async () => {
      const store = await freshStore(engine)
      const [window] = await Promise.all([
        start(store, '1234', 0, 10 * MINUTE),
        store.signal(burglary()),
        store.signal(burglary({account: '9999'})),
      ])
      expect(parsed(window)).toMatchObject({id: 1, version: 1, account: '1234', endsAt: 10 * MINUTE, state: 'open'})
      await store.signal({...burglary(), at: 11 * MINUTE})
      expect((await wholeLog(store)).map(({subject, type}) => `${subject} ${type}`)).toEqual([
        'ontest/1 ontest.started',
        'account/1234 signal.logged',
        'alarm/1 alarm.raised',
        'alarm/2 alarm.raised',
      ])
    })

    test('the clock warns and ends, and says when it is due next', async () => {
      const place = await engine.place()
      const first = await opened(place)
      expect(await first.passOnTestTime(0)).toBeUndefined()
      await start(first, '1234', 0, 10 * MINUTE)
      await start(first, '9999', 0, 20 * MINUTE)
      expect(await first.passOnTestTime(MINUTE)).toBe(5 * MINUTE)
      expect((await first.counts()).onTest).toBe(2)
      await first.close()
      const store = await opened(place)
      expect(await store.passOnTestTime(5 * MINUTE)).toBe(10 * MINUTE)
      expect(await store.passOnTestTime(11 * MINUTE)).toBe(15 * MINUTE)
      expect((await store.counts()).onTest).toBe(1)
      const states = async (all: boolean, account?: string) => {
        const page = {all, after: 0, limit: 9, ...(account === undefined ? {} : {account})}
        return (await store.onTestWindows(page)).rows.map(parsed).map(({id, state}) => `${id} ${state}`)
      }
      expect(await states(false)).toEqual(['2 open'])
      expect(await states(true)).toEqual(['1 expired', '2 open'])
      expect(await states(true, '1234')).toEqual(['1 expired'])
      expect((await wholeLog(store)).map(({type}) => type)).toEqual([
        'ontest.started',
        'ontest.started',
        'ontest.expiring',
        'ontest.expired',
      ])
    })

    test('a window is extended and ended; what is over is not extended, an overlap and a wrong number are refused', async () => {
      const store = await freshStore(engine)
      await start(store, '1234', 0, 10 * MINUTE)
      await expect(start(store, '1234', 1, 10 * MINUTE)).rejects.toMatchObject({code: 'CW_CONFLICT'})
      const extension = {at: 5 * MINUTE, maxMs, request: {id: 1, by, forMs: 30 * MINUTE}}
      expect(parsed(await store.extendOnTest(extension))).toMatchObject({version: 2, endsAt: 35 * MINUTE})
      expect(parsed(await store.endOnTest({id: 1, by}, 6 * MINUTE))).toMatchObject({version: 3, state: 'ended'})
      expect(parsed(await store.endOnTest({id: 1, by}, 7 * MINUTE))).toMatchObject({version: 3})
      await expect(store.extendOnTest(extension)).rejects.toMatchObject({code: 'CW_CONFLICT'})
      await expect(store.endOnTest({id: 2, by}, 0)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      expect((await store.counts()).onTest).toBe(0)
      expect(parsed(await start(store, '1234', 8 * MINUTE, 10 * MINUTE))).toMatchObject({id: 2})
    })

    test('an account that no panel has goes on test only when that is asked for', async () => {
      const store = await freshStore(engine)
      const request = {account: '1234', reason: safeText('test'), by, forMs: 10 * MINUTE}
      const refused = store.startOnTest({at: 0, maxMs, acceptUnknown: false, request})
      await expect(refused).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      expect(store.head()).toBe(0)
    })
  })
}
