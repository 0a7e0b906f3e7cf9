/** Watching the log through broken lines: every entry once and in order. */
import {createServer, type Socket} from 'node:net'
import {describe, expect, onTestFinished, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import type {LogEntry, Position} from '../../src/model/log-entry.ts'
import {PlatformClient} from '../../src/platform/client.ts'
import type {WatchMessage} from '../../src/platform/watch.ts'
import {realClock} from '../support/clock.ts'
import {testPlatform, testPlatformWithPanel} from '../support/platform.ts'
import {signalOf} from '../support/signals.ts'
import {until} from '../support/wait.ts'

const by = safeText('anna')

/** Collects what a watch says, in the background, until the test is over. Reconnects without waiting. */
function watching(client: PlatformClient, after: Position) {
  const stop = new AbortController()
  const messages: WatchMessage[] = []
  const done = (async () => {
    for await (const message of client.watch(after, {clock: realClock, signal: stop.signal, random: () => 0})) {
      messages.push(message)
    }
  })()
  const end = async () => {
    stop.abort()
    await done
  }
  onTestFinished(end)
  return {
    messages,
    end,
    entries: () => messages.flatMap((message) => (message.type === 'entry' ? [message.entry] : [])),
    links: () => messages.flatMap((message) => (message.type === 'link' ? [message.link] : [])),
  }
}

const story = (entries: readonly LogEntry[]) =>
  entries.map(
    (entry) =>
      `${entry.seq} ${'change' in entry && 'alarm' in entry && entry.alarm ? `${entry.alarm.id} ${entry.change}` : entry.type}`,
  )

describe('watch', () => {
  test('ten cuts of the line while alarms come and are acknowledged: every entry once, in order', async () => {
    const {platform, client} = await testPlatformWithPanel()
    const {epoch} = await platform.status()
    const watchers = [watching(client, {epoch, seq: 0}), watching(client, {epoch, seq: 0})]
    const lives = () => watchers.map((watcher) => watcher.links().filter((link) => link === 'live').length)
    for (let round = 1; round <= 10; round++) {
      await until(() => lives().every((count) => count >= round))
      platform.cut()
      await platform.accept(signalOf({zone: String(round)}))
      await client.ack({id: round, version: 1, by})
      await platform.accept(signalOf({zone: String(round), code: 'BR', qualifier: 'restore'}))
    }
    await until(() => watchers.every(({entries}) => entries().length >= 30))
    for (const {entries} of watchers) {
      expect(story(entries())).toEqual(
        Array.from({length: 10}, (_, index) => index + 1).flatMap((id) => [
          `${3 * id - 2} ${id} raised`,
          `${3 * id - 1} ${id} acked`,
          `${3 * id} ${id} restored`,
        ]),
      )
    }
  })

  test('a heartbeat brings the head, also when nothing happens', async () => {
    const {platform, client} = await testPlatformWithPanel({heartbeatMs: 400})
    await platform.accept(signalOf())
    const watcher = watching(client, {epoch: (await platform.status()).epoch, seq: 1})
    await until(() => watcher.messages.filter(({type}) => type === 'head').length >= 3)
    expect(watcher.messages.filter(({type}) => type === 'head').slice(0, 3)).toEqual(
      Array(3).fill({type: 'head', head: 1}),
    )
    expect(watcher.links()).toEqual(['connecting', 'live'])
  })

  test('replay joins live while signals pour in', async () => {
    const {platform, client} = await testPlatformWithPanel()
    const {epoch} = await platform.status()
    const send = async (first: number, count: number) => {
      for (let batch = first; batch < first + count; batch += 50) {
        await Promise.all(Array.from({length: 50}, (_, index) => platform.accept(signalOf({zone: `${batch + index}`}))))
      }
    }
    await send(0, 2_000)
    const watcher = watching(client, {epoch, seq: 0})
    await send(2_000, 2_000)
    await until(() => watcher.entries().length >= 4_000)
    expect(watcher.entries().map(({seq}) => seq)).toEqual(Array.from({length: 4_000}, (_, index) => index + 1))
  })

  test('a slow reader loses nothing: it is fed from the log at its own pace', async () => {
    const {platform, client} = await testPlatformWithPanel()
    const {epoch} = await platform.status()
    const text = safeText('x'.repeat(1_000))
    const stop = new AbortController()
    const watch = client.watch({epoch, seq: 0}, {clock: realClock, signal: stop.signal})
    await watch.next() // connecting
    await watch.next() // live; from here the reader does not take anything while 12 MB are written
    for (let batch = 0; batch < 40; batch++) {
      await Promise.all(Array.from({length: 100}, () => platform.accept(signalOf({text, raw: text}))))
    }
    const seen: number[] = []
    for await (const message of watch) {
      if (message.type === 'entry') seen.push(message.entry.seq)
      if (seen.length === 4_000) break
    }
    stop.abort()
    expect(seen).toEqual(Array.from({length: 4_000}, (_, index) => index + 1))
  })

  test.each([
    ['of another log', (epoch: string) => ({epoch: `${epoch}0`, seq: 1})],
    ['ahead of the log', (epoch: string) => ({epoch, seq: 99})],
  ])('a position %s is reset, and the watch goes on from there', async (_name, position) => {
    const {platform, client} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    const {epoch} = await platform.status()
    const watcher = watching(client, position(epoch))
    await until(() => watcher.messages.some(({type}) => type === 'reset'))
    await platform.accept(signalOf())
    await until(() => watcher.entries().length > 0)
    expect(watcher.messages.filter(({type}) => type === 'reset')).toEqual([{type: 'reset', position: {epoch, seq: 1}}])
    expect(story(watcher.entries())).toEqual(['2 1 fired-again'])
  })

  test('a platform that is away: lost, and back by itself', async () => {
    const {platform, folder} = await testPlatformWithPanel()
    const {epoch} = await platform.status()
    const client = new PlatformClient({url: platform.url})
    const watcher = watching(client, {epoch, seq: 0})
    await until(() => watcher.links().includes('live'))
    await platform.accept(signalOf())
    await platform.close()
    await until(() => watcher.links().filter((link) => link === 'lost').length > 1)
    const port = Number(new URL(platform.url).port)
    const again = await testPlatform({dataFolder: folder, httpPort: port})
    await again.platform.accept(signalOf())
    await until(() => watcher.entries().length === 2)
    expect(story(watcher.entries())).toEqual(['1 1 raised', '2 1 fired-again'])
  })

  test('a line that is silent for three heartbeats is dropped', async () => {
    const sockets: Socket[] = []
    const server = createServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => {})
      socket.once('data', () =>
        socket.write(
          'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncitywatch-heartbeat-ms: 20\r\n\r\n: hb 0\n\n',
        ),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const {port} = server.address() as {port: number}
    const watcher = watching(new PlatformClient({url: `http://127.0.0.1:${port}`}), {epoch: 'a', seq: 0})
    await until(() => sockets.length > 2)
    expect(watcher.messages.slice(0, 4)).toEqual([
      {type: 'link', link: 'connecting', detail: `http://127.0.0.1:${port}`},
      {type: 'link', link: 'live', detail: `http://127.0.0.1:${port}`},
      {type: 'head', head: 0},
      {type: 'link', link: 'lost', detail: 'CW_TIMEOUT'},
    ])
  })
})
