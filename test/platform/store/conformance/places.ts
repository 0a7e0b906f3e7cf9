/** Jurisdictions on any engine: pages of a subtree, and writes on behalf of somebody who is cut to one. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import type {Device, Panel} from '../../../../src/model/device.ts'
import {isWithin} from '../../../../src/model/jurisdiction.ts'
import type {AlarmRows, DeviceRows, Store} from '../../../../src/platform/store/port.ts'
import {panel} from '../../../support/signals.ts'
import {burglary} from '../../../support/store.ts'
import {type Engine, freshStore} from './engine.ts'

/** Neighbours that a careless prefix would take for one: a hyphen sorts before the dot, a digit behind it. */
const PLACES = ['c', 'c.d', 'c.d-e', 'c.d.1', 'c.d.1.x', 'c.d.2', 'c.d1', 'c.e', 'd', '']

const panelAt = (jurisdiction: string, n: number): Panel => ({
  ...panel,
  key: `panel-${String(n).padStart(3, '0')}`,
  account: `AA${String(n).padStart(3, '0')}`,
  jurisdiction,
})

/** Three panels a place, keys mixed over the places. */
const PANELS = Array.from({length: 30}, (_, n) => panelAt(PLACES[n % PLACES.length] ?? '', n))
const BY = safeText('anna')

async function deviceKeys(store: Store, jurisdiction: string, limit: number, account?: string): Promise<string[]> {
  const keys: string[] = []
  let after: string | undefined = ''
  while (after !== undefined) {
    const asked = {kind: 'panel' as const, jurisdiction, after, limit, ...(account === undefined ? {} : {account})}
    const page: DeviceRows = await store.devices(asked)
    expect(page.rows.length).toBeLessThanOrEqual(limit)
    keys.push(...page.rows.map((row) => String(JSON.parse(row).key)))
    after = page.next
  }
  return keys
}

async function alarmPlaces(store: Store, jurisdiction: string, limit: number, all: boolean): Promise<string[]> {
  const found: {id: number; jurisdiction: string}[] = []
  let after: number | undefined = 0
  while (after !== undefined) {
    const page: AlarmRows = await store.alarms({after, limit, all, jurisdiction})
    found.push(...page.rows.map((row) => JSON.parse(row)))
    after = page.next
  }
  expect(found.map(({id}) => id)).toEqual(found.map(({id}) => id).toSorted((a, b) => a - b))
  return found.map((alarm) => alarm.jurisdiction)
}

async function city(engine: Engine): Promise<Store> {
  const store = await freshStore(engine)
  await store.putDevices({devices: PANELS})
  for (const {account} of PANELS) await store.signal(burglary({account}))
  return store
}

export function placeSuite(engine: Engine): void {
  describe('places', () => {
    test.each(PLACES)(
      'devices and alarms of %j: all of the subtree, nothing else, in pages of any length',
      async (place) => {
        const store = await city(engine)
        const wanted = PANELS.filter(({jurisdiction}) => isWithin(jurisdiction, place))
        const keys = wanted.map(({key}) => key).toSorted()
        for (const limit of [1, 2, 3, 100]) {
          expect((await deviceKeys(store, place, limit)).toSorted()).toEqual(keys)
          const places = wanted.map(({jurisdiction}) => jurisdiction).toSorted()
          expect((await alarmPlaces(store, place, limit, false)).toSorted()).toEqual(places)
          expect((await alarmPlaces(store, place, limit, true)).toSorted()).toEqual(places)
        }
        const [first] = wanted
        expect(await deviceKeys(store, place, 5, first?.account)).toEqual([first?.key])
        if (place === '') return
        const counts = await store.countsWithin(place)
        expect(counts).toMatchObject({alarms: {new: wanted.length, acked: 0}, devices: {panel: wanted.length, site: 0}})
      },
    )

    test('closed alarms are left out of the open ones and found with all', async () => {
      const store = await city(engine)
      const {rows} = await store.alarms({after: 0, limit: 1, all: false, jurisdiction: 'c.d.1'})
      const {id, version} = JSON.parse(rows[0] ?? '{}') as {id: number; version: number}
      await store.act({id, version, by: BY, verb: 'close', as: 'test'}, 2_000)
      expect(await alarmPlaces(store, 'c.d.1', 10, false)).toHaveLength(5)
      expect(await alarmPlaces(store, 'c.d.1', 10, true)).toHaveLength(6)
      expect((await store.countsWithin('c.d.1')).alarms).toMatchObject({new: 5, acked: 0})
    })

    test('a device that moves is found and counted at its new place alone', async () => {
      const store = await city(engine)
      const moved = PANELS.find(({jurisdiction}) => jurisdiction === 'c.d.1.x')!
      await store.putDevices({devices: [{...moved, jurisdiction: 'd'}]})
      expect(await deviceKeys(store, 'c.d.1.x', 9)).not.toContain(moved.key)
      expect(await deviceKeys(store, 'd', 9)).toContain(moved.key)
      expect((await store.countsWithin('c.d.1.x')).devices.panel).toBe(2)
      expect((await store.countsWithin('d')).devices.panel).toBe(4)
    })
  })
  describe('on behalf of somebody cut to a jurisdiction', () => {
    const of = (store: Store) => store.by({at: 3_000, scope: 'c.d'})
    const at = (place: string) => PANELS.find(({jurisdiction}) => jurisdiction === place)!

    test('an alarm elsewhere is none, one within is acknowledged', async () => {
      const store = await city(engine)
      const ids = async (place: string) => {
        const {rows} = await store.alarms({after: 0, limit: 99, all: false, jurisdiction: place})
        return rows.map((row) => JSON.parse(row) as {id: number; version: number; jurisdiction: string})
      }
      for (const {id, version, jurisdiction} of await ids('')) {
        const ack = of(store).acknowledge({id, version, by: BY}, 3_000)
        if (isWithin(jurisdiction, 'c.d')) await ack
        else await expect(ack).rejects.toMatchObject({code: 'CW_BAD_VALUE', params: {field: 'alarm'}})
      }
      expect((await store.countsWithin('c.d')).alarms).toMatchObject({new: 0, acked: 12})
      expect((await store.counts()).alarms).toMatchObject({new: 18, acked: 12})
    })

    test.each([
      ['a new device elsewhere', {...panelAt('c.e', 500)}],
      ['a new device of all', {...panelAt('', 500)}],
      ['a new device of the level above', {...panelAt('c', 500)}],
      ['a neighbour whose name begins so', {...panelAt('c.d-e', 500)}],
      ['a device of its own moved elsewhere', {...at('c.d.1'), jurisdiction: 'c.e'}],
      ['a device of others, taken', {...at('c.e'), jurisdiction: 'c.d'}],
      ['a device of others, as it is', at('c.e')],
    ])('%s is refused, and the whole batch with it', async (_what, device: Device) => {
      const store = await city(engine)
      const batch = {devices: [panelAt('c.d.2', 600), device]}
      await expect(of(store).putDevices(batch)).rejects.toMatchObject({code: 'CW_FORBIDDEN'})
      expect(await deviceKeys(store, '', 100)).toEqual(PANELS.map(({key}) => key).toSorted())
    })

    test('an account that a panel elsewhere has is a conflict that does not name that panel', async () => {
      const store = await city(engine)
      const taken = at('c.e')
      const thief = {...panelAt('c.d', 600), account: taken.account}
      const refused = of(store).putDevices({devices: [thief]})
      await expect(refused).rejects.toMatchObject({code: 'CW_CONFLICT'})
      await expect(refused).rejects.not.toThrow(taken.key)
    })

    test('no on-test window elsewhere is begun, extended or ended', async () => {
      const store = await city(engine)
      const window = (account: string) => ({
        at: 3_000,
        request: {account, reason: safeText('drill'), by: BY, forMs: 600_000},
        maxMs: 3_600_000,
        acceptUnknown: true,
      })
      await expect(of(store).startOnTest(window(at('c.e').account))).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      await expect(of(store).startOnTest(window('FFFF'))).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      const {id} = JSON.parse(await store.startOnTest(window(at('c.e').account))) as {id: number}
      const extension = {at: 3_100, request: {id, by: BY, forMs: 900_000}, maxMs: 3_600_000}
      await expect(of(store).extendOnTest(extension)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      await expect(of(store).endOnTest({id, by: BY}, 3_100)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      await of(store).startOnTest(window(at('c.d.1').account))
      expect((await store.onTestWindows({all: false, after: 0, limit: 9, jurisdiction: 'c.d'})).rows).toHaveLength(1)
      expect((await store.onTestWindows({all: false, after: 0, limit: 9, jurisdiction: 'c.e'})).rows).toHaveLength(1)
      expect((await store.counts()).onTest).toBe(2)
    })

    test('a signal for an account elsewhere, or of nobody, brings the whole batch of events down', async () => {
      const store = await city(engine)
      const head = store.head()
      const item = (account: string, id: string) =>
        ({type: 'signal', via: {source: '/drill', id}, write: burglary({account, zone: '9'})}) as const
      for (const account of [at('c.e').account, 'FFFF']) {
        const items = [item(at('c.d').account, '1'), item(account, '2')]
        expect(await of(store).events({at: 3_000, items})).toEqual({type: 'unknown-account', index: 1})
      }
      expect(store.head()).toBe(head)
      const stored = await of(store).events({at: 3_000, items: [item(at('c.d').account, '1')]})
      expect(stored).toMatchObject({type: 'stored', result: {stored: 1}})
    })
  })
}
