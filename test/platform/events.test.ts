/** POST /v1/events: foreign events enter once, whole and harmless; signals among them raise as a panel's would. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {request} from 'undici'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type CloudEvent, EVENT_BATCH_MEDIA_TYPE, EVENT_MEDIA_TYPE} from '../../src/platform/contract.ts'
import {type Platform, startPlatform} from '../../src/platform/server/platform.ts'
import {entryLine} from '../../src/tui/alarm-watch/plain-line.ts'
import {realClock as clock} from '../support/clock.ts'
import {testPlatform, testPlatformWithPanel} from '../support/platform.ts'
import {signalOf} from '../support/signals.ts'

const door: CloudEvent = {
  specversion: '1.0',
  source: '/doors/7',
  id: 'a1',
  type: 'com.example.door',
  data: {open: true},
}
const burglary: CloudEvent = {...door, id: 'b1', type: 'org.citywatch.signal', data: signalOf()}

async function post(platform: Platform, body: unknown, type = 'application/json') {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await request(`${platform.url}/v1/events`, {
    method: 'POST',
    headers: {'content-type': type},
    body: text,
  })
  const {statusCode: status, headers} = response
  return {status, headers, reply: JSON.parse(await response.body.text())}
}

/** Everything in the log, as a client reads it. */
async function entriesOf(client: Awaited<ReturnType<typeof testPlatform>>['client'], count: number) {
  const {epoch} = await client.status()
  const stop = new AbortController()
  const entries = []
  for await (const message of client.watch({epoch, seq: 0}, {clock, signal: stop.signal})) {
    if (message.type === 'entry' && entries.push(message.entry) === count) break
  }
  return entries
}

test('an event is answered with 202 and its place in the log, and watchers get it', async () => {
  const {platform, client} = await testPlatform()
  const full = {
    ...door,
    subject: 'back door',
    time: '2026-01-31T23:59:59.5+01:00',
    datacontenttype: 'application/json',
    dataschema: null,
    floor: 3,
  }
  const {status, reply} = await post(platform, full, EVENT_MEDIA_TYPE)
  const {epoch} = await platform.status()
  expect({status, reply}).toEqual({status: 202, reply: {epoch, seq: 1, stored: 1, repeated: 0}})
  const [entry] = await entriesOf(client, 1)
  expect(entry).toEqual({
    seq: 1,
    at: expect.any(Number),
    type: 'event',
    event: {
      source: '/doors/7',
      id: 'a1',
      type: 'com.example.door',
      subject: 'back door',
      occurredAt: Date.UTC(2026, 0, 31, 22, 59, 59, 500),
      dataContentType: 'application/json',
      data: {open: true},
      extensions: {floor: 3},
    },
  })
  expect((await platform.status()).alarms).toMatchObject({new: 0, acked: 0})
})

test('watch lines show an event: its type, subject, source and id', () => {
  const event = {source: '/doors/7', id: 'a1', type: 'com.example.door', subject: 'back'}
  const entry = {type: 'event', seq: 1, at: 0, event} as const
  expect(entryLine(entry, 'e-1', 'tsv')).toEqual([
    '1970-01-01T00:00:00.000Z\tevent\t\t\t\t\t\tcom.example.door\tback\t/doors/7\t\t\t\ta1',
  ])
  expect(JSON.parse(entryLine(entry, 'e-1', 'jsonl')[0] ?? '')).toEqual({position: 'e-1', ...entry})
})

describe('once', () => {
  test('a repeat is answered alike and writes nothing, also within a batch; another source is another event', async () => {
    const {platform, client} = await testPlatform()
    expect(await client.sendEvents([door, door])).toMatchObject({seq: 1, stored: 1, repeated: 1})
    expect(await client.sendEvents({...door, data: 'other'})).toMatchObject({seq: 1, stored: 0, repeated: 1})
    expect(await client.sendEvents([{...door, source: '/doors/8'}, door])).toMatchObject({
      seq: 2,
      stored: 1,
      repeated: 1,
    })
    expect((await platform.status()).head).toBe(2)
  })

  test('a repeat is recognised by a platform that was started anew on the same folder', async () => {
    const first = await testPlatform()
    await first.client.sendEvents([door, {...door, id: 'a2'}])
    await first.platform.close()
    const second = await testPlatform({dataFolder: first.folder})
    expect(await second.client.sendEvents(door)).toMatchObject({seq: 1, stored: 0, repeated: 1})
    expect(await second.client.sendEvents({...door, id: 'a3'})).toMatchObject({seq: 3, stored: 1})
  })

  test('two that send the same event at the same time store it once', async () => {
    const {platform, client} = await testPlatform()
    const replies = await Promise.all(Array.from({length: 20}, () => client.sendEvents(door)))
    expect(replies.map(({seq}) => seq)).toEqual(replies.map(() => 1))
    expect(replies.reduce((sum, {stored}) => sum + stored, 0)).toBe(1)
    expect((await platform.status()).head).toBe(1)
  })
})

describe('signals', () => {
  test('a signal raises an alarm as a panel does, says what brought it, and only once', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await client.sendEvents(burglary)
    await client.sendEvents(burglary)
    expect(await client.alarm(1)).toMatchObject({code: 'BA', handling: 'new', device: 'panel-1', count: 1})
    expect((await entriesOf(client, 1))[0]).toMatchObject({
      type: 'signal',
      signal: signalOf(),
      change: 'raised',
      via: {source: '/doors/7', id: 'b1'},
    })
    const restore = {...burglary, id: 'b2', data: signalOf({code: 'BR', qualifier: 'restore'})}
    await client.sendEvents(restore)
    expect(await client.alarm(1)).toMatchObject({condition: 'restored'})
    expect((await platform.status()).head).toBe(2)
  })

  test('one of an unknown account refuses its whole batch, and operators see that it was refused', async () => {
    const {platform, client} = await testPlatformWithPanel()
    const stranger = {...burglary, id: 'b9', data: signalOf({account: 'FEED'})}
    expect(await post(platform, [door, burglary, stranger])).toMatchObject({
      status: 400,
      reply: {error: {code: 'CW_BAD_VALUE', params: {field: 'events[2].data.account', value: '"FEED"'}}},
    })
    expect(await entriesOf(client, 1)).toMatchObject([{type: 'refusal', from: 'account FEED'}])
    expect(await platform.status()).toMatchObject({head: 1, refused: 1, alarms: {new: 0}})
    expect(await client.sendEvents([door, burglary])).toMatchObject({stored: 2, seq: 3})
  })

  test('a platform that takes unknown accounts takes their signals by event too', async () => {
    const {client} = await testPlatform({acceptUnknown: true})
    expect(await client.sendEvents(burglary)).toMatchObject({stored: 1})
    expect(await client.alarm(1)).toMatchObject({jurisdiction: ''})
  })
})

describe('hostile events', () => {
  const deep = `${'['.repeat(40)}${']'.repeat(40)}`
  const withSignal = (changes: object) => ({...burglary, data: {...signalOf(), ...changes}})
  let platform: Platform
  beforeAll(async () => {
    platform = await startPlatform({host: '127.0.0.1', httpPort: 0, dc09Port: 0, dataFolder: folder, clock})
  })
  afterAll(async () => {
    await platform.close()
    rmSync(folder, {recursive: true})
  })
  const folder = mkdtempSync(join(tmpdir(), 'citywatch-test-'))

  test.each([
    ['no event', {}, 'specversion'],
    ['an empty batch', [], 'events'],
    ['another version', {...door, specversion: '0.3'}, 'specversion'],
    ['no source', {...door, source: undefined}, 'source'],
    ['an empty id', {...door, id: ''}, 'id'],
    ['an id as a number', {...door, id: 5}, 'id'],
    ['an id with an escape', {...door, id: '\u001b[2J'}, 'id'],
    ['an id of 257 characters', {...door, id: 'x'.repeat(257)}, 'id'],
    ['members by prototype', '{"__proto__":{"specversion":"1.0"}}', 'specversion'],
    ['a day that does not exist', {...door, time: '2026-13-01T00:00:00Z'}, 'time'],
    ['a time without a zone', {...door, time: '2026-01-01T00:00:00'}, 'time'],
    ['data twice', {...door, data_base64: 'AAAA'}, 'data_base64'],
    ['base64 that is none', {...door, data: null, data_base64: 'A'}, 'data_base64'],
    ['data without end', JSON.stringify(door).replace('{"open":true}', deep), 'data'],
    ['too many values', {...door, data: Array.from({length: 5_000}, () => 0)}, 'data'],
    ['a text too long', {...door, data: {note: 'x'.repeat(9_000)}}, 'data.note'],
    ['a name with an escape', {...door, data: {'\u001b': 1}}, 'data'],
    ['a name that is a trap', JSON.stringify(door).replace('"open"', '"__proto__"'), 'data'],
    ['too large', {...door, data: Array.from({length: 10}, () => 'x'.repeat(8_000))}, 'event'],
    ['an extension with a capital', {...door, Floor: 1}, 'Floor'],
    ['an extension that is an object', {...door, floor: {}}, 'floor'],
    ['the second is bad', [door, {...door, id: 'a2', type: 5}], 'events[1].type'],
    ['a signal of nothing', {...burglary, data: undefined}, 'data'],
    ['a signal in lower case', withSignal({account: 'abcd'}), 'data.account'],
    ['a signal of no code', withSignal({code: 'burglary'}), 'data.code'],
    ['a signal with a leading zero', withSignal({zone: '003'}), 'data.zone'],
  ])('%s is refused by name, and changes nothing', async (_name, body, field) => {
    expect(await post(platform, body)).toMatchObject({
      status: 400,
      reply: {error: {code: 'CW_BAD_VALUE', params: {field}}},
    })
    expect((await platform.status()).head).toBe(0)
  })
})

describe('media types', () => {
  test.each([
    [[door], EVENT_MEDIA_TYPE, 400],
    [door, EVENT_BATCH_MEDIA_TYPE, 400],
    [[door], EVENT_BATCH_MEDIA_TYPE, 202],
    [door, `${EVENT_MEDIA_TYPE}; charset=UTF-8`, 202],
    [[door], 'application/json', 202],
    [door, 'text/plain', 415],
    [door, 'application/cloudevents', 415],
  ])('%j as %s answers %d', async (body, type, status) => {
    const {platform} = await testPlatform()
    expect((await post(platform, body, type)).status).toBe(status)
    expect((await platform.status()).head).toBe(status === 202 ? 1 : 0)
  })

  test('a type of events opens no other route', async () => {
    const {platform} = await testPlatform()
    const {statusCode, body} = await request(`${platform.url}/v1/devices`, {
      method: 'POST',
      headers: {'content-type': EVENT_MEDIA_TYPE},
      body: '{"devices":[]}',
    })
    await body.dump()
    expect(statusCode).toBe(415)
  })
})

test('escapes and invisible characters in data come out as pictures, on lines too', async () => {
  const {client} = await testPlatform()
  await client.sendEvents({...door, data: ['\u001b[2J', 'a\u202eb', 'a\r\nb']})
  const [entry] = await entriesOf(client, 1)
  expect(entry).toMatchObject({event: {data: ['␛[2J', 'ab', 'a⏎b']}})
})

test('a disk that is held by somebody else answers 503 and when to ask again; the same event is then taken', async () => {
  const {platform, client, folder} = await testPlatform()
  const holder = new DatabaseSync(`${folder}/platform.db`, {timeout: 60_000})
  holder.exec('BEGIN IMMEDIATE')
  const refused = await post(platform, door)
  holder.exec('ROLLBACK')
  holder.close()
  expect(refused).toMatchObject({status: 503, headers: {'retry-after': '1'}, reply: {error: {code: 'CW_IO'}}})
  expect(await client.sendEvents(door)).toMatchObject({seq: 1, stored: 1})
})
