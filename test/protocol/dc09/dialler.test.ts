import {expect, test} from 'vitest'
import {open, seal} from '../../../src/protocol/dc09/cipher.ts'
import {Dialler, type DialOptions} from '../../../src/protocol/dc09/dialler.ts'
import {decode, encodeFrame} from '../../../src/protocol/dc09/frame.ts'
import {AccountKey} from '../../../src/protocol/dc09/key.ts'
import {frameOf, stamp} from '../../support/dc09.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 20, 30)
const options: DialOptions = {
  message: {
    token: 'SIA-DCS',
    encrypted: false,
    seq: 42,
    line: '0',
    account: '1234',
    data: '#1234|NBA3',
    xdata: [],
    crcForm: 'hex',
  },
  stamped: true,
  attempts: 3,
  waitMs: 5_000,
  offsetMs: 0,
  datagrams: false,
}
const ack = frameOf('"ACK"0042L0#1234[]')
const nak = (at: number) => frameOf(`"NAK"0000R0L0A0[]_${stamp(at)}`)

const sent = (dialler: Dialler) => dialler.take().map((bytes) => decode(bytes)?.frame)
const outcome = {attempts: 1, offsetMs: 0, ignored: 0, rttMs: 80}

test.each([
  ['ACK', ack, {...outcome, verdict: 'acked'}],
  [
    'ACK in lower case',
    Buffer.from(`\n${ack.toString().slice(1, 9).toLowerCase()}${ack.toString().slice(9)}`),
    {...outcome, verdict: 'acked'},
  ],
  ['ACK behind garbage', Buffer.concat([Buffer.from('hello\r\n'), ack]), {...outcome, verdict: 'acked', ignored: 1}],
  ['ACK with a literal None for R', frameOf('"ACK"0042NoneL0#1234[]'), {...outcome, verdict: 'acked'}],
  ['DUH', frameOf('"DUH"0042L0#1234[]'), {...outcome, verdict: 'unsupported'}],
  ['RSP with data', frameOf('"RSP"0042L0#1234[#1234|hi]'), {...outcome, verdict: 'acked', data: '#1234|hi'}],
  ['NAK without a time', frameOf('"NAK"0042R0L0A0[]'), {...outcome, verdict: 'refused', untimedNak: true}],
  ['NAK of an unknown account, bare', frameOf('"NAK"'), {...outcome, verdict: 'refused', untimedNak: true}],
])('dialler: %s ends it', (_, answer, result) => {
  const dialler = new Dialler(options, NOW)
  dialler.receive(answer, NOW + 80)
  expect([dialler.result, dialler.deadline]).toEqual([result, null])
})

test.each([
  ['another number', frameOf('"ACK"0041L0#1234[]')],
  ['a wrong check sum', frameOf('"ACK"0042L0#1234[]', {crc: '0000'})],
  ['a wrong length', frameOf('"ACK"0042L0#1234[]', {length: '0001'})],
  ['a NAK for another message', frameOf(`"NAK"0041R0L0A0[]_${stamp(NOW)}`)],
  ['a message', frameOf('"SIA-DCS"0042L0#1234[]')],
])('dialler: an answer with %s is ignored, the right one still counts', (_, answer) => {
  const dialler = new Dialler(options, NOW)
  dialler.receive(answer, NOW + 10)
  expect(dialler.result).toBeNull()
  dialler.receive(ack, NOW + 80)
  expect(dialler.result).toEqual({...outcome, verdict: 'acked', ignored: 1})
})

test('dialler: silence repeats the message with its number and a new time, then it is no reply', () => {
  const dialler = new Dialler(options, NOW)
  const frames = sent(dialler)
  for (let at = NOW + 5_000; dialler.result === null; at += 5_000) {
    expect(dialler.deadline).toBe(at)
    dialler.expire(at)
    frames.push(...sent(dialler))
  }
  expect(frames.map((frame) => [frame?.seq, frame?.timestamp])).toEqual([
    [42, stamp(NOW)],
    [42, stamp(NOW + 5_000)],
    [42, stamp(NOW + 10_000)],
  ])
  expect(dialler.result).toEqual({verdict: 'no-reply', attempts: 3, offsetMs: 0, ignored: 0})
})

test('dialler: a NAK with a time sets the clock and the message is sent once more, not twice', () => {
  const dialler = new Dialler({...options, attempts: 1}, NOW)
  dialler.take()
  dialler.receive(nak(NOW + 7_200_000), NOW)
  expect(sent(dialler)).toMatchObject([{seq: 42, timestamp: stamp(NOW + 7_200_000)}])
  dialler.receive(nak(NOW + 7_200_000), NOW + 100)
  expect(dialler.result).toEqual({
    verdict: 'refused',
    attempts: 2,
    offsetMs: 7_200_000,
    clockSet: true,
    ignored: 0,
    rttMs: 100,
  })
})

test('dialler: the clock that a NAK has set is used for the repetitions, too', () => {
  const dialler = new Dialler(options, NOW)
  dialler.receive(nak(NOW - 60_000), NOW)
  dialler.take()
  dialler.expire(NOW + 5_000)
  expect(sent(dialler)).toMatchObject([{timestamp: stamp(NOW - 55_000)}])
  dialler.receive(ack, NOW + 5_020)
  expect(dialler.result).toEqual({
    verdict: 'acked',
    attempts: 3,
    offsetMs: -60_000,
    clockSet: true,
    ignored: 0,
    rttMs: 20,
  })
})

test('dialler: a NAK said twice at once is one: the second cannot answer what was not sent yet', () => {
  const dialler = new Dialler(options, NOW)
  dialler.receive(Buffer.concat([nak(NOW + 7_200_000), nak(NOW + 7_200_000)]), NOW)
  expect(dialler.result).toBeNull()
  dialler.receive(ack, NOW + 80)
  expect(dialler.result).toMatchObject({verdict: 'acked', attempts: 2, clockSet: true, ignored: 1})
})

test('dialler: a clock that was set on another connection is not set again', () => {
  const dialler = new Dialler({...options, clockSet: true, offsetMs: 1_000}, NOW)
  dialler.receive(nak(NOW + 7_200_000), NOW + 80)
  expect(dialler.result).toEqual({...outcome, verdict: 'refused', offsetMs: 1_000, clockSet: true})
})

test('dialler: an encrypted answer that the key does not open is counted', () => {
  const dialler = new Dialler({...encrypted, attempts: 1}, NOW)
  dialler.receive(sealedAck(new AccountKey(Buffer.alloc(16))), NOW + 80)
  dialler.expire(NOW + 5_000)
  expect(dialler.result).toMatchObject({verdict: 'no-reply', ignored: 1, unopened: 1})
})

test('dialler: an answer byte by byte counts; the end before it is "closed"', () => {
  const patient = new Dialler(options, NOW)
  for (const byte of ack) patient.receive(Buffer.of(byte), NOW + 80)
  expect(patient.result?.verdict).toBe('acked')
  const cut = new Dialler(options, NOW)
  cut.receive(ack.subarray(0, -1), NOW)
  cut.end()
  expect(cut.result).toEqual({verdict: 'closed', attempts: 1, offsetMs: 0, ignored: 0})
})

test('dialler: over datagrams the rest of one never completes another', () => {
  const dialler = new Dialler({...options, datagrams: true}, NOW)
  dialler.receive(ack.subarray(0, 10), NOW)
  dialler.receive(ack.subarray(10), NOW)
  expect(dialler.result).toBeNull()
  dialler.receive(ack, NOW)
  expect(dialler.result?.verdict).toBe('acked')
})

const key = new AccountKey(Buffer.alloc(32, 'k'))
const pad = () => Buffer.alloc(16, 0x51)
const encrypted: DialOptions = {...options, cipher: {key, pad}}
const sealedAck = (own: AccountKey) =>
  encodeFrame(seal({...options.message, token: 'ACK', data: '', timestamp: stamp(NOW)}, own, pad()))

test('dialler: with a key the message goes out encrypted, and again with a new time', () => {
  const dialler = new Dialler(encrypted, NOW)
  dialler.expire(NOW + 5_000)
  const clear = sent(dialler).map((frame) => frame && open(frame, key).frame)
  expect(clear).toEqual([0, 5_000].map((ms) => ({...options.message, timestamp: stamp(NOW + ms)})))
})

test.each([
  ['encrypted with the same key', sealedAck(key), {...outcome, verdict: 'acked'}],
  ['in clear', ack, {...outcome, verdict: 'acked', clearAnswer: true}],
  ['encrypted with another key', sealedAck(new AccountKey(Buffer.alloc(16))), null],
])('dialler: an ACK to an encrypted message, %s', (_, answer, result) => {
  const dialler = new Dialler(encrypted, NOW)
  dialler.receive(answer, NOW + 80)
  expect(dialler.result).toEqual(result)
})

test('dialler: without a key an encrypted ACK is no answer', () => {
  const dialler = new Dialler(options, NOW)
  dialler.receive(sealedAck(key), NOW + 80)
  expect(dialler.result).toBeNull()
})

test('dialler: a key without a time to write cannot send', () => {
  expect(() => new Dialler({...encrypted, stamped: false}, NOW)).toThrow('CW_PROTOCOL_LOCAL')
})
