/** Platforms above one another: every entry once, the child's word for its alarms, requests answered by the child alone. */
import {describe, expect, onTestFinished, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Alarm} from '../../src/model/alarm.ts'
import type {LogEntry} from '../../src/model/log-entry.ts'
import type {PlatformClient} from '../../src/platform/client.ts'
import type {ChildStatus} from '../../src/platform/contract.ts'
import type {ChildOptions} from '../../src/platform/federation/child.ts'
import type {Platform, PlatformOptions} from '../../src/platform/server/platform.ts'
import {backUp} from '../../src/platform/store/sqlite/backup.ts'
import {restore} from '../../src/platform/store/sqlite/restore.ts'
import {testPlatform, testPlatformWithPanel} from '../support/platform.ts'
import {panel, signalOf} from '../support/signals.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {until} from '../support/wait.ts'

const by = safeText('anna')
const north = {...panel, key: 'panel-2', account: '2222', jurisdiction: 'baltimore.north.7'}

interface Tier {
  readonly platform: Platform
  readonly client: PlatformClient
  readonly folder: string
}

async function childOf(options: Partial<PlatformOptions> = {}): Promise<Tier> {
  const tier = await testPlatformWithPanel(options)
  await tier.client.putDevices({devices: [north]})
  return tier
}

function parentOf(children: readonly ChildOptions[], options: Partial<PlatformOptions> = {}): Promise<Tier> {
  return testPlatform({children, ...options})
}

async function alarmsOf({client}: Tier, all = false): Promise<Alarm[]> {
  const alarms: Alarm[] = []
  for await (const alarm of client.alarms({all})) alarms.push(alarm)
  return alarms
}

async function entriesOf({platform}: Tier, query = ''): Promise<LogEntry[]> {
  const {epoch} = await platform.status()
  const reply = await fetch(`${platform.url}/v1/events?after=${epoch}-0&limit=2000${query}`)
  return (await reply.json()).items
}

async function childStatus({client}: Tier, name = 'north'): Promise<ChildStatus> {
  const {children} = await client.federation()
  const child = children.find((one) => one.name === name)
  if (child === undefined) throw new Error(`no child ${name}`)
  return child
}

/** Until everything that is in the child's log has come up. */
async function level(parent: Tier, child: Tier, name = 'north'): Promise<void> {
  await until(async () => {
    const {head} = await child.platform.status()
    return ((await childStatus(parent, name)).cursor?.seq ?? -1) >= head
  })
}

/** What the child says of an alarm, without what each platform numbers by itself. */
const story = ({account, zone, condition, handling, count, raisedAt, ackedBy}: Alarm) =>
  [account, zone, condition, handling, count, raisedAt, ackedBy ?? '-'].join(' ')

async function expectSame(parent: Tier, child: Tier): Promise<void> {
  const [above, below] = [await alarmsOf(parent, true), await alarmsOf(child, true)]
  expect(above.map(story).sort()).toEqual(below.map(story).sort())
}

describe('federation', () => {
  test('alarms of a child are here with a number of their own, and change as the child says', async () => {
    const child = await childOf()
    await child.platform.accept(signalOf({zone: '8'}))
    const parent = await parentOf([{name: 'north', url: child.platform.url}], {acceptUnknown: true})
    await level(parent, child)
    await parent.platform.accept(signalOf({zone: '1'}))
    await child.platform.accept(signalOf({zone: '9'}))
    await child.platform.accept(signalOf({zone: '8', code: 'BR', qualifier: 'restore'}))
    await child.client.act({verb: 'close', as: 'false', id: 1, version: 2, by})
    await level(parent, child)
    const alarms = await alarmsOf(parent, true)
    expect(alarms.map(({id, zone, handling, origin}) => [id, zone, handling, origin?.id, origin?.path])).toEqual([
      [1, '8', 'closed', 1, ['north']],
      [2, '1', 'new', undefined, undefined],
      [3, '9', 'new', 2, ['north']],
    ])
    expect(await childStatus(parent)).toMatchObject({link: 'live', here: {new: 1, acked: 0}, lost: 0, requests: 0})
    const entries = await entriesOf(parent, '&types=alarm.*')
    expect(entries.map(({origin}) => origin?.seq)).toEqual([1, undefined, 2, 3, 4])
  })

  test('nothing is taken from below that was not asked for, and the cursor comes to the head all the same', async () => {
    const child = await childOf({acceptUnknown: true})
    const filter = {jurisdiction: 'baltimore.north', priority: 2} as const
    const parent = await parentOf([{name: 'north', url: child.platform.url, filter}])
    for (let zone = 1; zone <= 20; zone++) await child.platform.accept(signalOf({zone: `${zone}`}))
    await child.platform.accept(signalOf({account: '2222'}))
    await child.platform.accept(signalOf({account: '2222', code: 'OP'}))
    await child.platform.accept(signalOf({account: '7777'}))
    await level(parent, child)
    expect((await alarmsOf(parent)).map(({account}) => account)).toEqual(['2222'])
    expect((await entriesOf(parent)).map(({type}) => type)).toEqual(['child', 'signal'])
    await until(async () => (await childStatus(parent)).check?.isEven === true)
    expect((await childStatus(parent)).check).toMatchObject({there: {new: 1, acked: 0}, here: {new: 1, acked: 0}})
  })

  test('an acknowledgement travels down, and shows when the child has told of it', async () => {
    const child = await childOf()
    const parent = await parentOf([{name: 'north', url: child.platform.url}])
    await child.platform.accept(signalOf())
    await level(parent, child)
    const [alarm] = await alarmsOf(parent)
    const reply = await parent.client.ack({id: alarm!.id, version: alarm!.version, by})
    expect(reply).toMatchObject({handling: 'new', pending: {by: 'anna', version: 1, action: 'ack'}})
    await until(async () => (await alarmsOf(parent))[0]?.handling === 'acked')
    const [after] = await alarmsOf(parent)
    expect(after).toMatchObject({handling: 'acked', ackedBy: 'anna', ackedVersion: 1, origin: {version: 2}})
    expect(after?.pending).toBeUndefined()
    expect((await alarmsOf(child))[0]).toMatchObject({handling: 'acked', ackedBy: 'anna', ackedVersion: 1})
    await until(async () => (await entriesOf(parent, '&types=request.*')).length === 2)
    const requests = await entriesOf(parent, '&types=request.*')
    expect(requests.map((entry) => entry.type === 'request' && entry.state)).toEqual(['pending', 'confirmed'])
    // A repeat of what was confirmed is no conflict and asks nobody.
    expect(await parent.client.ack({id: alarm!.id, version: alarm!.version, by})).toMatchObject({handling: 'acked'})
    expect((await childStatus(parent)).requests).toBe(0)
  })

  test('an alarm that fired again below meanwhile is not acknowledged: the request ends as a conflict', async () => {
    const child = await childOf()
    const port = Number(new URL(child.platform.url).port)
    const parent = await parentOf([{name: 'north', url: child.platform.url}])
    await child.platform.accept(signalOf())
    await level(parent, child)
    await child.platform.close()
    const [alarm] = await alarmsOf(parent)
    await parent.client.ack({id: alarm!.id, version: alarm!.version, by})
    await expect(parent.client.ack({id: alarm!.id, version: alarm!.version + 1, by})).rejects.toMatchObject({
      code: 'CW_CONFLICT',
    })
    // The child comes back, and the same zone fires before anything from above reaches it.
    const again = await testPlatform({dataFolder: child.folder, httpPort: port, children: []})
    await again.platform.accept(signalOf())
    await until(async () => (await entriesOf(parent, '&types=request.*')).length === 2)
    const [, answer] = await entriesOf(parent, '&types=request.*')
    if (answer?.type !== 'request') throw new Error('no answer')
    await level(parent, again)
    if (answer.state === 'conflict') expect((await alarmsOf(again))[0]?.handling).toBe('new')
    else expect(answer.state).toBe('confirmed')
    const [after] = await alarmsOf(parent)
    expect(after).toMatchObject({handling: 'new', count: 2})
    expect(after?.pending).toBeUndefined()
    await expectSame(parent, again)
  })

  test('three levels: an alarm rises twice, its acknowledgement travels down twice', async () => {
    const station = await childOf()
    const district = await parentOf([{name: 'station', url: station.platform.url}])
    const city = await parentOf([{name: 'district', url: district.platform.url}])
    await station.platform.accept(signalOf())
    await until(async () => (await alarmsOf(city)).length === 1)
    const [alarm] = await alarmsOf(city)
    expect(alarm?.origin).toEqual({child: 'district', id: 1, version: 1, path: ['district', 'station']})
    await city.client.ack({id: 1, version: 1, by})
    await until(async () => (await alarmsOf(city))[0]?.handling === 'acked')
    for (const tier of [station, district, city]) {
      expect((await alarmsOf(tier))[0]).toMatchObject({handling: 'acked', ackedBy: 'anna'})
    }
    await until(async () => (await childStatus(city, 'district')).requests === 0)
    const states = (await entriesOf(city, '&types=request.*')).map((entry) => entry.type === 'request' && entry.state)
    expect(states).toEqual(['pending', 'confirmed'])
    const [first] = await entriesOf(city, '&types=alarm.raised')
    expect(first?.origin).toMatchObject({child: 'district', origin: {child: 'station', seq: 1}})
    expect(first?.origin?.origin?.origin).toBeUndefined()
  })

  test('a conflict two levels down comes back up', async () => {
    const station = await childOf()
    const district = await parentOf([{name: 'station', url: station.platform.url}])
    const city = await parentOf([{name: 'district', url: district.platform.url}])
    await station.platform.accept(signalOf())
    await until(async () => (await alarmsOf(city)).length === 1)
    await station.platform.close()
    await city.client.ack({id: 1, version: 1, by})
    await until(async () => (await alarmsOf(district))[0]?.pending !== undefined)
    const again = await testPlatform({dataFolder: station.folder})
    await again.platform.accept(signalOf())
    await again.platform.close()
    // Only now does the line from the district to the station come back.
    const port = Number(new URL(station.platform.url).port)
    const last = await testPlatform({dataFolder: station.folder, httpPort: port})
    await until(async () => (await entriesOf(city, '&types=request.*')).length === 2)
    const states = (await entriesOf(city, '&types=request.*')).map((entry) => entry.type === 'request' && entry.state)
    expect(states).toEqual(['pending', 'conflict'])
    await until(async () => (await alarmsOf(city))[0]?.count === 2)
    expect((await alarmsOf(city))[0]).toMatchObject({handling: 'new'})
    expect((await alarmsOf(city))[0]?.pending).toBeUndefined()
    await expectSame(city, last)
  })

  test('a child restored from its backup: nothing doubled, what it forgot stays open here and is handled here', async () => {
    const child = await childOf()
    const port = Number(new URL(child.platform.url).port)
    const parent = await parentOf([{name: 'north', url: child.platform.url}])
    await child.platform.accept(signalOf({zone: '1'}))
    await child.platform.accept(signalOf({zone: '2'}))
    const backup = `${tempFolder()}/monday.db`
    const now = Date.now()
    await backUp({folder: child.folder, file: backup, force: false, now, signal: new AbortController().signal})
    await child.client.ack({id: 1, version: 1, by})
    await child.platform.accept(signalOf({zone: '3'}))
    await level(parent, child)
    await child.platform.close()
    await restore({file: backup, folder: child.folder, now})
    const again = await testPlatform({dataFolder: child.folder, httpPort: port})
    // The number that the forgotten alarm had is given again.
    await again.platform.accept(signalOf({zone: '4'}))
    await until(async () => (await childStatus(parent)).cursor?.epoch === (await again.platform.status()).epoch)
    await level(parent, again)
    const alarms = await alarmsOf(parent)
    expect(alarms.map(({zone, handling, origin}) => [zone, handling, origin?.id, origin?.lost ?? false])).toEqual([
      ['1', 'new', 1, false],
      ['2', 'new', 2, false],
      ['3', 'new', 3, true],
      ['4', 'new', 3, false],
    ])
    expect(await childStatus(parent)).toMatchObject({here: {new: 3, acked: 0}, lost: 1})
    expect((await entriesOf(parent, '&types=child.*')).map((entry) => entry.type === 'child' && entry.change)).toEqual([
      'joined',
      'resynced',
    ])
    const lost = alarms[2]!
    const closed = await parent.client.act({verb: 'close', as: 'test', id: lost.id, version: lost.version, by})
    expect(closed).toMatchObject({handling: 'closed', closed: {as: 'test', by: 'anna'}})
    expect(await childStatus(parent)).toMatchObject({here: {new: 3, acked: 0}, lost: 0})
    await until(async () => (await childStatus(parent)).check?.isEven === true)
  })

  test('a parent that lost its own data takes everything anew', async () => {
    const child = await childOf()
    for (let zone = 1; zone <= 30; zone++) await child.platform.accept(signalOf({zone: `${zone}`}))
    const first = await parentOf([{name: 'north', url: child.platform.url}])
    await level(first, child)
    await first.platform.close()
    const second = await parentOf([{name: 'north', url: child.platform.url}])
    await level(second, child)
    await expectSame(second, child)
  })

  test.each([
    [
      'itself',
      async () => {
        const {platform, client, folder} = await childOf()
        const {url} = platform
        await platform.close()
        const again = await testPlatform({
          dataFolder: folder,
          httpPort: Number(new URL(url).port),
          children: [{name: 'north', url}],
        })
        return {...again, client}
      },
      'this platform itself',
    ],
    [
      'one platform under two names',
      async () => {
        const child = await childOf()
        const {url} = child.platform
        const parent = await parentOf([{name: 'north', url}])
        await level(parent, child)
        await parent.platform.close()
        return parentOf(
          [
            {name: 'south', url},
            {name: 'north', url},
          ],
          {dataFolder: parent.folder},
        ).then((tier) => ({
          ...tier,
          name: 'south',
        }))
      },
      'the same platform as north',
    ],
  ])('a platform that follows %s says so and takes nothing', async (_name, start, words) => {
    const tier = await start()
    const name = 'name' in tier ? String(tier.name) : 'north'
    await until(async () => (await childStatus(tier, name)).link === 'refused')
    expect((await childStatus(tier, name)).detail).toContain(words)
    expect((await childStatus(tier, name)).cursor).toBeUndefined()
  })

  test('two platforms that follow each other: the second step of the round is refused', async () => {
    const one = await childOf()
    const two = await parentOf([{name: 'one', url: one.platform.url}])
    const {url} = one.platform
    await one.platform.accept(signalOf())
    await level(two, one, 'one')
    await one.platform.close()
    const again = await testPlatform({
      dataFolder: one.folder,
      httpPort: Number(new URL(url).port),
      children: [{name: 'two', url: two.platform.url}],
    })
    await until(async () => (await childStatus(again, 'two')).link === 'refused')
    await again.platform.accept(signalOf({zone: '9'}))
    await level(two, again, 'one')
    expect((await alarmsOf(two)).length).toBe(2)
    expect((await alarmsOf(again)).length).toBe(2)
  })

  test('names that are none, or given twice, are refused at the start', async () => {
    const url = 'http://127.0.0.1:1'
    await expect(parentOf([{name: 'a/b', url}])).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    await expect(
      parentOf([
        {name: 'a', url},
        {name: 'a', url},
      ]),
    ).rejects.toMatchObject({code: 'CW_CONFLICT'})
  })

  test('a child that is away: lost and tried again, and the parent serves all the same', async () => {
    const parent = await parentOf([{name: 'north', url: 'http://127.0.0.1:9'}])
    await until(async () => (await childStatus(parent)).link === 'lost')
    expect(await childStatus(parent)).toMatchObject({detail: expect.stringContaining('CW_NO_PLATFORM'), behind: 0})
    onTestFinished(() => parent.platform.close())
  })
})
