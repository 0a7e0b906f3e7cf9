/** What a hostile or newer platform may send to a watcher. */
import {createServer, type ServerResponse} from 'node:http'
import {describe, expect, onTestFinished, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import {PlatformClient} from '../../src/platform/client.ts'
import type {WatchMessage} from '../../src/platform/watch.ts'
import {realClock as clock} from '../support/clock.ts'

const entry = (seq: number, changes: object = {}) => ({type: 'refusal', seq, at: 5, from: 'f', reason: 'r', ...changes})
const event = (seq: number, data: unknown) => `id: e-${seq}\nevent: x\ndata: ${JSON.stringify({data})}\n\n`

/** A platform that writes `text` on each stream and answers /v1/events with what `events` says. */
async function platformOf(
  text: string | ((response: ServerResponse) => void),
  events: unknown = {},
): Promise<PlatformClient> {
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/v1/events')) return void response.end(JSON.stringify(events))
    response.writeHead(200, {'content-type': 'text/event-stream'})
    if (typeof text === 'string') response.write(text)
    else text(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return new PlatformClient({url: `http://127.0.0.1:${(server.address() as {port: number}).port}`})
}

/** Messages of a watch from e-0 without the first two (connecting, live), until `count` have come. */
async function messages(client: PlatformClient, count: number): Promise<WatchMessage[]> {
  const stop = new AbortController()
  const seen: WatchMessage[] = []
  for await (const message of client.watch({epoch: 'e', seq: 0}, {clock, signal: stop.signal, random: () => 0})) {
    seen.push(message)
    if (seen.length === count + 2) break
  }
  return seen.slice(2)
}

const lost = (detail: string) => ({type: 'link', link: 'lost', detail: `CW_PROTOCOL_REMOTE ${detail}`})

describe('watch: what the platform sends', () => {
  test('doubled entries are dropped, missing ones are fetched', async () => {
    const fetched = {epoch: 'e', head: 4, items: [entry(2), entry(3)]}
    const client = await platformOf([1, 1, 4, 2, 5].map((seq) => event(seq, entry(seq))).join(''), fetched)
    expect(await messages(client, 5)).toEqual([1, 2, 3, 4, 5].map((seq) => ({type: 'entry', entry: entry(seq)})))
  })

  test('a gap that the log cannot fill breaks the line: nothing is passed over', async () => {
    const client = await platformOf(event(3, entry(3)), {epoch: 'e', head: 3, items: []})
    expect(await messages(client, 1)).toEqual([lost('entries 1 to 2 are missing')])
  })

  test('an entry that this version cannot read is shown as such, and those behind it come', async () => {
    const client = await platformOf(event(1, entry(1, {type: 'telepathy'})) + event(2, entry(2)))
    expect(await messages(client, 2)).toEqual([
      {
        type: 'entry',
        entry: entry(1, {
          at: 0,
          from: 'platform',
          reason: 'this version cannot read the entry: entry.type is "telepathy"',
        }),
      },
      {type: 'entry', entry: entry(2)},
    ])
  })

  test('texts are made safe', async () => {
    const client = await platformOf(event(1, entry(1, {from: '\u001b]0;x\u0007', reason: 'a\r\nb'})))
    expect(await messages(client, 1)).toEqual([
      {type: 'entry', entry: entry(1, {from: safeText('␛]0;x␇'), reason: 'a⏎b'})},
    ])
  })

  test.each([
    ['no JSON', 'id: e-1\ndata: {\n\n', 'an event that is not JSON'],
    ['no id', `data: ${JSON.stringify({data: entry(1)})}\n\n`, 'id is no EPOCH-SEQUENCE'],
    ['another log', event(1, entry(1)).replace('e-1', 'f-1'), 'an entry of another log'],
    [
      'a reset to nowhere',
      'event: reset\ndata: {"epoch":"f"}\n\n',
      'reset.seq is no a whole number from 0 to 9007199254740991',
    ],
  ])('%s breaks the line', async (_name, text, detail) => {
    expect(await messages(await platformOf(text), 1)).toEqual([lost(detail)])
  })

  test('an event without end breaks the line before it fills the memory', async () => {
    const client = await platformOf((response) => {
      const more = () => {
        while (!response.destroyed && response.write(`data: ${'x'.repeat(60_000)}\n`));
      }
      response.on('drain', more)
      more()
    })
    expect(await messages(client, 1)).toEqual([lost('an event without end')])
  })
})
