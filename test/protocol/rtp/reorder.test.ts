import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {RtpPacket} from '../../../src/protocol/rtp/packet.ts'
import {REORDER_DEPTH, REORDER_MS, ReorderBuffer} from '../../../src/protocol/rtp/reorder.ts'

const packet = (sequence: number): RtpPacket => ({
  ...{payloadType: 96, marker: false, sequence: sequence & 0xffff, timestamp: 0, ssrc: 1},
  payload: Buffer.alloc(0),
})

/** Sequence numbers as they come out; with a `!` behind a gap. */
function order(sequences: readonly number[], atMs: (index: number) => number = () => 0): string {
  const buffer = new ReorderBuffer()
  return sequences
    .flatMap((sequence, index) => buffer.push(packet(sequence), atMs(index)))
    .map(({packet: {sequence}, gap}) => `${gap ? '!' : ''}${sequence}`)
    .join(' ')
}

test.each([
  ['in order', [1, 2, 3], '1 2 3'],
  ['two swapped', [1, 3, 2, 4], '1 2 3 4'],
  ['across the wrap', [65_534, 0, 65_535, 1], '65534 65535 0 1'],
  ['one twice', [1, 2, 2, 3], '1 2 3'],
  ['one before the first', [5, 4, 6], '5 6'],
  ['one missing, and not enough behind it', [1, 3, 4], '1'],
])('order of packets: %s', (_name, sequences, out) => expect(order(sequences)).toBe(out))

test('order of packets: one missing is given up when enough have overtaken it', () => {
  const behind = Array.from({length: REORDER_DEPTH + 1}, (_, index) => 3 + index)
  expect(order([1, ...behind])).toBe(['1', '!3', ...behind.slice(1)].join(' '))
  expect(order([1, ...behind, 2])).toBe(['1', '!3', ...behind.slice(1)].join(' '))
})

test('order of packets: one missing is given up when it is too late', () => {
  expect(order([1, 3, 4], (index) => index * REORDER_MS)).toBe('1')
  expect(order([1, 3, 4], (index) => (index === 2 ? REORDER_MS + 1 : 0))).toBe('1 !3 4')
})

test('order of packets: whatever order they come in, they leave in theirs and none twice', () => {
  fc.assert(
    fc.property(fc.nat({max: 0xffff}), fc.array(fc.nat({max: 60}), {maxLength: 200}), (from, steps) => {
      const buffer = new ReorderBuffer()
      const out = steps.flatMap((step) => buffer.push(packet(from + step), 0)).map((one) => one.packet.sequence)
      const ways = out.map((sequence) => (sequence - (out[0] ?? 0)) & 0xffff)
      expect(ways).toEqual([...new Set(ways)].toSorted((a, b) => a - b))
    }),
  )
})
