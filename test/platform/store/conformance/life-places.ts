/** The life of alarms in jurisdictions: filters together with places, totals of a subtree, and people who are cut to one. */
import {describe, expect, test} from 'vitest'
import {DEFAULT_POLICY} from '../../../../src/alarm/policy.ts'
import {tallied} from '../../../../src/alarm/tally.ts'
import {safeText} from '../../../../src/lib/safe-text.ts'
import type {Alarm} from '../../../../src/model/alarm.ts'
import type {Panel} from '../../../../src/model/device.ts'
import {isWithin} from '../../../../src/model/jurisdiction.ts'
import type {AlarmPageRequest, Store} from '../../../../src/platform/store/port.ts'
import {panel} from '../../../support/signals.ts'
import {burglary} from '../../../support/store.ts'
import type {Engine} from './engine.ts'
import {opened} from './engine.ts'

const BY = safeText('anna')
const NORTH: Panel = {...panel, key: 'north', account: 'AA01', jurisdiction: 'c.n'}
const SOUTH: Panel = {...panel, key: 'south', account: 'AA02', jurisdiction: 'c.s'}

async function pages(store: Store, asked: Partial<AlarmPageRequest>, limit = 2): Promise<Alarm[]> {
  const found: Alarm[] = []
  let after: number | undefined = 0
  while (after !== undefined) {
    const {rows, next}: {rows: readonly string[]; next?: number} = await store.alarms({
      all: false,
      ...asked,
      after,
      limit,
    })
    found.push(...rows.map((row) => JSON.parse(row) as Alarm))
    after = next
  }
  return found
}

/** Per place: alarm acknowledged, shelved, closed as test, over, and a new one; alarms 1 to 5 north, 6 to 10 south. */
async function city(engine: Engine): Promise<Store> {
  const place = await engine.place()
  const store = await opened({open: () => place.open(DEFAULT_POLICY)})
  await store.putDevices({devices: [NORTH, SOUTH]})
  let id = 0
  for (const {account} of [NORTH, SOUTH]) {
    for (const zone of ['1', '20', '40', '80', '81']) await store.signal(burglary({account, zone}))
    const one = {version: 1, by: BY}
    await store.act({...one, id: id + 1, verb: 'ack'}, 2_000)
    await store.act({...one, id: id + 2, verb: 'shelve', reason: BY, forMs: 600_000}, 2_000)
    await store.act({...one, id: id + 3, verb: 'close', as: 'test'}, 2_000)
    await store.signal(burglary({account, zone: '80', qualifier: 'restore'}))
    id += 5
  }
  return store
}

export function lifePlaceSuite(engine: Engine): void {
  describe('the life of alarms in jurisdictions', () => {
    test('a page is what fits every condition, open or closed, whatever its length', async () => {
      const store = await city(engine)
      const ids = async (asked: Partial<AlarmPageRequest>, limit?: number) =>
        (await pages(store, asked, limit)).map(({id}) => id)
      for (const limit of [1, 2, 50]) {
        expect(await ids({jurisdiction: 'c.n', visibility: 'hidden'}, limit)).toEqual([2])
        expect(await ids({jurisdiction: 'c', state: 'RTN-UNACK', priority: 2}, limit)).toEqual([4, 9])
        expect(await ids({jurisdiction: 'c.s', state: 'CLOSED', all: true}, limit)).toEqual([8])
        expect(await ids({all: true, state: 'CLOSED'}, limit)).toEqual([3, 8])
        expect(await ids({all: true, priority: 1}, limit)).toEqual([])
        expect(await ids({jurisdiction: 'c.s', unrouted: true}, limit)).toEqual([])
      }
    })

    test('totals of a subtree are those of its alarms, masks and hand-overs', async () => {
      const store = await city(engine)
      const all = await pages(store, {all: true})
      for (const place of ['c', 'c.n', 'c.s', 'd']) {
        const {alarms, masks, handoffs} = await store.countsWithin(place)
        const within = all.filter(({jurisdiction}) => isWithin(jurisdiction, place))
        expect(alarms).toEqual(tallied(within))
        expect(masks).toBe(within.filter(({hidden}) => hidden).length)
        const {rows} = await store.handoffs({after: 0, limit: 9, all: false, jurisdiction: place})
        expect(handoffs).toEqual({open: rows.length, unanswered: 0})
      }
      expect((await store.countsWithin('c')).handoffs.open).toBeGreaterThan(0)
    })

    test('who is cut to a place neither sees nor touches masks, hand-overs and alarms elsewhere', async () => {
      const store = await city(engine)
      const north = store.by({at: 3_000, scope: 'c.n'})
      const absent = {code: 'CW_BAD_VALUE'}
      await expect(north.act({id: 6, version: 2, by: BY, verb: 'dispatch', unit: BY}, 3_000)).rejects.toMatchObject(
        absent,
      )
      await expect(north.endMask({id: 2, by: BY}, 3_000)).rejects.toMatchObject(absent)
      const place = {account: SOUTH.account}
      const mask = north.startMask({as: 'suppressed', by: BY, reason: BY, place}, 3_000)
      await expect(mask).rejects.toMatchObject({code: expect.stringMatching(/^CW_(BAD_VALUE|FORBIDDEN)$/)})
      const told = {alarm: 6, version: 2, by: BY, how: 'phone', to: BY, what: BY} as const
      await expect(north.handOver(told, 3_000)).rejects.toMatchObject(absent)
      const {rows} = await store.handoffs({after: 0, limit: 9, all: false, jurisdiction: 'c.s'})
      for (const row of rows) {
        const {id, version} = JSON.parse(row) as {id: number; version: number}
        await expect(north.dropHandoff({id, version, by: BY, reason: BY}, 3_000)).rejects.toMatchObject(absent)
      }
      expect(rows.length).toBeGreaterThan(0)
      expect(JSON.parse(await north.act({id: 1, version: 2, by: BY, verb: 'dispatch', unit: BY}, 3_000))).toMatchObject(
        {
          handling: 'dispatched',
        },
      )
      expect(JSON.parse(await north.endMask({id: 1, by: BY}, 3_000))).toMatchObject({state: 'ended'})
    })
  })
}
