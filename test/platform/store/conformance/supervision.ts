/** Missing devices on any engine: one by one, a place together, on test, and read page by page. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import type {Device} from '../../../../src/model/device.ts'
import type {SupervisionEntry} from '../../../../src/model/log-entry.ts'
import type {Store, SupervisionItem, SupervisionWrite} from '../../../../src/platform/store/port.ts'
import {panel} from '../../../support/signals.ts'
import {type Engine, freshStore, opened, upTo, wholeLog} from './engine.ts'

const camera = (key: string, jurisdiction = '44.4403.440305'): Device => ({
  kind: 'camera',
  key,
  name: safeText(`Camera ${key}`),
  site: 'gate',
  jurisdiction,
})
const item = (id: string, changes: Partial<SupervisionItem> = {}): SupervisionItem => ({
  kind: 'camera',
  id,
  jurisdiction: '44.4403.440305',
  change: 'missing',
  silentMs: 60_000,
  everHeard: true,
  ...changes,
})
const write = (items: readonly SupervisionItem[], changes: Partial<SupervisionWrite> = {}): SupervisionWrite => ({
  at: 100_000,
  announces: true,
  items,
  ...changes,
})

async function story(store: Store): Promise<string[]> {
  const rows = await wholeLog(store)
  return rows.map(({entry, type, subject}) => {
    const {news, onTest} = JSON.parse(entry) as SupervisionEntry
    if (news === undefined) return `${type} ${subject}`
    const who = news.device?.key ?? `${news.devices} of ${news.jurisdiction}`
    return `${type} ${subject}: ${who} ${news.change}, ${news.left} left${onTest ? ` on test #${onTest}` : ''}`
  })
}

const keys = async (store: Store, within = '', limit = 100) =>
  (await store.missing({within, after: '', limit})).rows.map(({key}) => key)

export function supervisionSuite(engine: Engine): void {
  describe('supervision', () => {
    test('a device that is missing has an alarm and a row, one that comes back has neither', async () => {
      const place = await engine.place()
      const first = await opened(place)
      await first.putDevices({devices: [camera('cam-1'), panel]})
      await first.supervise(write([item('cam-1'), item('1234', {kind: 'panel', everHeard: false})]))
      await first.close()
      const store = await opened(place)
      expect((await store.missing({within: '', after: '', limit: 10})).rows).toEqual([
        {
          ...{kind: 'camera', key: 'cam-1', name: 'Camera cam-1', site: 'gate', jurisdiction: '44.4403.440305'},
          ...{since: 100_000, heardAt: 40_000},
        },
        {
          ...{kind: 'panel', key: panel.key, name: panel.name, site: panel.site, account: '1234'},
          ...{jurisdiction: '44.4403.440305', since: 100_000},
        },
      ])
      expect((await store.counts()).alarms).toMatchObject({new: 2, acked: 0})
      await store.supervise(write([item('cam-1', {change: 'restored'})]))
      expect(await keys(store)).toEqual([panel.key])
      expect(await story(store)).toEqual([
        'alarm.raised alarm/1: cam-1 missing, 1 left',
        `alarm.raised alarm/2: ${panel.key} missing, 1 left`,
        'alarm.restored alarm/1: cam-1 restored, 0 left',
      ])
    })

    test('what the log knows already is not written again', async () => {
      const store = await freshStore(engine)
      const lost = write([item('cam-1'), item('cam-2', {group: '44'}), item('cam-3', {change: 'restored'})])
      await store.supervise(lost)
      const {length} = await wholeLog(store)
      await store.supervise(lost)
      expect((await wholeLog(store)).length).toBe(length)
      await store.supervise(write([item('cam-1', {change: 'restored'}), item('cam-2', {change: 'restored'})]))
      const again = await wholeLog(store)
      await store.supervise(write([item('cam-1', {change: 'restored'}), item('cam-2', {change: 'restored'})]))
      expect((await wholeLog(store)).length).toBe(again.length)
      expect(await keys(store)).toEqual([])
    })

    test('devices of a place share one alarm and one entry with their number, however many writes they come in', async () => {
      const store = await freshStore(engine)
      const group = '44.4403.440305'
      const some = (from: number, count: number, changes: Partial<SupervisionItem> = {}) =>
        upTo(count).map((index) => item(`cam-${from + index}`, {group, ...changes}))
      await store.supervise(write(some(0, 400), {announces: false}))
      expect(await wholeLog(store)).toEqual([])
      await store.supervise(write(some(400, 300)))
      await store.supervise(write(some(700, 50)))
      await store.supervise(write(some(0, 100, {change: 'restored'})))
      await store.supervise(write(some(100, 650, {change: 'restored'})))
      expect(await story(store)).toEqual([
        `alarm.raised alarm/1: 700 of ${group} missing, 700 left`,
        `alarm.fired-again alarm/1: 50 of ${group} missing, 750 left`,
        `supervision.restored outage/${group}: 100 of ${group} restored, 650 left`,
        `alarm.restored alarm/1: 650 of ${group} restored, 0 left`,
      ])
      await store.supervise(write(some(0, 20)))
      expect((await story(store)).at(-1)).toBe(`alarm.fired-again alarm/1: 20 of ${group} missing, 20 left`)
    })

    test('sums that the log was not told of are told after a restart', async () => {
      const place = await engine.place()
      const first = await opened(place)
      await first.supervise(write([item('cam-1', {group: '44'}), item('cam-2', {group: '44'})], {announces: false}))
      await first.close()
      const store = await opened(place)
      await store.supervise(write([]))
      await store.supervise(write([]))
      expect(await story(store)).toEqual(['alarm.raised alarm/1: 2 of 44 missing, 2 left'])
    })

    test('a panel on test raises nothing, and raises it when the test is over and it is still missing', async () => {
      const store = await freshStore(engine)
      await store.putDevices({devices: [panel]})
      const by = safeText('anna')
      const request = {account: '1234', reason: safeText('works'), by, forMs: 600_000}
      await store.startOnTest({at: 0, maxMs: 900_000, acceptUnknown: false, request})
      await store.supervise(write([item('1234', {kind: 'panel', group: '44'})]))
      await store.endTestsOfMissing(200_000)
      expect((await store.missing({within: '', after: '', limit: 1})).rows).toMatchObject([{onTest: 1}])
      await store.passOnTestTime(600_000)
      await store.endTestsOfMissing(600_000)
      await store.endTestsOfMissing(600_000)
      expect((await store.missing({within: '', after: '', limit: 1})).rows[0]?.onTest).toBeUndefined()
      expect(await story(store)).toEqual([
        'ontest.started ontest/1',
        `supervision.missing device/panel/${panel.key}: ${panel.key} missing, 1 left on test #1`,
        'ontest.expired ontest/1',
        `alarm.raised alarm/1: ${panel.key} missing, 1 left`,
      ])
    })

    test('one zone on test does not hide that its panel is silent', async () => {
      const store = await freshStore(engine)
      const request = {account: '1234', zones: ['3'], reason: safeText('works'), by: safeText('anna'), forMs: 600_000}
      await store.startOnTest({at: 0, maxMs: 900_000, acceptUnknown: true, request})
      await store.supervise(write([item('1234', {kind: 'panel'})]))
      expect((await store.counts()).alarms.new).toBe(1)
    })

    test('pages are whole and in order, in a subtree and of a kind, and no cursor leads out of it', async () => {
      const store = await freshStore(engine)
      const at = (jurisdiction: string, id: string, kind: 'camera' | 'panel' = 'camera') =>
        item(id, {jurisdiction, kind})
      await store.supervise(
        write([
          at('44.1', 'b'),
          at('44.1', 'a'),
          at('44.1.9', 'c'),
          at('44.1-x', 'd'),
          at('', 'e'),
          at('44.1', 'AAA', 'panel'),
        ]),
      )
      const pages = async (within: string, kind?: 'camera' | 'panel') => {
        const found: string[] = []
        let after: string | undefined = ''
        while (after !== undefined) {
          const page = await store.missing({within, after, limit: 1, ...(kind === undefined ? {} : {kind})})
          found.push(...page.rows.map(({key}) => key))
          after = page.next
        }
        return found
      }
      expect(await pages('')).toEqual(['e', 'd', 'a', 'b', 'c', 'AAA'])
      expect(await pages('44.1')).toEqual(['a', 'b', 'c', 'AAA'])
      expect(await pages('44.1', 'panel')).toEqual(['AAA'])
      expect(await pages('44.1.9')).toEqual(['c'])
      expect(await pages('45')).toEqual([])
      const {next = ''} = await store.missing({within: '', after: '', limit: 1})
      for (const after of [next, 'x', '%', Buffer.from('zone\n44.\nx').toString('base64url')]) {
        await expect(store.missing({within: '44.1', after, limit: 1})).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
      }
    })

    test('a missing device that is moved is listed where it stands now', async () => {
      const store = await freshStore(engine)
      await store.putDevices({devices: [camera('cam-1')]})
      await store.supervise(write([item('cam-1')]))
      await store.putDevices({devices: [camera('cam-1', '31')]})
      expect([await keys(store, '44'), await keys(store, '31')]).toEqual([[], ['cam-1']])
    })
  })
}
