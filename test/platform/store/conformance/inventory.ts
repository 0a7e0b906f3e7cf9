/** The inventory on any engine: batches are whole, accounts are not shared, pages go by key. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import type {Camera, Device, Zone} from '../../../../src/model/device.ts'
import type {DeviceRows, Store} from '../../../../src/platform/store/port.ts'
import {panel} from '../../../support/signals.ts'
import {burglary} from '../../../support/store.ts'
import {type Engine, freshStore, opened} from './engine.ts'

const keysOf = async (store: Store, kind: Device['kind'], limit: number, account?: string): Promise<string[]> => {
  const keys: string[] = []
  let after: string | undefined = ''
  while (after !== undefined) {
    const page: DeviceRows = await store.devices({kind, after, limit, ...(account === undefined ? {} : {account})})
    keys.push(...page.rows.map((row) => String(JSON.parse(row).key)))
    after = page.next
  }
  return keys
}

const zoneOf = (account: string, zone: number): Zone => ({
  ...panel,
  kind: 'zone',
  key: `${account}/0/${zone}`,
  account,
  zone: String(zone),
})

export function inventorySuite(engine: Engine): void {
  describe('inventory', () => {
    test('the zones of an account are one question, and an alarm still finds its panel among them', async () => {
      const store = await freshStore(engine)
      const zones = Array.from({length: 600}, (_, index) => [zoneOf('1234', index), zoneOf('9999', index)]).flat()
      await store.putDevices({devices: [...zones, panel]})
      expect(await keysOf(store, 'zone', 250, '1234')).toEqual(
        Array.from({length: 600}, (_, index) => `1234/0/${index}`).sort(),
      )
      expect((await store.counts()).devices).toEqual({site: 0, camera: 0, panel: 1, zone: 1_200})
      await store.signal({...burglary(), acceptUnknown: false})
      const alarms = (await store.alarms({after: 0, limit: 9, all: false})).rows.map((row) => JSON.parse(row))
      expect(alarms).toMatchObject([{device: panel.key, deviceName: panel.name}])
      expect(await store.signal({...burglary({account: '9999'}), acceptUnknown: false})).toBe('unknown-account')
    })

    test('keys are ordered by their bytes, whatever the language of the machine', async () => {
      const store = await freshStore(engine)
      const keys = ['a', 'B', 'Z', 'z', 'ä', '中', '_', '-', '1', '10', '2', 'a b']
      await store.putDevices({devices: keys.map((key, index) => ({...panel, key, account: `AA0${index}`}))})
      const bytewise = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      expect(await keysOf(store, 'panel', 5)).toEqual(bytewise)
    })

    test('a plan says what a batch would do, by the same rules, and leaves no trace', async () => {
      const store = await freshStore(engine)
      await store.putDevices({devices: [panel]})
      const renamed = {...panel, name: safeText('Harbour Street 5')}
      const devices = [renamed, zoneOf('1234', 1)]
      const [planned, counts] = [await store.planDevices({devices, base: 1}), await store.counts()]
      expect(planned).toEqual({created: 1, updated: 1, unchanged: 0, revision: 1})
      expect(counts.devices).toEqual({site: 0, camera: 0, panel: 1, zone: 0})
      await expect(store.planDevices({devices: [{...panel, key: 'panel-2'}]})).rejects.toMatchObject({
        code: 'CW_CONFLICT',
      })
      expect(await store.putDevices({devices, base: planned.revision})).toEqual({...planned, revision: 2})
    })

    test('what is new, changed and the same is counted, and the revision grows only with a change', async () => {
      const store = await freshStore(engine)
      const put = (...devices: Device[]) => store.putDevices({devices})
      expect(await put(panel)).toEqual({created: 1, updated: 0, unchanged: 0, revision: 1})
      expect(await put(panel)).toEqual({created: 0, updated: 0, unchanged: 1, revision: 1})
      const renamed = {...panel, name: safeText('Harbour Street 5')}
      expect(await put(renamed, zoneOf('1234', 1))).toEqual({created: 1, updated: 1, unchanged: 0, revision: 2})
      const page = await store.devices({kind: 'panel', after: '', limit: 9})
      expect({...page, rows: page.rows.map((row) => JSON.parse(row))}).toEqual({revision: 2, rows: [renamed]})
      await expect(store.putDevices({devices: [panel], base: 1})).rejects.toMatchObject({code: 'CW_CONFLICT'})
    })

    test('a device twice in one batch counts once as new', async () => {
      const store = await freshStore(engine)
      const later = {...panel, name: safeText('later')}
      expect(await store.putDevices({devices: [panel, later, later]})).toMatchObject({
        created: 1,
        updated: 1,
        unchanged: 1,
      })
      expect((await store.counts()).devices.panel).toBe(1)
    })

    test('two panels may swap their accounts in one batch, and not share one', async () => {
      const place = await engine.place()
      const store = await opened(place)
      const [a, b] = [
        {...panel, key: 'a', account: 'AAAA'},
        {...panel, key: 'b', account: 'BBBB'},
      ]
      await store.putDevices({devices: [a, b]})
      const swapped = [
        {...a, account: 'BBBB'},
        {...b, account: 'AAAA'},
      ]
      expect(await store.putDevices({devices: swapped, base: 1})).toEqual({
        created: 0,
        updated: 2,
        unchanged: 0,
        revision: 2,
      })
      const shared = store.putDevices({devices: [{...panel, key: 'c', account: 'AAAA'}]})
      await expect(shared).rejects.toMatchObject({code: 'CW_CONFLICT', params: {detail: 'it belongs to b, c'}})
      await store.signal({...burglary({account: 'AAAA'}), acceptUnknown: false})
      const [alarm] = (await store.alarms({after: 0, limit: 1, all: false})).rows
      expect(JSON.parse(String(alarm)).device).toBe('b')
    })

    test('a batch that is refused at its end leaves nothing of its beginning', async () => {
      const store = await freshStore(engine)
      await store.putDevices({devices: [panel]})
      const [moved, other] = [{...panel, jurisdiction: '99'}, zoneOf('1234', 1)]
      const sharing = store.putDevices({devices: [moved, other, {...panel, key: 'panel-2'}]})
      await expect(sharing).rejects.toMatchObject({code: 'CW_CONFLICT'})
      const elsewhere = store.by({at: 1, scope: '99'}).putDevices({devices: [{...other, jurisdiction: '99'}, moved]})
      await expect(elsewhere).rejects.toMatchObject({code: 'CW_FORBIDDEN'})
      const page = await store.devices({kind: 'panel', after: '', limit: 9})
      expect({...page, rows: page.rows.map((row) => JSON.parse(row))}).toEqual({revision: 1, rows: [panel]})
      expect((await store.counts()).devices).toEqual({site: 0, camera: 0, panel: 1, zone: 0})
    })

    test('batches at the same time are one after the other', async () => {
      const store = await freshStore(engine)
      const cameras = Array.from(
        {length: 500},
        (_, index): Camera => ({
          kind: 'camera',
          key: `camera-${index}`,
          name: panel.name,
          site: panel.site,
          jurisdiction: panel.jurisdiction,
        }),
      )
      const results = await Promise.all(
        [0, 1, 2, 3, 4].map((part) => store.putDevices({devices: cameras.slice(part * 100, part * 100 + 100)})),
      )
      expect(results.map(({created, revision}) => [created, revision])).toEqual([1, 2, 3, 4, 5].map((n) => [100, n]))
      expect((await store.counts()).devices.camera).toBe(500)
    })
  })
}
