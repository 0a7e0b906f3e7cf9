/** A watch that asks for less than all: proves that it has everything it asked for, and comes through by polls when it must. */
import {createServer, type ServerResponse} from 'node:http'
import {describe, expect, onTestFinished, test} from 'vitest'
import {PlatformClient} from '../../src/platform/client.ts'
import type {WatchMessage, WatchOptions} from '../../src/platform/watch.ts'
import {manualClock, realClock} from '../support/clock.ts'
import {testPlatform, testPlatformWithPanel} from '../support/platform.ts'
import {panel, signalOf} from '../support/signals.ts'
import {until} from '../support/wait.ts'

function watching(client: PlatformClient, after: {epoch: string; seq: number}, options: Partial<WatchOptions>) {
  const stop = new AbortController()
  const messages: WatchMessage[] = []
  const done = (async () => {
    for await (const message of client.watch(after, {
      clock: realClock,
      signal: stop.signal,
      random: () => 0,
      ...options,
    })) {
      messages.push(message)
    }
  })()
  onTestFinished(async () => {
    stop.abort()
    await done
  })
  return {
    messages,
    seqs: () => messages.flatMap((message) => (message.type === 'entry' ? [message.entry.seq] : [])),
    covered: () =>
      messages.flatMap((message) => {
        if (message.type === 'entry') return [message.entry.seq]
        if (message.type !== 'skip') return []
        return Array.from({length: message.to - message.from + 1}, (_, index) => message.from + index)
      }),
    links: () => messages.flatMap((message) => (message.type === 'link' ? [message.link] : [])),
  }
}

const upTo = (count: number) => Array.from({length: count}, (_, index) => index + 1)

describe('watch with a filter', () => {
  test('cuts of the line while two districts report: all of one, and every sequence accounted for', async () => {
    const {platform, client} = await testPlatform({heartbeatMs: 50})
    const north = {...panel, key: 'panel-2', account: '2222', jurisdiction: 'baltimore.north.7'}
    await client.putDevices({devices: [panel, north]})
    const {epoch} = await platform.status()
    const watcher = watching(client, {epoch, seq: 0}, {filter: {jurisdiction: 'baltimore.north'}})
    for (let round = 1; round <= 8; round++) {
      await until(() => watcher.links().filter((link) => link === 'live').length >= round)
      platform.cut()
      for (let zone = 1; zone <= 5; zone++) await platform.accept(signalOf({zone: `${round}${zone}`}))
      await platform.accept(signalOf({account: '2222', zone: String(round)}))
    }
    await until(() => watcher.covered().at(-1) === 48)
    expect(watcher.covered()).toEqual(upTo(48))
    expect(watcher.seqs()).toEqual([6, 12, 18, 24, 30, 36, 42, 48])
  })
})

const entry = (seq: number) => ({type: 'refusal', seq, at: 5, from: 'f', reason: 'r'})

/** A platform whose stream is held up on the way after `first` bytes, while its pages get through. */
async function behindProxy(
  first: string,
  page: (after: number, wait: string | null, answer: (page: object) => void) => void,
) {
  const streams: ServerResponse[] = []
  const server = createServer((request, response) => {
    const {pathname, searchParams} = new URL(`http://x${request.url}`)
    if (pathname === '/v1/events') {
      const [, after] = (searchParams.get('after') ?? '').split('-')
      page(Number(after), searchParams.get('wait'), (reply) => response.end(JSON.stringify(reply)))
      return
    }
    streams.push(response)
    response.writeHead(200, {'content-type': 'text/event-stream'})
    response.write(first)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const {port} = server.address() as {port: number}
  return {client: new PlatformClient({url: `http://127.0.0.1:${port}`}), streams}
}

describe('watch over a proxy that buffers', () => {
  test('30 s without a heartbeat: the log is asked for, and later the stream is tried again without a word', async () => {
    const clock = manualClock(1_000_000)
    const waiting: (() => void)[] = []
    let head = 1
    const page = (after: number) => ({epoch: 'e', head, upTo: head, items: upTo(head).slice(after).map(entry)})
    const {client, streams} = await behindProxy('retry: 1000\n', (after, wait, answer) => {
      if (wait === null) answer(page(after))
      else waiting.push(() => answer(page(after)))
    })
    const watcher = watching(client, {epoch: 'e', seq: 0}, {clock})
    const passing = async (condition: () => boolean) => {
      await until(() => {
        if (!condition()) clock.advance(500)
        return condition()
      })
    }
    await passing(() => waiting.length === 1)
    expect(clock.now()).toBeGreaterThanOrEqual(1_030_000)
    expect(streams.length).toBe(2)
    expect(watcher.links()).toEqual(['connecting', 'live', 'lost', 'connecting', 'live', 'lost', 'connecting', 'live'])
    const before = watcher.messages.length
    clock.advance(10 * 60_000)
    head = 2
    waiting[0]?.()
    await until(() => streams.length === 3)
    head = 3
    await passing(() => waiting.length === 2)
    expect(watcher.messages.slice(before - 2)).toEqual([
      {type: 'entry', entry: entry(1)},
      {type: 'head', head: 1},
      {type: 'entry', entry: entry(2)},
      {type: 'head', head: 2},
      {type: 'link', link: 'connecting', detail: client.url},
      {type: 'link', link: 'live', detail: client.url},
      {type: 'link', link: 'connecting', detail: client.url},
      {type: 'link', link: 'live', detail: client.url},
      {type: 'entry', entry: entry(3)},
      {type: 'head', head: 3},
    ])
  })

  test('a page with a hole is refused: nothing is passed over', async () => {
    const {client} = await behindProxy(
      ': hb 0\n\nid: e-5\nevent: skip\ndata: {"from":4,"to":5}\n\n',
      (_after, _wait, answer) => answer({epoch: 'e', head: 3, upTo: 3, items: [entry(1), entry(3)]}),
    )
    const watcher = watching(client, {epoch: 'e', seq: 0}, {})
    await until(() => watcher.links().includes('lost'))
    expect(watcher.messages.find((message) => message.type === 'link' && message.link === 'lost')).toEqual({
      type: 'link',
      link: 'lost',
      detail: 'CW_PROTOCOL_REMOTE entry 2 is missing',
    })
    expect(watcher.seqs()).toEqual([])
  })

  test('a skip that joins what is known is taken, one that leaves a hole is filled first', async () => {
    const {client} = await behindProxy(
      [
        ['1-2', 2],
        ['2-4', 4],
        ['8-9', 9],
        ['3-7', 7],
      ]
        .map(([range, seq]) => {
          const [from, to] = String(range).split('-')
          return `id: e-${seq}\nevent: skip\ndata: {"from":${from},"to":${to}}\n\n`
        })
        .join(''),
      (_after, _wait, answer) =>
        answer({
          epoch: 'e',
          head: 9,
          upTo: 7,
          items: [entry(6)],
          skips: [
            {from: 5, to: 5},
            {from: 7, to: 7},
          ],
        }),
    )
    const watcher = watching(client, {epoch: 'e', seq: 0}, {filter: {types: ['alarm.*']}})
    await until(() => watcher.covered().includes(9))
    expect(watcher.messages.slice(2)).toEqual([
      {type: 'skip', from: 1, to: 2},
      {type: 'skip', from: 3, to: 4},
      {type: 'skip', from: 5, to: 5},
      {type: 'entry', entry: entry(6)},
      {type: 'skip', from: 7, to: 7},
      {type: 'skip', from: 8, to: 9},
    ])
  })

  test('polls find another log: reset, and on from there', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    const {polledEvents} = await import('../../src/platform/watch-poll.ts')
    const {epoch} = await platform.status()
    const stop = new AbortController()
    const endpoint = {url: client.url, timeoutMs: 10_000}
    const events = polledEvents(endpoint, {epoch: 'f', seq: 7}, {clock: realClock, signal: stop.signal, forMs: 60_000})
    expect((await events.next()).value).toEqual({type: 'open'})
    expect((await events.next()).value).toEqual({type: 'reset', position: {epoch, seq: 1}})
    const next = events.next()
    await platform.accept(signalOf())
    expect((await next).value).toMatchObject({type: 'entry', entry: {seq: 2}})
    expect((await events.next()).value).toEqual({type: 'head', head: 2})
    stop.abort()
  })
})
