import fc from 'fast-check'
import {expect, test} from 'vitest'
import {MAX_PENDING_BYTES, PieceBuffer} from '../../../src/protocol/dc09/pieces.ts'
import {frameOf, rawCrcFrame} from '../../support/dc09.ts'

const first = frameOf('"SIA-DCS"0001L0#1234[#1234|Nri1/BA1]')
const second = frameOf('"SIA-DCS"0002L0#1234[#1234|Nri1/BR1]')
const raw = rawCrcFrame('"SIA-DCS"0003L0#1234[#1234|Nri1/FA2]')

/** Its raw check sum is LF and CR; whether it is right is not looked at here. */
const rawOfLineEnds = Buffer.concat([Buffer.from('\n\n\r'), raw.subarray(3)])

const show = (text: string | Buffer) => (typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
const frame = (bytes: Buffer) => ({kind: 'frame', bytes: bytes.toString('latin1')})
const junk = (text: string | Buffer) => ({kind: 'junk', bytes: show(text).toString('latin1')})
const half = first.subarray(0, 20)

const CASES: readonly (readonly [name: string, bytes: readonly (string | Buffer)[], pieces: readonly object[]])[] = [
  ['one frame', [first], [frame(first)]],
  ['two frames', [first, second], [frame(first), frame(second)]],
  ['line ends between frames', ['\r\n', first, '\n\n', second, '\r\n\r'], [frame(first), frame(second)]],
  ['empty frames', ['\n\r\n\r\n\r', first, '\n\r\n\r', raw, '\n\r'], [frame(first), frame(raw)]],
  ['a raw check sum of line ends behind line ends', ['\n\n\r', rawOfLineEnds, '\r\n', second], [frame(rawOfLineEnds), frame(second)]],
  ['a raw check sum between others', [first, raw, second], [frame(first), frame(raw), frame(second)]],
  ['garbage before a good frame', ['GET / HTTP/1.1', first], [junk('GET / HTTP/1.1'), frame(first)]],
  ['garbage with a CR before a good frame', ['garbage\r', first], [junk('garbage\r'), frame(first)]],
  ['a frame without its LF', [first.subarray(1), second], [junk(first.subarray(1)), frame(second)]],
  ['a frame broken off by the next', [half, second], [junk(half), frame(second)]],
  ['a frame with a wrong length', [frameOf('"NULL"0000L0#1234[]', {length: '0FFF'}), second], [
    frame(frameOf('"NULL"0000L0#1234[]', {length: '0FFF'})), frame(second)]],
] // biome-ignore format: one case a line

const readAll = (chunks: readonly Uint8Array[]) => {
  const buffer = new PieceBuffer()
  return chunks
    .flatMap((chunk) => buffer.push(chunk))
    .map(({kind, bytes}) => ({kind, bytes: Buffer.from(bytes).toString('latin1')}))
}

test.each(CASES)('pieces: %s', (_, parts, pieces) => {
  const bytes = Buffer.concat(parts.map(show))
  expect(readAll([bytes])).toEqual(pieces)
  expect(readAll([...bytes].map((byte) => Buffer.of(byte)))).toEqual(pieces)
  for (let at = 1; at < bytes.length; at++) expect(readAll([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(pieces)
})

test('pieces: nine thousand bytes without CR are dropped, what follows is read', () => {
  const buffer = new PieceBuffer()
  const flood = Buffer.from(`\n${'x'.repeat(9_000)}`)
  const dropped = buffer.push(flood)
  expect(dropped.map(({kind, bytes}) => [kind, bytes.length])).toEqual([['junk', 9_001]])
  expect(buffer.pendingBytes).toBe(0)
  expect(buffer.push(Buffer.concat([Buffer.from('yy\r'), first])).map(({kind}) => kind)).toEqual(['junk', 'frame'])
})

test('pieces: a drip of bytes without end never holds more than the limit', () => {
  const buffer = new PieceBuffer()
  for (let sent = 0; sent < 40_000; sent += 100) {
    buffer.push(Buffer.from('x'.repeat(100)))
    expect(buffer.pendingBytes).toBeLessThanOrEqual(MAX_PENDING_BYTES)
  }
})

test('pieces: whatever comes before, a frame after LF-free noise is found, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({maxLength: 60}), {maxLength: 5}), (noise) => {
      const found = readAll([...noise, Buffer.from('\r\r\r\r\r\r\r\r'), first])
      expect(found.at(-1)).toEqual(frame(first))
    }),
  )
})
