/** Foreign events on any engine: a batch whole or not at all, and each source and id once. */
import {createHash} from 'node:crypto'
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import type {EventItem} from '../../../../src/platform/store/port.ts'
import {eventItem} from '../../../support/events.ts'
import {panel} from '../../../support/signals.ts'
import {burglary} from '../../../support/store.ts'
import {type Engine, freshStore, opened, wholeLog} from './engine.ts'

const signalItem = (id: string, acceptUnknown: boolean): EventItem => ({
  type: 'signal',
  via: {source: safeText('/test'), id: safeText(id)},
  write: {...burglary(), acceptUnknown},
})

export function eventSuite(engine: Engine): void {
  describe('events', () => {
    test('an event that comes again is not stored again: in its batch, in the next, after opening again', async () => {
      const place = await engine.place()
      const first = await opened(place)
      const items = ['a', 'b', 'a'].map(eventItem)
      const [one, two] = await Promise.all([first.events({at: 0, items}), first.events({at: 0, items})])
      expect(one).toEqual({type: 'stored', result: {seq: 2, stored: 2, repeated: 1}})
      expect(two).toEqual({type: 'stored', result: {seq: 2, stored: 0, repeated: 3}})
      await first.close()
      const second = await opened(place)
      expect(await second.events({at: 0, items: ['c', 'b'].map(eventItem)})).toEqual({
        type: 'stored',
        result: {seq: 3, stored: 1, repeated: 1},
      })
      expect((await wholeLog(second)).map(({entry}) => JSON.parse(entry).event.id)).toEqual(['a', 'b', 'c'])
    })

    test('a signal of an unknown account: nothing of its batch is stored, and the item is named', async () => {
      const store = await freshStore(engine)
      const items = [eventItem('a'), signalItem('b', false), eventItem('c')]
      expect(await store.events({at: 0, items})).toEqual({type: 'unknown-account', index: 1})
      expect(store.head()).toBe(0)
      await store.putDevices({devices: [panel]})
      expect(await store.events({at: 0, items})).toMatchObject({type: 'stored', result: {stored: 3, repeated: 0}})
      expect((await store.counts()).alarms).toMatchObject({new: 1, acked: 0})
    })

    test("a panel's message that comes again within a minute leaves no second row, also after opening again", async () => {
      const place = await engine.place()
      const message = createHash('sha256').update('1234 0001').digest('base64url')
      const first = await opened(place)
      const write = (at: number) => ({...burglary(), at, message})
      expect(await Promise.all([first.signal(write(0)), first.signal(write(1))])).toEqual(['stored', 'stored'])
      expect(first.head()).toBe(1)
      await first.close()
      const second = await opened(place)
      for (const at of [59_999, -59_999]) expect(await second.signal(write(at))).toBe('stored')
      expect(second.head()).toBe(1)
      await second.signal(write(60_000)) // by then the panel's numbers may have come round
      await second.signal(burglary()) // and what names no message is never a repetition
      expect(second.head()).toBe(3)
    })

    test('a batch larger than a transaction is taken whole', async () => {
      const store = await freshStore(engine)
      const items = Array.from({length: 4_500}, (_, id) => eventItem(`${id}`))
      expect(await store.events({at: 0, items})).toEqual({
        type: 'stored',
        result: {seq: 4_500, stored: 4_500, repeated: 0},
      })
      expect(await store.events({at: 0, items})).toMatchObject({result: {stored: 0, repeated: 4_500}})
    })
  })
}
