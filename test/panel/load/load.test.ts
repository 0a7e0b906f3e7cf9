import {once} from 'node:events'
import {readFileSync, writeFileSync} from 'node:fs'
import {createServer, type Socket} from 'node:net'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {listenToPanels} from '../../../src/panel/listen.ts'
import {type LoadOptions, loadReceiver} from '../../../src/panel/load/load.ts'
import {parseMix} from '../../../src/panel/load/mix.ts'
import {Reconciliation} from '../../../src/panel/load/reconcile.ts'
import {isComplete, isSilent, type LoadReport} from '../../../src/panel/load/report.ts'
import {dueAt, planned} from '../../../src/panel/load/shape.ts'
import {type ReceiverOptions, serveReceiver} from '../../../src/panel/receiver.ts'
import {AccountKey} from '../../../src/protocol/dc09/key.ts'
import {patientClock, realClock} from '../../support/clock.ts'
import {frameOf, stamp} from '../../support/dc09.ts'
import {tempFolder} from '../../support/temp-folder.ts'

const ACCOUNTS = ['1000', '1001', '1002', 'AB12']
const MESSAGES = 60

function load(port: number, change: Partial<LoadOptions> = {}) {
  const clock = patientClock()
  return loadReceiver(
    {
      host: '127.0.0.1',
      port,
      transport: 'tcp',
      accounts: ACCOUNTS,
      connections: 3,
      rate: 400,
      rampMs: 100,
      holdMs: 100,
      mix: 'BA*2,130,heartbeat',
      seed: 7,
      attempts: 2,
      waitMs: 60_000,
      iKnow: false,
      clock,
      stopwatch: () => performance.now(),
      signal: new AbortController().signal,
      ...change,
    },
    () => {},
  )
}

/** The books close: every message is in exactly one place. */
function closes({sent, acked, refused, unsupported, lost, lostBy, planned: all, notSent, codes}: LoadReport): boolean {
  const lostInAll = lostBy.noReply + lostBy.closed + lostBy.unreachable
  const byCode = Object.values(codes).reduce((sum, n) => sum + n, 0)
  return (
    sent === acked + refused + unsupported + lost && lost === lostInAll && all === sent + notSent && byCode === sent
  )
}

async function receiverFor(change: Partial<ReceiverOptions> = {}) {
  const heard: string[] = []
  const seqs = new Map<string, number[]>()
  const receiver = await serveReceiver({
    host: '127.0.0.1',
    port: 0,
    clock: realClock,
    accept: async ({account, code, zone}, {seq}) => {
      heard.push(`${account} ${code} ${zone}`)
      seqs.set(account, [...(seqs.get(account) ?? []), seq])
      return 'stored'
    },
    ...change,
  })
  onTestFinished(() => receiver.close())
  return {port: receiver.port, heard, seqs}
}

/** A receiver that answers as it is told: the texts are sent back one after the other. */
async function serverThat(answer: (text: string, socket: Socket) => readonly (Buffer | string)[]): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      for (const part of answer(bytes.toString('latin1'), socket)) socket.write(part)
    })
  })
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

const ackOf = (text: string) => {
  const [, seq = '', account = ''] = /"(\d{4})L0#(\w+)\[/.exec(text) ?? []
  return frameOf(`"ACK"${seq}L0#${account}[]`)
}

test.each(['tcp', 'udp'] as const)(
  'load: over %s everything planned is sent and acknowledged, first sends only',
  async (transport) => {
    const {port, heard} = await receiverFor()
    const report = await load(port, {transport})
    expect(report).toMatchObject({
      planned: MESSAGES,
      sent: MESSAGES,
      acked: MESSAGES,
      lost: 0,
      repeated: 0,
      doubled: 0,
      unexpected: 0,
    })
    expect([closes(report), isComplete(report), report.connections]).toEqual([true, true, 3])
    expect(report.latency.first?.n).toBe(MESSAGES)
    expect(report.latency.repeated).toBeUndefined()
    expect(heard).toHaveLength(MESSAGES - (report.codes.NULL ?? 0))
  },
)

test('load: each account counts its own messages, one number after the other', async () => {
  const {port, seqs} = await receiverFor()
  await load(port, {mix: 'BA'})
  expect([...seqs.keys()].sort()).toEqual(ACCOUNTS.toSorted())
  for (const numbers of seqs.values()) {
    expect(numbers).toEqual(numbers.map((_, index) => (((numbers[0] ?? 0) - 1 + index) % 9_999) + 1))
  }
})

test('load: the same seed gives each account the same events, another seed others', () => {
  const events = (seed: number) => {
    const mix = parseMix('BA*2,130,R130,heartbeat', seed)
    return Array.from({length: 200}, (_, at) => mix.event(at % 5, Math.floor(at / 5)).text)
  }
  expect(events(1)).toEqual(events(1))
  expect(events(1)).not.toEqual(events(2))
  expect(new Set(events(1).map((text) => text.split(' ')[0]))).toEqual(new Set(['BA', '130', 'R130', 'heartbeat']))
  for (const text of ['', 'BA*0', 'BA,,', 'BA*1001', 'nonsense', 'BA zone 3', `${'BA,'.repeat(100)}BA`]) {
    expect(() => parseMix(text, 1)).toThrow('CW_BAD_VALUE')
  }
})

test.each([
  ['nak', 'refused'],
  ['duh', 'unsupported'],
] as const)('load: a receiver that answers %s: everything is %s', async (answer, where) => {
  const {port} = await receiverFor({answer})
  const report = await load(port)
  expect(report).toMatchObject({sent: MESSAGES, [where]: MESSAGES, acked: 0, clockSet: 0})
  expect([closes(report), isComplete(report), isSilent(report)]).toEqual([true, false, false])
})

test('load: a receiver that says nothing: everything is lost after all attempts', async () => {
  const {port} = await receiverFor({answer: 'none'})
  const report = await load(port, {waitMs: 20, rate: 100})
  expect(report.lostBy).toEqual({noReply: report.sent, closed: 0, unreachable: 0})
  expect(report.repeated).toBe(report.sent)
  expect([closes(report), isSilent(report)]).toEqual([true, true])
})

test('load: one answer in two: the repetitions are acknowledged, and their latency is apart', async () => {
  let messages = 0
  const port = await serverThat((text) => (++messages % 2 === 0 ? [ackOf(text)] : []))
  const report = await load(port, {waitMs: 60, connections: 1, rate: 100, rampMs: 0, holdMs: 100})
  expect(report).toMatchObject({sent: 10, acked: 10, repeated: 10, lost: 0})
  expect([report.latency.first, report.latency.repeated?.n]).toEqual([undefined, 10])
})

test('load: a second answer to the same message is doubled, one to another message is unexpected', async () => {
  const port = await serverThat((text) => [
    Buffer.concat([frameOf('"ACK"0000L0#FFFF[]'), Buffer.from('\nrubbish\r'), ackOf(text), ackOf(text)]),
  ])
  const report = await load(port, {connections: 1})
  expect(report).toMatchObject({acked: MESSAGES, doubled: MESSAGES, unexpected: 2 * MESSAGES})
  expect(closes(report)).toBe(true)
})

test('load: a receiver that hangs up is dialled again; one that always does has closed everything', async () => {
  let messages = 0
  const port = await serverThat((text, socket) => {
    if (++messages % 2 === 0) return [ackOf(text)]
    socket.destroy()
    return []
  })
  const once = await load(port, {connections: 1})
  expect(once).toMatchObject({acked: MESSAGES, repeated: MESSAGES, lost: 0})
  const deaf = await serverThat((_, socket) => {
    socket.destroy()
    return []
  })
  const never = await load(deaf)
  expect(never.lostBy).toEqual({noReply: 0, closed: MESSAGES, unreachable: 0})
  expect(closes(never)).toBe(true)
})

test("load: a NAK with the receiver's time sets the clock of a connection, once", async () => {
  const ahead = 7_200_000
  const port = await serverThat((text) => {
    const at = /_(\d\d:\d\d:\d\d,\d\d-\d\d-\d{4})\r/.exec(text)?.[1] ?? ''
    const iso = `${at.slice(15)}-${at.slice(9, 14)}T${at.slice(0, 8)}Z`
    const good = Date.parse(iso) > Date.now() + ahead / 2
    return [good ? ackOf(text) : frameOf(`"NAK"0000R0L0A0[]_${stamp(Date.now() + ahead)}`)]
  })
  const report = await load(port)
  expect(report).toMatchObject({acked: MESSAGES, refused: 0, clockSet: 3, repeated: 3})
})

test('load: accounts with a key send encrypted, the others in clear', async () => {
  const key = new AccountKey(Buffer.alloc(16, 'k'))
  const keys = new Map([['1000', key]])
  const {port} = await receiverFor({keys: (account) => keys.get(account)})
  const report = await load(port, {keys})
  expect(report).toMatchObject({acked: MESSAGES, encrypted: 1, clearAnswers: 0})
  const clear = await serverThat((text) => [ackOf(text.replaceAll('*', ''))])
  expect((await load(clear, {keys, accounts: ['1000'], rate: 100})).clearAnswers).toBeGreaterThan(0)
})

test('load: nobody there is said before anything is sent; over UDP every message says so', async () => {
  const receiver = await serveReceiver({host: '127.0.0.1', port: 0, clock: realClock, accept: async () => 'stored'})
  await receiver.close()
  await expect(load(receiver.port)).rejects.toThrow('CW_UNREACHABLE')
  const report = await load(receiver.port, {transport: 'udp'})
  expect([report.lostBy.unreachable, isSilent(report), closes(report)]).toEqual([MESSAGES, true, true])
})

test('load: told to stop, it sends nothing more, waits for the answers and reports', async () => {
  const stop = new AbortController()
  const port = await serverThat((text) => {
    stop.abort()
    return [ackOf(text)]
  })
  const report = await load(port, {signal: stop.signal, holdMs: 600_000})
  expect([report.interrupted, report.lost, closes(report)]).toEqual([true, 0, true])
  expect(report.notSent).toBeGreaterThan(0)
  expect(report.acked).toBe(report.sent)
})

test('load: what the receiver stored is what it acknowledged, each once', async () => {
  const capture = join(tempFolder(), 'signals.jsonl')
  const stop = new AbortController()
  const up = Promise.withResolvers<number>()
  const ears = {ready: ({port}: {port: number}) => up.resolve(port), signal: () => {}, notice: () => {}}
  const options = {host: '127.0.0.1', port: 0, answer: 'ack', accounts: [], capture, clock: realClock} as const
  const listening = listenToPanels({...options, signal: stop.signal}, ears)
  const port = await up.promise
  const report = await load(port, {capture})
  expect(report.capture).toEqual({
    stored: MESSAGES - (report.codes.NULL ?? 0),
    missing: 0,
    doubled: 0,
    unacknowledged: 0,
  })
  stop.abort()
  await listening
  expect(readFileSync(capture, 'utf8').trim().split('\n')).toHaveLength(report.capture?.stored ?? 0)
})

test('reconcile: acknowledged and missing, stored twice, stored and not acknowledged are found; older lines are not', async () => {
  const path = join(tempFolder(), 'signals.jsonl')
  const line = (seq: number, account = '1000') => `${JSON.stringify({seq, signal: {account}})}\n`
  writeFileSync(path, line(1))
  const books = await Reconciliation.with(path, ACCOUNTS)
  for (const seq of [1, 2, 3, 4]) books.sent('1000', seq)
  for (const seq of [1, 2, 3]) books.acked('1000', seq)
  writeFileSync(
    path,
    [line(1), line(2), line(3), line(3), line(4), line(5), line(1, '9999'), 'rubbish\n', '{"seq":'].join(''),
  )
  expect(await books.reconcile()).toEqual({stored: 4, missing: 1, doubled: 1, unacknowledged: 1})
  await expect(Reconciliation.with(join(tempFolder(), 'none'), ACCOUNTS)).rejects.toThrow('CW_FILE_NOT_FOUND')
})

test('load: another machine only when told so, whatever the codes; the bounds are said', async () => {
  await expect(load(9, {host: '192.0.2.1', mix: 'heartbeat'})).rejects.toThrow('CW_DISPATCH_GUARD')
  await expect(load(9, {rate: 401})).rejects.toThrow('CW_USAGE')
  await expect(load(9, {rampMs: 0, holdMs: 1})).rejects.toThrow('CW_USAGE')
  await expect(load(9, {holdMs: 100_000_000})).rejects.toThrow('CW_USAGE')
})

test('shape: a ramp, a hold, and nothing more', () => {
  const shape = {rate: 100, rampMs: 2_000, holdMs: 3_000}
  expect([-5, 0, 1_000, 2_000, 3_000, 5_000, 9_000].map((ms) => dueAt(shape, ms))).toEqual([
    0, 0, 25, 100, 200, 400, 400,
  ])
  expect([planned(shape), planned({rate: 100, rampMs: 0, holdMs: 1_000})]).toEqual([400, 100])
})
