import {createCipheriv} from 'node:crypto'
import {once} from 'node:events'
import {createServer} from 'node:net'
import fc from 'fast-check'
import {expect, onTestFinished, test} from 'vitest'
import {CitywatchError} from '../../src/lib/errors.ts'
import type {Signal} from '../../src/model/signal.ts'
import type {ReceiverOptions} from '../../src/panel/receiver.ts'
import {serveReceiver} from '../../src/panel/receiver.ts'
import type {Refusal} from '../../src/panel/refusal.ts'
import {open, seal} from '../../src/protocol/dc09/cipher.ts'
import {encodeFrame, type Frame, readFrame} from '../../src/protocol/dc09/frame.ts'
import {AccountKey} from '../../src/protocol/dc09/key.ts'
import {manualClock, realClock} from '../support/clock.ts'
import {frameOf, rawCrcFrame, stamp} from '../support/dc09.ts'
import {tcpWire, udpWire} from '../support/panel-wire.ts'
import {until} from '../support/wait.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 20, 30)
const event = (seq: number, zone: number) =>
  frameOf(`"SIA-DCS"${String(seq).padStart(4, '0')}L0#1234[#1234|Nri1/BA${zone}]`)
const ack = (seq: number) => frameOf(`"ACK"${String(seq).padStart(4, '0')}L0#1234[]`).toString('latin1')
const nak = frameOf(`"NAK"0000R0L0A0[]_${stamp(NOW)}`).toString('latin1')

async function receiverFor(change: Partial<ReceiverOptions> = {}) {
  const signals: Signal[] = []
  const heartbeats: string[] = []
  const refusals: Refusal[] = []
  const repeated: number[] = []
  const odd: (readonly string[])[] = []
  const clock = manualClock(NOW)
  const receiver = await serveReceiver({
    host: '127.0.0.1',
    port: 0,
    clock,
    accept: async (signal) => {
      signals.push(signal)
      return 'stored'
    },
    heartbeat: (account) => heartbeats.push(account),
    refused: (refusal) => refusals.push(refusal),
    repeated: ({seq}) => repeated.push(seq),
    odd: (lints) => odd.push(lints),
    ...change,
  })
  onTestFinished(() => receiver.close())
  return {receiver, signals, heartbeats, refusals, repeated, odd, clock, zones: () => signals.map(({zone}) => zone)}
}

test('receiver: a frame in two segments gets one ACK', async () => {
  const {receiver, zones} = await receiverFor()
  const wire = await tcpWire(receiver.port)
  const bytes = event(1, 3)
  wire.send(bytes.subarray(0, 17))
  wire.send(bytes.subarray(17))
  expect(await wire.answer()).toBe(ack(1))
  wire.end()
  expect(await wire.answer()).toBeUndefined()
  expect(zones()).toEqual(['3'])
})

test('receiver: two frames in one write get two ACKs, in order', async () => {
  const {receiver, zones} = await receiverFor()
  const wire = await tcpWire(receiver.port)
  wire.send(Buffer.concat([event(1, 3), event(2, 4)]))
  expect([await wire.answer(), await wire.answer()]).toEqual([ack(1), ack(2)])
  expect(zones()).toEqual(['3', '4'])
})

test('receiver: byte by byte, and with garbage before it, a good frame is answered', async () => {
  const {receiver, zones} = await receiverFor()
  const wire = await tcpWire(receiver.port)
  for (const byte of event(1, 3)) wire.send(Buffer.of(byte))
  expect(await wire.answer()).toBe(ack(1))
  wire.send(Buffer.concat([Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), event(2, 4)]))
  expect(await wire.answer()).toBe(ack(2))
  expect(zones()).toEqual(['3', '4'])
})

test('receiver: nine thousand bytes without CR are dropped, the next frame is answered', async () => {
  const {receiver, refusals} = await receiverFor()
  const wire = await tcpWire(receiver.port)
  wire.send(`\n${'x'.repeat(9_000)}`)
  wire.send(event(1, 3))
  expect(await wire.answer()).toBe(ack(1))
  expect(refusals.map(({step}) => step)).toContain('framing')
})

const REFUSALS: readonly (readonly [name: string, bytes: Buffer, step: string, answer: string | null])[] = [
  ['a bad check sum', frameOf('"SIA-DCS"0001L0#1234[#1234|NBA3]', {crc: '0000'}), 'crc', null],
  ['a wrong length', frameOf('"SIA-DCS"0001L0#1234[#1234|NBA3]', {length: '0005'}), 'length', null],
  ['letters in the number', frameOf('"SIA-DCS"00A1L0#1234[#1234|NBA3]'), 'header', nak],
  ['an account of two characters', frameOf('"SIA-DCS"0001L0#12[#12|NBA3]'), 'header', nak],
  ['no account at all', frameOf('"SIA-DCS"0001L0[NBA3]'), 'account', nak],
  ['an unknown token', frameOf('"XYZ-ABC"0042L0#1234[#1234|NBA3]'), 'token', frameOf('"DUH"0042L0#1234[]').toString('latin1')],
  ['an encrypted message', frameOf('"*SIA-DCS"0042L0#1234[EDA37761CC13376DD2E29C4EE3DA3621'), 'key', nak],
  ['a time 60 s in the past', frameOf(`"SIA-DCS"0001L0#1234[#1234|NBA3]_${stamp(NOW - 60_000)}`), 'timestamp', nak],
  ['a time 41 s in the past', frameOf(`"NULL"0000L0#1234[]_${stamp(NOW - 41_000)}`), 'timestamp', nak],
  ['a time 21 s in the future', frameOf(`"SIA-DCS"0001L0#1234[#1234|NBA3]_${stamp(NOW + 21_000)}`), 'timestamp', nak],
  ['an impossible date', frameOf('"SIA-DCS"0001L0#1234[#1234|NBA3]_10:20:30,23-11-2026'), 'timestamp', nak],
  ['an answer', frameOf('"ACK"0001L0#1234[]'), 'token', null],
  ['a NAK', frameOf(`"NAK"0000R0L0A0[]_${stamp(NOW)}`), 'token', null],
] // biome-ignore format: one case a line

/** The good twin before and after: the refusal is because of the fault. */
test.each(REFUSALS)('receiver: %s is never acknowledged, and the reason is told', async (_, bytes, step, answer) => {
  const {receiver, refusals, zones} = await receiverFor()
  const wire = await tcpWire(receiver.port)
  wire.send(Buffer.concat([event(7, 1), bytes, event(8, 2)]))
  const expected = answer === null ? [ack(7), ack(8)] : [ack(7), answer, ack(8)]
  for (const one of expected) expect(await wire.answer()).toBe(one)
  expect(zones()).toEqual(['1', '2'])
  expect(refusals.map((refusal) => refusal.step)).toEqual([step])
})

test.each([
  ['39 s in the past', NOW - 39_000],
  ['19 s in the future', NOW + 19_000],
])('receiver: a time %s is accepted', async (_, at) => {
  const {receiver, signals} = await receiverFor()
  const wire = await tcpWire(receiver.port)
  wire.send(frameOf(`"SIA-DCS"0001L0#1234[#1234|NBA3]_${stamp(at)}`))
  expect(await wire.answer()).toBe(ack(1))
  expect(signals[0]?.occurredAt).toBe(at)
})

test('receiver: link tests are signs of life, each of them, also with dummy data', async () => {
  const {receiver, heartbeats, signals} = await receiverFor()
  const wire = await tcpWire(receiver.port)
  for (const data of ['', '', '#0000|0000 00 000', '|']) {
    wire.send(frameOf(`"NULL"0000R0L0#abcd[${data}]`))
    expect(await wire.answer()).toBe(frameOf('"ACK"0000R0L0#abcd[]').toString('latin1'))
  }
  wire.send(frameOf('"SIA-DCS"0001L0#1234[]'))
  expect(await wire.answer()).toBe(ack(1))
  expect([heartbeats, signals]).toEqual([['ABCD', 'ABCD', 'ABCD', 'ABCD', '1234'], []])
})

test('receiver: a check sum as two raw bytes is answered in kind', async () => {
  const {receiver, odd} = await receiverFor()
  const wire = await udpWire(receiver.port)
  wire.send(rawCrcFrame('"SIA-DCS"0042L0#1234[#1234|NBA3]'))
  expect(await wire.answer()).toBe(rawCrcFrame('"ACK"0042L0#1234[]').toString('latin1'))
  expect(odd).toEqual([['binary-crc', 'no-timestamp']])
})

test('receiver: a missing L is answered with L0', async () => {
  const {receiver} = await receiverFor()
  const wire = await tcpWire(receiver.port)
  wire.send(frameOf('"SIA-DCS"0002#0123[#0123|NRP99]'))
  expect(await wire.answer()).toBe(frameOf('"ACK"0002L0#0123[]').toString('latin1'))
})

test('receiver: a repeated message is acknowledged twice and passed on once; after a minute it is new', async () => {
  const {receiver, zones, repeated, clock} = await receiverFor()
  const again = async () => {
    const wire = await tcpWire(receiver.port)
    wire.send(event(5, 3))
    expect(await wire.answer()).toBe(ack(5))
  }
  await again()
  clock.advance(59_000)
  await again()
  expect([zones(), repeated]).toEqual([['3'], [5]])
  clock.advance(1_000)
  await again()
  expect(zones()).toEqual(['3', '3'])
})

test('receiver: the same number with another event is another message', async () => {
  const {receiver, zones} = await receiverFor()
  const wire = await tcpWire(receiver.port)
  wire.send(Buffer.concat([event(5, 3), event(5, 4)]))
  expect([await wire.answer(), await wire.answer()]).toEqual([ack(5), ack(5)])
  expect(zones()).toEqual(['3', '4'])
})

test('receiver: nothing is acknowledged before it is safe; many messages wait for it together; answers keep their order', async () => {
  const waiting: {readonly zone: string | undefined; readonly store: () => void}[] = []
  const {receiver} = await receiverFor({
    accept: ({zone}) => new Promise((resolve) => waiting.push({zone, store: () => resolve('stored')})),
  })
  const wire = await tcpWire(receiver.port)
  wire.send(Buffer.concat([event(1, 1), event(2, 2), event(3, 3)]))
  wire.send(frameOf('"NULL"0000L0#1234[]'))
  await until(() => waiting.length === 3)
  const answers: (string | undefined)[] = []
  const reading = (async () => {
    for (let one = await wire.answer(); one !== undefined; one = await wire.answer()) answers.push(one)
  })()
  waiting[2]?.store()
  waiting[1]?.store()
  // Another panel is answered meanwhile, and the first one still has nothing.
  const other = await tcpWire(receiver.port)
  other.send(frameOf('"NULL"0000L0#9999[]'))
  await other.answer()
  expect(answers).toEqual([])
  waiting[0]?.store()
  await until(() => answers.length === 4)
  expect(answers).toEqual([ack(1), ack(2), ack(3), ack(0)])
  wire.end()
  await reading
})

test('receiver: a repetition that comes while the first is being stored waits for it', async () => {
  const stores: (() => void)[] = []
  const {receiver} = await receiverFor({accept: () => new Promise((resolve) => stores.push(() => resolve('stored')))})
  const [first, second] = [await tcpWire(receiver.port), await tcpWire(receiver.port)]
  first.send(event(1, 1))
  await until(() => stores.length === 1)
  second.send(Buffer.concat([event(1, 1), event(2, 2)]))
  await until(() => stores.length === 2)
  stores[1]?.()
  let answered = false
  const answer = second.answer().then((text) => {
    answered = true
    return text
  })
  const probe = await tcpWire(receiver.port)
  probe.send(frameOf('"NULL"0000L0#9999[]'))
  await probe.answer()
  expect(answered).toBe(false)
  stores[0]?.()
  expect([await answer, await second.answer(), await first.answer()]).toEqual([ack(1), ack(2), ack(1)])
})

test('receiver: what cannot be stored is not answered, and its repetition is a new try', async () => {
  let fails = true
  const {receiver, refusals} = await receiverFor({
    accept: async () => {
      if (fails) throw new Error('disk full')
      return 'stored'
    },
  })
  const wire = await tcpWire(receiver.port)
  wire.send(Buffer.concat([event(1, 1), frameOf('"NULL"0000L0#1234[]')]))
  expect(await wire.answer()).toBe(ack(0))
  expect(refusals).toMatchObject([{step: 'store', account: '1234', got: 'disk full'}])
  fails = false
  wire.send(event(1, 1))
  expect(await wire.answer()).toBe(ack(1))
})

test.each([
  ['nak', [nak, ack(0), ack(1)]],
  ['silence', [ack(0), ack(1)]],
] as const)(
  'receiver: a signal for which the disk is too full gets %s, never DUH, and is new when it comes again',
  async (onDiskFull, expected) => {
    let isFull = true
    const {receiver, refusals} = await receiverFor({
      onDiskFull,
      accept: async () => {
        if (isFull) throw new CitywatchError('CW_DISK_FULL', {path: 'platform.db'})
        return 'stored'
      },
    })
    const wire = await tcpWire(receiver.port)
    const answers: (string | undefined)[] = []
    wire.send(Buffer.concat([event(1, 1), frameOf('"NULL"0000L0#1234[]')]))
    while (answers.length < expected.length - 1) answers.push(await wire.answer())
    expect(refusals).toMatchObject([{step: 'store', account: '1234'}])
    isFull = false
    wire.send(event(1, 1))
    answers.push(await wire.answer())
    expect(answers).toEqual(expected)
  },
)

test('receiver: an account that nobody knows gets NAK, also when only the store knows', async () => {
  const {receiver, refusals} = await receiverFor({accept: async () => 'unknown-account'})
  const wire = await tcpWire(receiver.port)
  wire.send(event(1, 1))
  expect(await wire.answer()).toBe(nak)
  expect(refusals).toEqual([])
  const picky = await receiverFor({knows: (account) => account === '9999'})
  const other = await tcpWire(picky.receiver.port)
  other.send(Buffer.concat([event(1, 1), frameOf('"NULL"0000L0#9999[]')]))
  expect([await other.answer(), await other.answer()]).toEqual([nak, frameOf('"ACK"0000L0#9999[]').toString('latin1')])
  expect(picky.refusals).toMatchObject([{step: 'account', account: '1234'}])
})

test.each([
  ['nak', nak],
  ['duh', frameOf('"DUH"0001L0#1234[]').toString('latin1')],
  ['rsp', frameOf(`"RSP"0001L0#1234[#1234|hello]_${stamp(NOW)}`).toString('latin1')],
] as const)('receiver: told to answer %s it does, and still passes the signal on', async (answer, expected) => {
  const {receiver, zones} = await receiverFor({answer, responseData: 'hello'})
  const wire = await tcpWire(receiver.port)
  wire.send(event(1, 3))
  expect(await wire.answer()).toBe(expected)
  expect(zones()).toEqual(['3'])
})

test('receiver: told to keep silent it answers nothing', async () => {
  const {receiver, zones} = await receiverFor({answer: 'none'})
  const wire = await tcpWire(receiver.port)
  wire.send(event(1, 3))
  wire.end()
  expect(await wire.answer()).toBeUndefined()
  expect(zones()).toEqual(['3'])
})

test('receiver: TCP and UDP share the port; a datagram stands alone', async () => {
  const {receiver, zones, refusals} = await receiverFor()
  const wire = await udpWire(receiver.port)
  const bytes = event(1, 3)
  wire.send(bytes.subarray(0, 17))
  wire.send(bytes.subarray(17))
  wire.send(event(2, 4))
  expect(await wire.answer()).toBe(ack(2))
  expect(zones()).toEqual(['4'])
  expect(refusals.map(({step}) => step)).toEqual(['framing', 'framing'])
})

test('receiver: a panel that ends its side right behind the message still gets its ACK', async () => {
  const stores: (() => void)[] = []
  const {receiver} = await receiverFor({accept: () => new Promise((resolve) => stores.push(() => resolve('stored')))})
  const wire = await tcpWire(receiver.port)
  wire.send(event(1, 3))
  wire.end()
  await until(() => stores.length === 1)
  const other = await tcpWire(receiver.port)
  other.send(frameOf('"NULL"0000L0#9999[]'))
  await other.answer()
  stores[0]?.()
  expect(await wire.answer()).toBe(ack(1))
})

test('receiver: a connection that breaks off harms nobody, and what it had sent is kept', async () => {
  const {receiver, zones} = await receiverFor()
  const broken = await tcpWire(receiver.port)
  broken.send(Buffer.concat([event(1, 3), event(2, 4).subarray(0, 9)]))
  await until(() => zones().length === 1)
  broken.destroy()
  const wire = await tcpWire(receiver.port)
  wire.send(event(3, 5))
  expect(await wire.answer()).toBe(ack(3))
  expect(zones()).toEqual(['3', '5'])
})

test('receiver: connections above the limit are closed, the others go on', async () => {
  const {receiver} = await receiverFor({maxConnections: 2})
  const [first, second] = [await tcpWire(receiver.port), await tcpWire(receiver.port)]
  const third = await tcpWire(receiver.port)
  expect(await third.answer()).toBeUndefined()
  first.send(event(1, 3))
  second.send(event(2, 4))
  expect([await first.answer(), await second.answer()]).toEqual([ack(1), ack(2)])
})

test('receiver: a silent connection is closed', async () => {
  const {receiver} = await receiverFor({idleMs: 20})
  const wire = await tcpWire(receiver.port)
  expect(await wire.answer()).toBeUndefined()
})

test('receiver: a drip of bytes without end is cut off, a connection that says nothing at first as well', async () => {
  const {receiver} = await receiverFor({partialMs: 20})
  const [drip, mute] = [await tcpWire(receiver.port), await tcpWire(receiver.port)]
  const timer = setInterval(() => drip.send('1'), 2)
  onTestFinished(() => clearInterval(timer))
  drip.send('\n')
  expect([await drip.answer(), await mute.answer()]).toEqual([undefined, undefined])
})

test('receiver: a panel that keeps its connection is not cut off between its messages', async () => {
  const {receiver} = await receiverFor({partialMs: 20})
  const kept = await tcpWire(receiver.port)
  kept.send(event(1, 3))
  expect(await kept.answer()).toBe(ack(1))
  const other = await tcpWire(receiver.port)
  other.send('\n')
  expect(await other.answer()).toBeUndefined()
  kept.send(event(2, 4))
  expect(await kept.answer()).toBe(ack(2))
})

test('receiver: closing it answers what is being stored, then ends every connection and frees the port', async () => {
  let store = () => {}
  const {receiver} = await receiverFor({
    accept: () =>
      new Promise((resolve) => {
        store = () => resolve('stored')
      }),
  })
  const [busy, idle] = [await tcpWire(receiver.port), await tcpWire(receiver.port)]
  const datagrams = await udpWire(receiver.port)
  busy.send(event(1, 3))
  const first = store
  await until(() => store !== first)
  const closing = receiver.close()
  store()
  expect(await busy.answer()).toBe(ack(1))
  await closing
  expect([await busy.answer(), await idle.answer()]).toEqual([undefined, undefined])
  datagrams.send(event(2, 4))
  const again = await serveReceiver({
    host: '127.0.0.1',
    port: receiver.port,
    clock: realClock,
    accept: async () => 'stored',
  })
  await again.close()
})

test('receiver: a port in use is named', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const options: ReceiverOptions = {host: '127.0.0.1', port, clock: realClock, accept: async () => 'stored'}
  await expect(serveReceiver(options)).rejects.toThrow('CW_PORT_IN_USE')
})

test('receiver: whatever is sent, it goes on answering', async () => {
  const {receiver} = await receiverFor()
  const noise = fc.array(
    fc.oneof(
      fc.uint8Array({maxLength: 60}),
      fc.string({unit: fc.constantFrom(...'"*NULACKSI-D0123RL#[]_|'), maxLength: 40}).map((body) => frameOf(body)),
    ),
    {maxLength: 6},
  )
  const wire = await tcpWire(receiver.port)
  let seq = 0
  await fc.assert(
    fc.asyncProperty(noise, async (parts) => {
      seq = (seq % 9_998) + 1
      wire.send(Buffer.concat([...parts, Buffer.from('\r\r\r\r\r\r\r\r'), event(seq, seq)]))
      for (let one = await wire.answer(); one !== ack(seq); one = await wire.answer()) expect(one).toBeDefined()
    }),
  )
})

const key = new AccountKey(Buffer.from('A key of 24 bytes for us'))
const keys = (account: string) => (account === '1234' ? key : undefined)
const clearEvent = (seq: number, zone: number, at = NOW): Frame => ({
  token: 'SIA-DCS',
  encrypted: false,
  seq,
  line: '0',
  account: '1234',
  data: `#1234|Nri1/BA${zone}`,
  xdata: [],
  timestamp: stamp(at),
  crcForm: 'hex',
})
const sealed = (seq: number, zone: number, at = NOW, own = key) =>
  Buffer.from(encodeFrame(seal(clearEvent(seq, zone, at), own, Buffer.alloc(16, 0x51))))
/** An encrypted answer as the panel reads it. */
const opened = (text: string | undefined) => {
  const wire = readFrame(Buffer.from(text ?? '', 'latin1')).frame
  const frame = wire?.encrypted ? open(wire, key).frame : undefined
  return frame && `${frame.token} ${frame.seq} ${frame.account} ${frame.data}_${frame.timestamp}`
}
const sealedAck = (seq: number) => `ACK ${seq} 1234 _${stamp(NOW)}`

const untimed = (() => {
  const text = 'QQQQQ|#1234|NBA]'
  const cipher = createCipheriv('aes-192-cbc', key.reveal(), Buffer.alloc(16)).setAutoPadding(false)
  return frameOf(`"*SIA-DCS"0005L0#1234[${cipher.update(text, 'latin1', 'hex').toUpperCase()}`)
})()

const KEY_REFUSALS: readonly (readonly [name: string, bytes: Buffer, step: string, rule: string])[] = [
  ['clear text on a keyed account', event(5, 9), 'key', 'clear-text'],
  ['a clear link test of a keyed account', frameOf('"NULL"0000L0#1234[]'), 'key', 'clear-text'],
  ['another key', sealed(5, 9, NOW, new AccountKey(Buffer.alloc(16, 9))), 'key', 'decryption'],
  ['cipher text that was cut', frameOf('"*SIA-DCS"0005L0#1234[EDA37761CC13376D'), 'key', 'cipher-text'],
  ['no time inside', untimed, 'timestamp', 'timestamp'],
  ['an old message replayed', sealed(5, 9, NOW - 41_000), 'timestamp', 'timestamp'],
  ['a clock that is ahead', sealed(5, 9, NOW + 21_000), 'timestamp', 'timestamp'],
] // biome-ignore format: one case a line

test.each(KEY_REFUSALS)('receiver with a key: %s is never acknowledged', async (_, bytes, step, rule) => {
  const {receiver, refusals, zones} = await receiverFor({keys})
  const wire = await tcpWire(receiver.port)
  wire.send(Buffer.concat([sealed(7, 1), bytes, sealed(8, 2)]))
  expect(opened(await wire.answer())).toBe(sealedAck(7))
  expect(await wire.answer()).toBe(nak)
  expect(opened(await wire.answer())).toBe(sealedAck(8))
  expect(zones()).toEqual(['1', '2'])
  expect(refusals.map((refusal) => [refusal.step, refusal.rule])).toEqual([[step, rule]])
})

test('receiver with a key: acknowledged encrypted, a repetition again and told once; other accounts stay clear', async () => {
  const {receiver, zones, repeated} = await receiverFor({keys})
  const wire = await tcpWire(receiver.port)
  wire.send(Buffer.concat([sealed(1, 3), sealed(1, 3, NOW - 5_000), frameOf('"NULL"0000L0#9999[]')]))
  expect([opened(await wire.answer()), opened(await wire.answer())]).toEqual([sealedAck(1), sealedAck(1)])
  expect(await wire.answer()).toBe(frameOf('"ACK"0000L0#9999[]').toString('latin1'))
  expect([zones(), repeated]).toEqual([['3'], [1]])
})

test('receiver with a key: nothing that it says or tells holds the key', async () => {
  const {receiver, refusals, odd} = await receiverFor({keys})
  const wire = await tcpWire(receiver.port)
  const leaky = frameOf('"SIA-DCS"0001L0#1234[#1234|NBA3][Kgive me the key]')
  wire.send(Buffer.concat([leaky, sealed(2, 1)]))
  const answers = [await wire.answer(), await wire.answer()].join('')
  expect(`${answers}${JSON.stringify([refusals, odd])}`).not.toMatch(/A key of 24|41206B6579/i)
})

test('receiver with a key: told to answer RSP, its data is encrypted', async () => {
  const {receiver} = await receiverFor({keys, answer: 'rsp', responseData: 'hello'})
  const wire = await tcpWire(receiver.port)
  wire.send(sealed(1, 3))
  expect(opened(await wire.answer())).toBe(`RSP 1 1234 #1234|hello_${stamp(NOW)}`)
})

test('receiver: told to answer one in three, it does; a repetition counts', async () => {
  const {receiver, zones} = await receiverFor({oneIn: 3})
  const wire = await tcpWire(receiver.port)
  wire.send(Buffer.concat([event(1, 1), event(1, 1), event(1, 1), event(2, 2), event(3, 3), event(4, 4)]))
  expect([await wire.answer(), await wire.answer()]).toEqual([ack(1), ack(4)])
  expect(zones()).toEqual(['1', '2', '3', '4'])
})

test('receiver: told to hold answers back, it sends them when their time has come, or when it is closed', async () => {
  const {receiver, zones, clock} = await receiverFor({delayMs: 1_500})
  const wire = await tcpWire(receiver.port)
  wire.send(event(1, 1))
  await until(() => zones().length === 1)
  let answered = false
  const answer = wire.answer().then((text) => {
    answered = true
    return text
  })
  clock.advance(1_499)
  expect(answered).toBe(false)
  clock.advance(1)
  expect(await answer).toBe(ack(1))
  wire.send(event(2, 2))
  await until(() => zones().length === 2)
  await receiver.close()
  expect(await wire.answer()).toBe(ack(2))
})
