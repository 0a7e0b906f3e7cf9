/** The monitor without a screen, against a real platform. */

import {PassThrough, Writable} from 'node:stream'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {describe, expect, onTestFinished, test} from 'vitest'
import {safeText} from '../../../src/lib/safe-text.ts'
import {PlatformClient} from '../../../src/platform/client.ts'
import {type WatchPlainOptions, watchPlain} from '../../../src/tui/alarm-watch/plain.ts'
import {filterOf, isPlain, startOf} from '../../../src/tui/alarm-watch/start.ts'
import {realClock} from '../../support/clock.ts'
import {testPlatform, testPlatformWithPanel} from '../../support/platform.ts'
import {panel, signalOf} from '../../support/signals.ts'
import {until} from '../../support/wait.ts'

/** Watches in the background; ends with the test at the latest. */
function printing(client: PlatformClient, options: Partial<WatchPlainOptions> = {}) {
  const stop = new AbortController()
  const out = new PassThrough()
  let text = ''
  const notes: string[] = []
  out.on('data', (chunk) => {
    text += chunk
  })
  const done = watchPlain({
    feed: client,
    clock: realClock,
    signal: stop.signal,
    out,
    note: (line) => notes.push(line),
    format: 'tsv',
    ...options,
  })
  onTestFinished(async () => {
    stop.abort()
    await done.catch(() => undefined)
  })
  return {
    done,
    notes,
    out,
    lines: () => text.split('\n').slice(0, -1),
    /** The lines without their times. */
    rows: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('\t').slice(1).join(' ')),
  }
}

const ALARM = 'BA Burglary alarm Harbour Street 4 1234 3 baltimore.central.111'

describe('alarm watch without a screen', () => {
  test('the open alarms first, then every change, one line each with a time', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    const watch = printing(client, {count: 4})
    await until(() => watch.lines().length === 1)
    await client.ack({id: 1, version: 1, by: safeText('anna')})
    await platform.accept(signalOf({code: 'RP', zone: '9'}))
    await platform.accept(signalOf({code: 'BR', qualifier: 'restore'}))
    await platform.accept(signalOf())
    expect(await watch.done).toBe(4)
    expect(watch.rows()).toEqual([
      `open P2 new active 1 1 ${ALARM} `,
      `acked P2 acked active 1 1 ${ALARM} anna`,
      `restored P2 acked restored 1 1 ${ALARM} anna`,
      `fired-again P2 new active 1 2 ${ALARM} `,
    ])
    for (const line of watch.lines()) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t/)
  })

  test('JSON lines carry the whole entry and the position to go on from', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    const first = printing(client, {format: 'jsonl', count: 2})
    await until(() => first.lines().length === 1)
    await client.ack({id: 1, version: 1, by: safeText('anna')})
    await first.done
    const [snapshot, action] = first.lines().map((line) => JSON.parse(line))
    const {epoch} = await platform.status()
    expect(snapshot).toMatchObject({position: `${epoch}-1`, type: 'snapshot', alarm: {id: 1, handling: 'new'}})
    expect(action).toMatchObject({position: `${epoch}-2`, seq: 2, type: 'action', change: 'acked', by: 'anna'})
    const again = printing(client, {format: 'jsonl', count: 1, ...startOf(snapshot.position)})
    await again.done
    expect(again.lines().map((line) => JSON.parse(line))).toEqual([action])
  })

  test('tests are told, their signals marked; what is outside the scope is an alarm', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await platform.accept(signalOf({zone: '9'}))
    const watch = printing(client, {count: 7})
    await until(() => watch.lines().length === 1)
    const window = await client.startOnTest({
      account: '1234',
      zones: ['3', '9'],
      reason: safeText('walk test'),
      by: safeText('anna'),
      forMs: 60_000,
    })
    await platform.accept(signalOf())
    await platform.accept(signalOf({code: 'BR', qualifier: 'restore', zone: '9'}))
    await platform.accept(signalOf({code: 'RP', zone: undefined as never}))
    await platform.accept(signalOf({zone: '4'}))
    await client.endOnTest({id: 1, by: safeText('bob')})
    await platform.accept(signalOf())
    await watch.done
    const until9 = `until ${new Date(window.endsAt).toISOString()}`
    expect(watch.rows()).toEqual([
      `open P2 new active 1 1 ${ALARM.replace(' 3 ', ' 9 ')} `,
      `test-started   ${until9} #1   walk test Harbour Street 4 1234 3 9 baltimore.central.111 anna`,
      'test-signal P2  new   BA Burglary alarm  1234 3   on test #1',
      `restored P2 new restored 1 1 ${ALARM.replace(' 3 ', ' 9 ')}  on test #1`,
      `raised P2 new active 2 1 ${ALARM.replace(' 3 ', ' 4 ')} `,
      `test-ended   ${until9} #1   walk test Harbour Street 4 1234 3 9 baltimore.central.111 bob`,
      `raised P2 new active 3 1 ${ALARM} `,
    ])
  })

  test('JSON lines name the test that a signal lies in', async () => {
    const {platform, client} = await testPlatformWithPanel()
    const watch = printing(client, {format: 'jsonl', count: 2, ...startOf(`${(await platform.status()).epoch}-0`)})
    const by = safeText('anna')
    await client.startOnTest({account: '1234', reason: safeText('drill'), by, forMs: 60_000})
    await platform.accept(signalOf())
    await watch.done
    const [started, signal] = watch.lines().map((line) => JSON.parse(line))
    expect(started).toMatchObject({type: 'ontest', change: 'started', by: 'anna', window: {id: 1, account: '1234'}})
    expect(signal).toMatchObject({type: 'signal', onTest: 1, signal: {code: 'BA'}})
    expect(signal.alarm).toBeUndefined()
  })

  test('--types: the platform sends no other kind, and the position goes on behind what it left out', async () => {
    const {platform, client} = await testPlatformWithPanel()
    const {epoch} = await platform.status()
    const options = {format: 'jsonl', count: 2, ...startOf(`${epoch}-0`), ...filterOf('ontest.*, alarm.acked')} as const
    await platform.accept(signalOf())
    const watch = printing(client, options)
    await platform.accept(signalOf({zone: '4'}))
    await client.ack({id: 2, version: 1, by: safeText('anna')})
    await client.startOnTest({account: '1234', reason: safeText('drill'), by: safeText('anna'), forMs: 60_000})
    await watch.done
    expect(watch.lines().map((line) => JSON.parse(line).position)).toEqual([`${epoch}-3`, `${epoch}-4`])
  })

  test('--since now prints nothing of what is open', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    const lives: string[] = []
    const feed = {
      url: client.url,
      snapshot: () => client.snapshot(),
      ack: client.ack.bind(client),
      act: client.act.bind(client),
      async *watch(...[after, options]: Parameters<typeof client.watch>) {
        for await (const message of client.watch(after, options)) {
          if (message.type === 'link') lives.push(message.link)
          yield message
        }
      },
    }
    const watch = printing(client, {feed, count: 1, ...startOf('now')})
    await until(() => lives.includes('live'))
    await platform.accept(signalOf({zone: '4'}))
    await watch.done
    expect(watch.rows()).toEqual([`raised P2 new active 2 1 ${ALARM.replace(' 3 ', ' 4 ')} `])
  })

  test('a scope hides other jurisdictions, but no panic', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    await platform.accept(signalOf({code: 'PA', zone: '1'}))
    const watch = printing(client, {count: 1, scope: 'baltimore.north'})
    await watch.done
    expect(watch.rows()[0]).toMatch(/^open P1 new active 2 1 PA /)
  })

  test('starts while the platform is down, says so once, and shows the alarms when it is back', async () => {
    const down = await testPlatformWithPanel()
    const {url} = down.client
    await down.platform.accept(signalOf())
    await down.platform.close()
    const watch = printing(new PlatformClient({url}), {count: 1})
    await until(() => watch.notes.length > 0)
    await testPlatform({dataFolder: down.folder, httpPort: Number(new URL(url).port)})
    await watch.done
    expect(watch.rows()).toEqual([`open P2 new active 1 1 ${ALARM} `])
    // Reset: a process that was just being started held the port a moment longer.
    expect(watch.notes.map((note) => note.split(' ').slice(1).join(' '))).toEqual([
      expect.stringMatching(new RegExp(`^${url} line lost, trying again: CW_NO_PLATFORM (ECONNREFUSED|ECONNRESET)$`)),
    ])
  })

  test('another log under the same address: says what is missing and begins anew', async () => {
    const before = await testPlatformWithPanel()
    const {url} = before.client
    await before.platform.accept(signalOf())
    const watch = printing(before.client, {count: 2})
    await until(() => watch.lines().length === 1)
    await before.platform.close()
    const other = await testPlatform()
    await other.client.putDevices({devices: [panel]})
    await other.platform.accept(signalOf({zone: '7'}))
    await other.platform.close()
    await testPlatform({dataFolder: other.folder, httpPort: Number(new URL(url).port)})
    await watch.done
    expect(watch.rows()[1]).toBe(`open P2 new active 1 1 ${ALARM.replace(' 3 ', ' 7 ')} `)
    expect(watch.notes.join('\n')).toMatch(/line lost.*\n.*line restored\n.*another log/s)
  })

  test('a refused token ends it: waiting would not help', async () => {
    const {Secret} = await import('../../../src/lib/secret.ts')
    const {platform} = await testPlatform({token: new Secret('the-right-token-of-it')})
    const client = new PlatformClient({url: platform.url, token: new Secret('quite-another-token-')})
    await expect(printing(client).done).rejects.toMatchObject({code: 'CW_AUTH'})
  })

  test('a reader that leaves ends it without a word', async () => {
    const {platform, client} = await testPlatformWithPanel()
    await platform.accept(signalOf())
    const out = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('closed'), {code: 'EPIPE'})),
    })
    const watch = printing(client, {out})
    await platform.accept(signalOf({zone: '4'}))
    await watch.done
    expect(watch.notes).toEqual([])
  })

  test('a slow reader holds the watch back and loses nothing', async () => {
    const {platform, client} = await testPlatformWithPanel()
    for (let zone = 1; zone <= 20; zone++) await platform.accept(signalOf({zone: String(zone)}))
    const taken: string[] = []
    let take = () => {}
    const out = new Writable({
      highWaterMark: 1,
      write(chunk, _encoding, done) {
        taken.push(String(chunk))
        take = done
      },
    })
    const watch = printing(client, {out, count: 20})
    await until(() => taken.length === 1)
    expect(out.writableLength).toBeLessThan(200)
    while (taken.length < 20) {
      const before = taken.length
      take()
      await until(() => taken.length > before)
    }
    take()
    expect(await watch.done).toBe(20)
    expect(new Set(taken).size).toBe(20)
  })

  test('loads neither Ink nor React', async () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url))
    const {stdout} = await execa(
      process.execPath,
      [
        '--import',
        './test/support/print-loaded.mjs',
        '--input-type=module',
        '-e',
        "import './src/tui/alarm-watch/plain.ts'",
      ],
      {cwd: root},
    )
    const loaded = stdout.split('\n').filter((line) => line.startsWith('LOADED'))
    expect(loaded.some((line) => line.endsWith('alarm-watch/plain.ts'))).toBe(true)
    expect(loaded.filter((line) => /node_modules\/(ink|react|yoga-layout|string-width)\//.test(line))).toEqual([])
  })
})

describe('alarm watch: how it begins', () => {
  const tty = {stdin: {isTTY: true}, stdout: {isTTY: true}, env: {TERM: 'xterm'}}
  const none = {plain: false, jsonl: false}
  test.each([
    ['a terminal', none, {}, false],
    ['--plain', {...none, plain: true}, {}, true],
    ['--jsonl', {...none, jsonl: true}, {}, true],
    ['--count', {...none, count: 3}, {}, true],
    ['--since', {...none, since: 'now'}, {}, true],
    ['--types', {...none, types: 'alarm.*'}, {}, true],
    ['TERM=dumb', none, {env: {TERM: 'dumb'}}, true],
    ['output to a pipe', none, {stdout: {}}, true],
    ['input from a pipe', none, {stdin: {}}, true],
  ])('%s', (_name, flags, changes, expected) => {
    expect(isPlain(flags, {...tty, ...changes})).toBe(expected)
  })

  test.each([
    ['snapshot', {}],
    ['now', {skipsSnapshot: true}],
    ['abc-12', {since: {epoch: 'abc', seq: 12}}],
  ])('--since %s', (text, expected) => {
    expect(startOf(text)).toEqual(expected)
  })

  test.each(['', '*', 'alarm.*,', 'alarm raised', 'ALARM.*', Array(17).fill('a').join(',')])(
    '--types %j is refused',
    (text) => {
      expect(() => filterOf(text)).toThrow(/CW_BAD_VALUE/)
    },
  )

  test.each(['', 'yesterday', 'abc', 'abc--1', 'ABC-1', 'abc-1.5'])('--since %j is refused', (text) => {
    expect(() => startOf(text)).toThrow(/CW_BAD_VALUE/)
  })
})
