/** Acting on alarms over the API: versions, histories, masks that end by the clock, hand-over, and a log of before. */
import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {expect, test} from 'vitest'
import {DEFAULT_POLICY} from '../../src/alarm/policy.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Alarm} from '../../src/model/alarm.ts'
import {alarmOf} from '../support/alarms.ts'
import {manualClock} from '../support/clock.ts'
import {collect} from '../support/collect.ts'
import {testPlatform, testPlatformWithPanel} from '../support/platform.ts'
import {panel, signalOf} from '../support/signals.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {until} from '../support/wait.ts'

const by = safeText('anna')
const reason = safeText('painter in the hall')

test('an action names the version seen: after it fired again it is a conflict, a repeat is none, the history has all of it', async () => {
  const {platform, client} = await testPlatformWithPanel()
  await platform.accept(signalOf())
  const sent = {verb: 'dispatch', unit: safeText('car 7'), id: 1, version: 1, by} as const
  const dispatched = await client.act(sent)
  expect(dispatched).toMatchObject({version: 2, handling: 'dispatched', dispatch: {unit: 'car 7', by: 'anna'}})
  expect(await client.act(sent)).toEqual(dispatched)
  await platform.accept(signalOf())
  await expect(client.act({verb: 'close', as: 'test', id: 1, version: 2, by})).rejects.toMatchObject({
    code: 'CW_CONFLICT',
  })
  await client.act({verb: 'close', as: 'test', id: 1, version: 3, by, comment: safeText('cat')})
  const {entries, complete} = await client.alarmLog(1)
  expect(complete).toBe(true)
  expect(entries.map((entry) => 'change' in entry && entry.change)).toEqual([
    'closed', 'fired-again', 'dispatched', 'raised',
  ]) // biome-ignore format: one story
  await expect(client.alarmLog(7)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
})

test('lists are filtered by state, visibility, priority and routing', async () => {
  const {platform, client} = await testPlatform({acceptUnknown: true})
  await platform.accept(signalOf())
  await platform.accept(signalOf({code: 'AT', zone: '9'}))
  await client.act({verb: 'shelve', reason, forMs: 600_000, id: 1, version: 1, by})
  const ids = async (filter: Parameters<typeof client.alarms>[0]) =>
    (await collect(client.alarms(filter))).map(({id}) => id)
  expect(await ids({visibility: 'hidden'})).toEqual([1])
  expect(await ids({visibility: 'normal'})).toEqual([2])
  expect(await ids({state: 'SHELVED', priority: 2})).toEqual([1])
  expect(await ids({priority: 3})).toEqual([2])
  await client.act({verb: 'route', jurisdiction: 'baltimore.north', id: 2, version: 1, by})
  expect(await ids({unrouted: true})).toEqual([1])
})

test('a mask ends by the clock of the platform: what it hid is in the list again, and watchers are told', async () => {
  const clock = manualClock(Date.UTC(2026, 2, 1))
  const {platform, client} = await testPlatformWithPanel({clock})
  await platform.accept(signalOf())
  const mask = await client.startMask({as: 'out-of-service', reason, by, forMs: 600_000, place: {device: panel.key}})
  expect(mask).toMatchObject({scope: {of: 'account', account: '1234'}, owner: 'anna', deviceName: panel.name})
  expect((await platform.status()).alarms).toMatchObject({new: 1, 'out-of-service': 1})
  clock.advance(600_001)
  await until(async () => {
    clock.advance(1) // whoever began to wait after the jump is woken too
    return (await client.masks()).masks.length === 0
  })
  expect(await client.alarm(1)).not.toHaveProperty('hidden')
  expect((await client.masks({all: true})).masks).toMatchObject([{id: 1, state: 'expired'}])
})

test('two neighbouring zones: proposed for 110, told once, open until the answer', async () => {
  const {platform, client} = await testPlatformWithPanel({policy: DEFAULT_POLICY})
  await platform.accept(signalOf({zone: '3'}))
  await platform.accept(signalOf({zone: '4'}))
  expect(await client.handoffs()).toMatchObject([{id: 1, state: 'proposed', alarms: [2, 1]}])
  const record = {alarm: 1, version: 1, by, how: 'phone', to: safeText('110'), what: safeText('two zones')} as const
  expect(await client.handOver(record)).toMatchObject({state: 'handed', handed: {by: 'anna', how: 'phone'}})
  await expect(client.handOver({...record, alarm: 2, by: safeText('bert')})).rejects.toMatchObject({
    code: 'CW_CONFLICT',
  })
  expect((await platform.status()).handoffs).toEqual({open: 0, unanswered: 1})
  await client.answerHandoff({id: 1, version: 2, by, text: safeText('car sent')})
  expect(await client.handoffs()).toEqual([])
})

test('data of layout 3: what latched and was over waits for its reset, totals are counted anew, histories begin where they can', async () => {
  const folder = join(tempFolder(), 'old')
  mkdirSync(folder)
  const old = new DatabaseSync(join(folder, 'platform.db'))
  old.exec(`
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO meta VALUES ('schema', '3'), ('epoch', 'abc');
    CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO counter VALUES ('alarm:new', 1), ('alarm:acked', 1), ('alarm:closed', 0);
    CREATE TABLE log (
      seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL, entry TEXT NOT NULL
    ) STRICT;
    CREATE TABLE alarm (id INTEGER PRIMARY KEY, key TEXT NOT NULL, handling TEXT NOT NULL, state TEXT NOT NULL) STRICT;
  `)
  const panic = alarmOf(1, {
    category: 'panic',
    latching: true,
    priority: 1,
    condition: 'restored',
    handling: 'acked',
    version: 3,
  })
  const alarms: readonly Alarm[] = [panic, alarmOf(2, {jurisdiction: '', zone: '9'})]
  for (const alarm of alarms) {
    old
      .prepare('INSERT INTO alarm VALUES (?, ?, ?, ?)')
      .run(alarm.id, `k${alarm.id}`, alarm.handling, JSON.stringify(alarm))
    const entry = {seq: alarm.id, at: 1, type: 'action', alarm, change: 'acked', by}
    const row = [alarm.id, 1, 'alarm.acked', `alarm/${alarm.id}`, JSON.stringify(entry)] as const
    old.prepare('INSERT INTO log VALUES (?, ?, ?, ?, ?)').run(...row)
  }
  old.close()
  const {platform, client} = await testPlatform({dataFolder: folder})
  expect((await platform.status()).alarms).toMatchObject({new: 1, acked: 1, latched: 1, unrouted: 1})
  expect(await collect(client.alarms({state: 'LATCHED'}))).toMatchObject([{id: 1, condition: 'latched', version: 3}])
  const {entries, complete} = await client.alarmLog(1)
  expect([entries.length, complete]).toEqual([1, false])
  expect(entries[0]).toMatchObject({alarm: {condition: 'latched'}})
  expect(await client.act({verb: 'reset', id: 1, version: 3, by})).toMatchObject({
    condition: 'restored',
    version: 4,
    previous: 1,
  })
})
