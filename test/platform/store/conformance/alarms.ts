/** Alarms on any engine: they follow from the log, and nothing of a refused write stays. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import type {Alarm} from '../../../../src/model/alarm.ts'
import type {AlarmRows, Store} from '../../../../src/platform/store/port.ts'
import {panel} from '../../../support/signals.ts'
import {burglary} from '../../../support/store.ts'
import {type Engine, freshStore, opened, upTo, wholeLog} from './engine.ts'

const by = safeText('anna')

async function allAlarms(store: Store, all = false): Promise<Alarm[]> {
  return (await store.alarms({after: 0, limit: 1_000, all})).rows.map((row) => JSON.parse(row))
}

export function alarmSuite(engine: Engine): void {
  describe('alarms', () => {
    test('one batch sees what it has changed itself: raised, fired again, restored, acknowledged', async () => {
      const store = await freshStore(engine)
      const outcomes = await Promise.all([
        store.signal(burglary()),
        store.signal(burglary()),
        store.signal(burglary({zone: '9'})),
        store.signal(burglary({qualifier: 'restore'})),
        store.acknowledge({id: 1, version: 3, by}, 5),
        store.act({verb: 'close', as: 'false', id: 1, version: 4, by}, 6),
        store.signal(burglary()),
      ])
      expect(JSON.parse(String(outcomes[4]))).toMatchObject({
        id: 1,
        version: 4,
        condition: 'restored',
        handling: 'acked',
      })
      expect((await wholeLog(store)).map(({subject, type}) => `${subject} ${type}`)).toEqual([
        'alarm/1 alarm.raised',
        'alarm/1 alarm.fired-again',
        'alarm/2 alarm.raised',
        'alarm/1 alarm.restored',
        'alarm/1 alarm.acked',
        'alarm/1 alarm.closed',
        'alarm/3 alarm.raised',
      ])
      expect((await store.counts()).alarms).toMatchObject({new: 2, acked: 0})
      expect((await allAlarms(store)).map(({id}) => id)).toEqual([2, 3])
      expect((await allAlarms(store, true)).map(({id, handling}) => `${id} ${handling}`)).toEqual([
        '1 closed',
        '2 new',
        '3 new',
      ])
    })

    test('an alarm is the same one in the next batch and after opening again', async () => {
      const place = await engine.place()
      const first = await opened(place)
      await first.signal(burglary())
      await first.close()
      const store = await opened(place)
      await store.signal(burglary())
      await store.signal(burglary({zone: '9'}))
      expect((await allAlarms(store)).map(({id, count}) => [id, count])).toEqual([
        [1, 2],
        [2, 1],
      ])
    })

    test('an acknowledgement: a repeat writes nothing, another version and an unknown alarm are refused', async () => {
      const store = await freshStore(engine)
      await store.signal(burglary())
      await store.acknowledge({id: 1, version: 1, by}, 5)
      await store.acknowledge({id: 1, version: 1, by}, 6)
      expect(store.head()).toBe(2)
      expect((await store.counts()).alarms).toMatchObject({new: 0, acked: 1})
      await store.signal(burglary())
      await expect(store.acknowledge({id: 1, version: 2, by}, 7)).rejects.toMatchObject({code: 'CW_CONFLICT'})
      await expect(store.acknowledge({id: 2, version: 1, by}, 7)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      expect((await store.counts()).alarms).toMatchObject({new: 1, acked: 0})
    })

    test('a refused write leaves no trace, the others of its batch stand', async () => {
      const store = await freshStore(engine)
      const outcomes = await Promise.allSettled([
        store.signal(burglary()),
        store.acknowledge({id: 77, version: 1, by}, 0),
        store.putDevices({
          devices: [
            {...panel, key: 'a'},
            {...panel, key: 'b'},
          ],
        }),
        store.signal(burglary()),
      ])
      expect(outcomes.map(({status}) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
      expect(store.head()).toBe(2)
      expect((await store.counts()).devices.panel).toBe(0)
      expect(await store.devices({kind: 'panel', after: '', limit: 9})).toEqual({revision: 0, rows: []})
    })

    test('an account that no panel has is refused, and stored when that is asked for', async () => {
      const store = await freshStore(engine)
      expect(await store.signal({...burglary(), acceptUnknown: false})).toBe('unknown-account')
      expect(store.head()).toBe(0)
      expect(await store.signal(burglary())).toBe('stored')
      await store.putDevices({devices: [panel]})
      expect(await store.signal({...burglary({zone: '9'}), acceptUnknown: false})).toBe('stored')
      expect((await allAlarms(store)).map(({device, site}) => [device, site])).toEqual([
        [undefined, ''],
        [panel.key, panel.site],
      ])
    })

    test('pages follow one another by id, with the head that they are true for', async () => {
      const store = await freshStore(engine)
      await Promise.all(upTo(25).map((zone) => store.signal(burglary({zone: `${zone}`}))))
      const ids: number[] = []
      let after: number | undefined = 0
      while (after !== undefined) {
        const page: AlarmRows = await store.alarms({after, limit: 10, all: false})
        expect(page.head).toBe(25)
        ids.push(...page.rows.map((row) => JSON.parse(row).id))
        after = page.next
      }
      expect(ids).toEqual(upTo(25))
    })
  })
}
