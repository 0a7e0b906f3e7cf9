/** Streams and pages that leave something out: what passes comes once and in order, and what does not is said. */

import type {ServerResponse} from 'node:http'
import {PassThrough} from 'node:stream'
import {describe, expect, test} from 'vitest'
import type {SafeText} from '../../src/lib/safe-text.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Panel} from '../../src/model/device.ts'
import type {LogEntry} from '../../src/model/log-entry.ts'
import type {EntryFilter} from '../../src/platform/filter.ts'
import {type Json, json} from '../../src/platform/json.ts'
import {StreamHub} from '../../src/platform/server/stream-hub.ts'
import type {EventLog, LogRow} from '../../src/platform/store/port.ts'
import {coveredBy, openLine, storyOf} from '../support/event-line.ts'
import {testPlatform} from '../support/platform.ts'
import {panel, signalOf} from '../support/signals.ts'
import {until} from '../support/wait.ts'

const upTo = (count: number) => Array.from({length: count}, (_, index) => index + 1)

/** A log that tells its followers of new rows when the test says so: row n is an alarm in `place.<n % 10>`. */
function placedLog() {
  const rows: LogRow[] = []
  let told = 0
  let listener: (rows: readonly LogRow[]) => void = () => {}
  const log: EventLog = {
    epoch: 'e',
    head: () => told,
    floor: async () => 0,
    reaches: async () => true,
    read: async (after, limit) => rows.slice(after, after + limit),
    follow(follower) {
      listener = follower
      return () => {}
    },
  }
  return {
    log,
    write(count: number, text: SafeText = safeText('x')) {
      for (let index = 0; index < count; index++) {
        const seq = rows.length + 1
        const entry = json({seq, text, alarm: {priority: (seq % 4) + 1, jurisdiction: `place.${seq % 10}`}})
        rows.push({seq, at: 0, type: 'alarm.raised', subject: 'alarm/1', entry: entry as unknown as Json<LogEntry>})
      }
    },
    tell() {
      const news = rows.slice(told)
      told = rows.length
      if (news.length > 0) listener(news)
    },
  }
}

function line() {
  const pipe = new PassThrough({highWaterMark: 16 * 1024})
  let text = ''
  return {
    response: pipe as unknown as ServerResponse,
    read: () => pipe.on('data', (chunk) => (text += chunk)),
    story: () => storyOf(text),
  }
}

const THREE: EntryFilter = {jurisdiction: 'place.3'}

describe('hub with filters', () => {
  test('a quiet stream gets one skip a heartbeat, and its cursor keeps up with the head', async () => {
    const {log, write, tell} = placedLog()
    const hub = new StreamHub(log)
    const {response, read, story} = line()
    read()
    hub.add(response, 0, {jurisdiction: 'elsewhere'})
    for (let round = 0; round < 30; round++) {
      write(10)
      tell()
      if (round % 10 === 9) hub.beat()
    }
    await until(() => story().length >= 3)
    hub.beat()
    write(1)
    tell()
    hub.beat()
    await until(() => story().length >= 4)
    expect(story()).toEqual(['skip 1-100', 'skip 101-200', 'skip 201-300', 'skip 301-301'])
  })

  test('skips come before the entry that they lead to', async () => {
    const {log, write, tell} = placedLog()
    const hub = new StreamHub(log)
    const {response, read, story} = line()
    read()
    hub.add(response, 0, THREE)
    write(25)
    tell()
    hub.beat()
    await until(() => story().at(-1) === 'skip 24-25')
    expect(story()).toEqual(['skip 1-2', '3', 'skip 4-12', '13', 'skip 14-22', '23', 'skip 24-25'])
  })

  test('from the disk and then live: entries and skips together have every sequence once', async () => {
    const {log, write, tell} = placedLog()
    const hub = new StreamHub(log)
    const lines = [THREE, {priority: 1}, {types: ['ontest.*']}, undefined].map((filter) => ({filter, ...line()}))
    write(1_234)
    tell()
    for (const {filter, response, read} of lines) {
      read()
      hub.add(response, 0, filter as EntryFilter)
      write(7)
      tell()
    }
    for (let round = 0; round < 50; round++) {
      write(1 + (round % 3))
      tell()
      if (round % 7 === 0) hub.beat()
      await new Promise(setImmediate)
    }
    const last = log.head()
    hub.beat()
    await until(() => lines.every(({story}) => coveredBy(story()).at(-1) === last))
    for (const {story} of lines) expect(coveredBy(story())).toEqual(upTo(last))
    const entries = lines.map(({story}) =>
      story()
        .filter((one) => !one.startsWith('skip'))
        .map(Number),
    )
    expect(entries[0]).toEqual(upTo(last).filter((seq) => seq % 10 === 3))
    expect(entries[1]).toEqual(upTo(last).filter((seq) => seq % 4 === 0))
    expect(entries[2]).toEqual([])
    expect(entries[3]).toEqual(upTo(last))
  })

  test('a filtered watcher that stops reading is bounded, and gets the rest from the log when it reads again', async () => {
    const {log, write, tell} = placedLog()
    const hub = new StreamHub(log)
    const {response, read, story} = line()
    hub.add(response, 0, THREE)
    for (let round = 0; round < 300; round++) {
      write(100, safeText('y'.repeat(1_000)))
      tell()
      if (round % 50 === 0) hub.beat()
    }
    expect(response.writableLength).toBeLessThan(1.2 * 1024 * 1024)
    hub.beat()
    read()
    await until(() => story().at(-1) === 'skip 29994-30000')
    hub.beat()
    write(10)
    tell()
    await until(() => story().at(-1) === '30003')
    expect(coveredBy(story())).toEqual(upTo(30_003))
    const entries = story().filter((one) => !one.startsWith('skip'))
    expect(entries).toEqual(
      upTo(30_003)
        .filter((seq) => seq % 10 === 3)
        .map(String),
    )
  })

  test('a watcher whose next entry the log no longer has is told so: it is not passed over', async () => {
    const {log, write, tell} = placedLog()
    const read = log.read
    log.read = (after, limit) => read(Math.max(after, 500), limit)
    const hub = new StreamHub(log)
    write(1_000)
    tell()
    const {response, read: take, story} = line()
    take()
    hub.add(response, 10, THREE)
    await until(() => story().length > 0)
    expect(story()).toEqual(['reset 1000'])
  })
})

const other: Panel = {...panel, key: 'panel-2', account: '2222', jurisdiction: 'baltimore.north.7'}

/** Six entries: two alarms in central, one in north, an unrouted one, a foreign event, and an opening in north. */
async function city() {
  const {platform, client} = await testPlatform({acceptUnknown: true, heartbeatMs: 60_000})
  await client.putDevices({devices: [panel, other]})
  await platform.accept(signalOf())
  await platform.accept(signalOf({account: '2222'}))
  await platform.accept(signalOf({account: '9999'}))
  const text = safeText('\\"jurisdiction":"baltimore.north.7"')
  await platform.accept(signalOf({zone: '4', text, raw: text}))
  const data = {jurisdiction: 'baltimore.central.111', priority: 1}
  await client.sendEvents({specversion: '1.0', source: 's', id: '1', type: 't', data})
  await platform.accept(signalOf({account: '2222', code: 'OP'}))
  return {platform, client, epoch: (await platform.status()).epoch}
}

const CASES: readonly (readonly [query: string, passing: readonly number[]])[] = [
  ['', [1, 2, 3, 4, 5, 6]],
  ['jurisdiction=baltimore', [1, 2, 4, 6]],
  ['jurisdiction=baltimore.central', [1, 4]],
  ['jurisdiction=baltimore.cent', []],
  ['jurisdiction=baltimore.north.7', [2, 6]],
  ['jurisdiction=@unrouted', [3]],
  ['types=alarm.*', [1, 2, 3, 4]],
  ['types=alarm.raised', [1, 2, 3, 4]],
  ['types=alarm', []],
  ['types=signal.logged', [6]],
  ['types=event.received,ontest.*', [5]],
  ['types=ontest.*&types=event.*', [5]],
  ['priority=1', []],
  ['priority=4', [1, 2, 3, 4]],
  ['jurisdiction=baltimore&types=event.*', []],
]

describe('stream and pages over HTTP', () => {
  test.each(CASES)('%s lets through %j', async (query, passing) => {
    const {platform, epoch} = await city()
    const page = await (await fetch(`${platform.url}/v1/events?after=${epoch}-0&${query}`)).json()
    expect(page.items.map(({seq}: LogEntry) => seq)).toEqual(passing)
    expect(page).toMatchObject({epoch, head: 6, upTo: 6})
    const skipped = (page.skips ?? []).map(({from, to}: {from: number; to: number}) => `skip ${from}-${to}`)
    expect(new Set(coveredBy([...passing.map(String), ...skipped].sort(bySeq)))).toEqual(new Set(upTo(6)))
    const stream = await openLine(`${platform.url}/v1/stream?after=${epoch}-0&${query}`)
    let text = ''
    stream.on('data', (chunk) => (text += chunk))
    await until(() => coveredBy(storyOf(text)).at(-1) === 6)
    expect(coveredBy(storyOf(text))).toEqual(upTo(6))
    expect(storyOf(text).filter((one) => !one.startsWith('skip'))).toEqual(passing.map(String))
  })

  test.each([
    'jurisdiction=',
    'jurisdiction=Baltimore',
    'jurisdiction=a..b',
    'jurisdiction=a&jurisdiction=b',
    'types=',
    'types=*',
    'types=alarm.*.x',
    'types=ALARM',
    `types=${Array.from({length: 17}, (_, index) => `t${index}`).join(',')}`,
    `types=${'x'.repeat(65)}`,
    'priority=0',
    'priority=5',
    'priority=1&priority=2',
    'priority=constructor',
  ])('%s is refused by name, on either: it must not hide anything', async (query) => {
    const {platform} = await testPlatform()
    const {epoch} = await platform.status()
    for (const path of [`/v1/events?after=${epoch}-0&${query}`, `/v1/stream?${query}`]) {
      const response = await fetch(`${platform.url}${path}`)
      expect(response.status).toBe(400)
      const {error} = await response.json()
      expect(error).toMatchObject({code: 'CW_BAD_VALUE', params: {field: query.split('=')[0]}})
    }
  })

  test('a long poll wakes for what passes only, and says what it left out meanwhile', async () => {
    const {platform, epoch} = await city()
    const waiting = fetch(`${platform.url}/v1/events?after=${epoch}-6&wait=60&jurisdiction=baltimore.north`)
    for (let count = 0; count < 40; count++) await platform.accept(signalOf({zone: '5'}))
    await platform.accept(signalOf({account: '2222', zone: '6'}))
    const page = await (await waiting).json()
    expect(page.upTo).toBe(47)
    expect(page.items.map(({seq}: LogEntry) => seq)).toEqual([47])
    expect(page.skips).toEqual([{from: 7, to: 46}])
  })

  test('a page of a filter looks no further than it may, and says how far that was', async () => {
    const {platform, client, epoch} = await city()
    const events = Array.from({length: 2_000}, (_, index) => index)
    for (let batch = 0; batch < 11; batch++) {
      await client.sendEvents(
        events.map((index) => ({specversion: '1.0', source: 's', id: `${batch}-${index}`, type: 't'})),
      )
    }
    await platform.accept(signalOf({account: '2222', zone: '6'}))
    const ask = async (after: number) =>
      (await fetch(`${platform.url}/v1/events?after=${epoch}-${after}&types=alarm.*&jurisdiction=baltimore`)).json()
    const first = await ask(6)
    expect(first).toMatchObject({upTo: 20_006, items: [], skips: [{from: 7, to: 20_006}]})
    const second = await ask(first.upTo)
    expect(second).toMatchObject({upTo: 22_007, items: [{seq: 22_007}], skips: [{from: 20_007, to: 22_006}]})
  })
})

const bySeq = (a: string, b: string) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b))
