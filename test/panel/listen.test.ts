import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {Capture} from '../../src/panel/capture.ts'
import {parseEvent} from '../../src/panel/event.ts'
import {Flood} from '../../src/panel/flood.ts'
import {type HeardSignal, type ListenOptions, listenToPanels} from '../../src/panel/listen.ts'
import {sendEvents} from '../../src/panel/send.ts'
import {memorySequence} from '../../src/panel/sequence.ts'
import {AccountKey} from '../../src/protocol/dc09/key.ts'
import {realClock} from '../support/clock.ts'
import {collect} from '../support/collect.ts'
import {frameOf, stamp} from '../support/dc09.ts'
import {tcpWire} from '../support/panel-wire.ts'
import {tempFolder} from '../support/temp-folder.ts'

function listening(change: Partial<ListenOptions>) {
  const heard: HeardSignal[] = []
  const notices: string[] = []
  const up = Promise.withResolvers<number>()
  const options: ListenOptions = {
    host: '127.0.0.1',
    port: 0,
    answer: 'ack',
    accounts: [],
    clock: realClock,
    signal: new AbortController().signal,
    ...change,
  }
  const summary = listenToPanels(options, {
    ready: ({port}) => up.resolve(port),
    signal: (one) => heard.push(one),
    notice: (text) => notices.push(text),
  })
  summary.catch(up.reject)
  return {heard, notices, summary, port: up.promise}
}

const send = async (port: number, texts: readonly string[], transport: 'tcp' | 'udp' = 'tcp') =>
  (
    await collect(
      sendEvents(
        texts.map(parseEvent),
        {
          host: '127.0.0.1',
          port,
          transport,
          account: '1234',
          sequence: memorySequence(1),
          iKnow: false,
          waitMs: 60_000,
        },
        realClock,
      ),
    )
  ).map(({verdict}) => verdict)

test.each(['tcp', 'udp'] as const)(
  'listen: ends after so many signals, the last one acknowledged over %s as well',
  async (transport) => {
    const ears = listening({count: 2})
    expect(await send(await ears.port, ['BA zone 3', 'heartbeat', '130 restore zone 3'], transport)).toEqual([
      'acked',
      'acked',
      'acked',
    ])
    expect(await ears.summary).toEqual({signals: 2, heartbeats: 1, repeated: 0, refused: 0})
    expect(ears.heard.map(({seq, name, signal}) => [seq, name, signal.code, signal.qualifier])).toEqual([
      [1, 'Burglary alarm', 'BA', 'new'],
      [2, 'Burglary alarm, unspecified', '130', 'restore'],
    ])
  },
)

test('listen: what is acknowledged is in the capture file, one JSON object a line', async () => {
  const capture = join(tempFolder(), 'signals.jsonl')
  const ears = listening({count: 3, capture})
  await send(await ears.port, ['BA zone 1', 'BA zone 2', 'BA zone 3'])
  await ears.summary
  const lines = readFileSync(capture, 'utf8').trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual(ears.heard)
})

test.skipIf(process.platform !== 'linux')(
  'listen: a full disk: the signal is not acknowledged, and the person knows at once',
  async () => {
    const ears = listening({capture: '/dev/full'})
    const summary = expect(ears.summary).rejects.toThrow('CW_DISK_FULL')
    expect(await send(await ears.port, ['BA'])).not.toContain('acked')
    await summary
    expect(ears.heard).toEqual([])
  },
)

test('listen: a capture file that cannot be opened ends it before the port is taken', async () => {
  const ears = listening({capture: join(tempFolder(), 'missing', 'signals.jsonl')})
  await expect(ears.summary).rejects.toThrow('CW_IO')
  await expect(ears.port).rejects.toThrow('CW_IO')
})

test('listen: accounts not named are refused, and the person is told', async () => {
  const stop = new AbortController()
  const ears = listening({accounts: ['9999'], signal: stop.signal})
  expect(await send(await ears.port, ['BA'])).toEqual(['refused'])
  stop.abort()
  expect((await ears.summary).refused).toBeGreaterThan(0)
  expect(ears.notices[0]).toMatch(/^127\.0\.0\.1:\d+ refused 1234: account: expected a known account, got 1234$/)
})

test('listen: Ctrl-C ends it, with the sums', async () => {
  const stop = new AbortController()
  const ears = listening({signal: stop.signal})
  await send(await ears.port, ['BA'])
  stop.abort()
  expect(await ears.summary).toEqual({signals: 1, heartbeats: 0, repeated: 0, refused: 0})
})

test('listen: key material in extended data is neither shown nor captured', async () => {
  const capture = join(tempFolder(), 'signals.jsonl')
  const ears = listening({count: 1, capture})
  const wire = await tcpWire(await ears.port)
  wire.send(frameOf('"SIA-DCS"0001L0#1234[#1234|NBA3][KCANARY0123456789][Ihall]'))
  await wire.answer()
  await ears.summary
  expect(ears.heard[0]?.xdata).toEqual(['K (key, not shown)', 'Ihall'])
  expect(readFileSync(capture, 'utf8')).not.toContain('CANARY')
})

test('capture: lines that come together are all there, in order', async () => {
  const path = join(tempFolder(), 'capture.jsonl')
  const capture = await Capture.open(path)
  const lines = Array.from({length: 200}, (_, index) => `line ${index}`)
  await Promise.all(lines.map((line) => capture.append(line)))
  expect(readFileSync(path, 'utf8').trimEnd().split('\n')).toEqual(lines)
  await capture.close()
  await expect(capture.append('late')).rejects.toThrow('CW_IO')
})

test('flood: five notices of a peer in ten seconds are shown, the next one after that stands for the rest', () => {
  const flood = new Flood()
  const shown = Array.from({length: 12}, (_, index) => flood.admit('10.0.0.1', index))
  expect(shown).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
  expect(flood.admit('10.0.0.2', 12)).toBe(1)
  expect(flood.admit('10.0.0.1', 10_000)).toBe(8)
})

test('listen: encrypted panels are heard, a clear message of a keyed account is refused by name, one line a kind', async () => {
  const key = new AccountKey(Buffer.alloc(16, 'k'))
  const stop = new AbortController()
  const ears = listening({keys: new Map([['1234', key]]), signal: stop.signal})
  const port = await ears.port
  const sending = {host: '127.0.0.1', port, transport: 'tcp', account: '1234', iKnow: false, waitMs: 60_000} as const
  const [delivery] = await collect(
    sendEvents([parseEvent('BA zone 3')], {...sending, key, sequence: memorySequence(1)}, realClock),
  )
  expect(delivery?.findings).toEqual([])
  expect(await send(port, ['BA zone 4', 'BA zone 5'])).toEqual(['refused', 'refused'])
  stop.abort()
  const {signals, refused} = await ears.summary
  expect([signals, refused]).toEqual([1, 4])
  expect(ears.notices).toHaveLength(1)
  expect(ears.notices[0]).toMatch(/refused 1234: key clear-text: expected an encrypted message: .* got clear text$/)
})

test('listen: what a panel does wrong is said once a kind and account, with what was expected', async () => {
  const stop = new AbortController()
  const ears = listening({signal: stop.signal})
  const port = await ears.port
  for (const seq of [1, 2]) {
    const wire = await tcpWire(port)
    wire.send(frameOf(`"SIA-DCS"000${seq}#1234[#1234|NBA3]_${stamp(Date.now())}`))
    await wire.answer()
    wire.send(frameOf(`"SIA-DCS"000${seq}L0#1234[#1234|NBA4]_${stamp(Date.now())}`, {length: '0057'}))
    wire.send(frameOf('"NULL"0000L0#1234[]'))
    await wire.answer()
  }
  stop.abort()
  await ears.summary
  const told = ears.notices.map((text) => text.replace(/^\S+ /, '')).filter((text) => !text.startsWith('sign of life'))
  expect(told).toEqual([
    'accepted from 1234, but there is no line prefix (expected L and 1 to 6 hex digits, L0 at least)',
    'refused: length: expected 0034, got 0057',
  ])
})
