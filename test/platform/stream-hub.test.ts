/** The event stream as it goes over the wire, without the client's own mending: each id once, in order. */
import {get, type IncomingMessage, type ServerResponse} from 'node:http'
import {PassThrough} from 'node:stream'
import {describe, expect, onTestFinished, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import type {LogEntry} from '../../src/model/log-entry.ts'
import {type Json, json} from '../../src/platform/json.ts'
import {StreamHub} from '../../src/platform/server/stream-hub.ts'
import type {EventLog, LogRow} from '../../src/platform/store/port.ts'
import {testPlatformWithPanel} from '../support/platform.ts'
import {signalOf} from '../support/signals.ts'
import {until} from '../support/wait.ts'

/** A log that tells its followers of new rows when the test says so: rows are on the disk before that. */
function memoryLog() {
  const rows: LogRow[] = []
  let told = 0
  let listener: (rows: readonly LogRow[]) => void = () => {}
  let gate: PromiseWithResolvers<void> | undefined
  const log: EventLog = {
    epoch: 'e',
    head: () => told,
    floor: async () => 0,
    reaches: async (seq) => seq <= rows.length,
    async read(after, limit) {
      const found = rows.slice(after, after + limit)
      await gate?.promise
      return found
    },
    follow(follower) {
      listener = follower
      return () => {}
    },
  }
  return {
    log,
    write(count: number, size = 1) {
      for (let index = 0; index < count; index++) {
        const seq = rows.length + 1
        const reason = safeText('x'.repeat(size))
        const entry: Json<LogEntry> = json({type: 'refusal', seq, at: 0, from: safeText('f'), reason})
        rows.push({seq, at: 0, type: 'frame.refused', subject: 'peer/f', entry})
      }
    },
    /** What is read from now on is found at once and handed over when the returned function is called. */
    holdReads() {
      const held = Promise.withResolvers<void>()
      gate = held
      return () => {
        gate = undefined
        held.resolve()
      }
    },
    tell() {
      const news = rows.slice(told)
      told = rows.length
      if (news.length > 0) listener(news)
    },
  }
}

/** The writable half of a response, kept in a buffer that is read only when the test says so. */
function slowResponse() {
  const pipe = new PassThrough({highWaterMark: 16 * 1024})
  let text = ''
  return {
    response: pipe as unknown as ServerResponse,
    read: () => pipe.on('data', (chunk) => (text += chunk)),
    text: () => text,
    pause: () => pipe.pause(),
    ids: () => idsOf(text),
  }
}

const idsOf = (text: string) => [...text.matchAll(/^id: \w+-(\d+)$/gm)].map(([, seq]) => Number(seq))
const upTo = (count: number) => Array.from({length: count}, (_, index) => index + 1)

describe('stream hub', () => {
  test('rows that were read from the disk before they were told of are not sent twice', async () => {
    const {log, write, tell} = memoryLog()
    const hub = new StreamHub(log)
    const {response, read, ids} = slowResponse()
    read()
    write(3)
    hub.add(response, 0)
    write(2)
    tell()
    write(1)
    tell()
    await until(() => ids().length >= 6)
    expect(ids()).toEqual(upTo(6))
  })

  test('rows that are told of while the disk is being read come after what was read, once and in order', async () => {
    const {log, write, tell, holdReads} = memoryLog()
    const hub = new StreamHub(log)
    const {response, read, ids} = slowResponse()
    read()
    write(3)
    const release = holdReads()
    hub.add(response, 0)
    write(2)
    tell()
    write(2)
    tell()
    release()
    await until(() => ids().length >= 7)
    write(1)
    tell()
    await until(() => ids().length >= 8)
    expect(ids()).toEqual(upTo(8))
  })

  test('rows that are told of while the disk is found to have none are not forgotten', async () => {
    const {log, write, tell, holdReads} = memoryLog()
    const hub = new StreamHub(log)
    const {response, read, ids} = slowResponse()
    read()
    const release = holdReads()
    hub.add(response, 0)
    write(2)
    tell()
    release()
    await until(() => ids().length >= 2)
    expect(ids()).toEqual([1, 2])
  })

  test('a hub that closes while the disk is being read writes nothing more', async () => {
    const {log, write, holdReads} = memoryLog()
    const hub = new StreamHub(log)
    const {response, read, text} = slowResponse()
    read()
    write(3)
    const release = holdReads()
    hub.add(response, 0)
    hub.close()
    release()
    await until(() => response.writableFinished)
    expect(text()).toBe('')
  })

  test('a client that stops reading leaves the live stream and is fed from the log when it reads again', async () => {
    const {log, write, tell} = memoryLog()
    const hub = new StreamHub(log)
    const {response, read, ids} = slowResponse()
    hub.add(response, 0)
    for (let round = 0; round < 300; round++) {
      write(10, 1_000)
      tell()
    }
    expect(response.writableLength).toBeLessThan(1.2 * 1024 * 1024)
    read()
    await until(() => ids().at(-1) === 3_000)
    write(5)
    tell()
    await until(() => ids().at(-1) === 3_005)
    expect(ids()).toEqual(upTo(3_005))
  })

  test('a client that takes nothing for many heartbeats is dropped', async () => {
    const {log, write, tell} = memoryLog()
    const hub = new StreamHub(log)
    const {response} = slowResponse()
    hub.add(response, 0)
    write(2_000, 1_000)
    tell()
    await until(() => response.writableNeedDrain)
    for (let beat = 0; beat < 13; beat++) hub.beat()
    expect(response.destroyed).toBe(true)
    await until(() => hub.size === 0)
  })
})

describe('stream on the wire', () => {
  test('a reader that pauses while 12 MB are logged gets each id once', async () => {
    const {platform} = await testPlatformWithPanel({heartbeatMs: 60_000})
    const {epoch} = await platform.status()
    const stream = await open(`${platform.url}/v1/stream?after=${epoch}-0`)
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'citywatch-heartbeat-ms': '60000',
    })
    stream.pause()
    const text = safeText('x'.repeat(1_000))
    for (let batch = 0; batch < 40; batch++) {
      await Promise.all(Array.from({length: 100}, () => platform.accept(signalOf({text, raw: text}))))
    }
    let received = ''
    stream.on('data', (chunk) => (received += chunk))
    stream.resume()
    await until(() => received.includes(`id: ${epoch}-4000\n`))
    expect(idsOf(received)).toEqual(upTo(4_000))
    expect(received.startsWith('retry: 1000\n: hb 0\n\n')).toBe(true)
  })

  test('an event is a CloudEvent whose data is the entry', async () => {
    const {platform} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    const {epoch} = await platform.status()
    const stream = await open(`${platform.url}/v1/stream`, {'last-event-id': `${epoch}-0`})
    let received = ''
    stream.on('data', (chunk) => (received += chunk))
    await until(() => received.includes('data: '))
    const [, event, data = ''] = /^event: (.*)\ndata: (.*)$/m.exec(received) ?? []
    expect(event).toBe('citywatch.alarm.raised')
    expect(JSON.parse(data)).toEqual({
      specversion: '1.0',
      id: `${epoch}-1`,
      source: `/citywatch/${epoch}`,
      type: 'citywatch.alarm.raised',
      subject: 'alarm/1',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      datacontenttype: 'application/json',
      data: expect.objectContaining({seq: 1, type: 'signal', change: 'raised', signal: signalOf()}),
    })
  })

  test('without a position the stream begins now', async () => {
    const {platform} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    const stream = await open(`${platform.url}/v1/stream`)
    let received = ''
    stream.on('data', (chunk) => (received += chunk))
    await platform.accept(signalOf())
    await until(() => idsOf(received).length > 0)
    expect(idsOf(received)).toEqual([2])
  })

  test('closing the platform ends the stream', async () => {
    const {platform} = await testPlatformWithPanel()
    const stream = await open(`${platform.url}/v1/stream`)
    stream.resume()
    const ended = new Promise<void>((resolve) => stream.once('end', () => resolve()))
    await platform.close()
    await ended
  })
})

async function open(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, {headers, agent: false}, resolve).once('error', reject)
  })
  response.on('error', () => {})
  onTestFinished(() => void response.destroy())
  return response
}
