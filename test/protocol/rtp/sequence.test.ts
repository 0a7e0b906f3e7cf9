import fc from 'fast-check'
import {expect, test} from 'vitest'
import {SequenceAccount} from '../../../src/protocol/rtp/sequence.ts'

test.each([
  ['in order', [5, 6, 7], ['next', 'next', 'next'], 0],
  ['across the wrap', [65_534, 65_535, 0, 1], ['next', 'next', 'next', 'next'], 0],
  ['two missing', [5, 8], ['next', 'gap'], 2],
  ['missing across the wrap', [65_535, 2], ['next', 'gap'], 2],
  ['two swapped', [5, 7, 6, 8], ['next', 'gap', 'late', 'next'], 0],
  ['one doubled', [5, 6, 6], ['next', 'next', 'duplicate'], 0],
  ['a late one doubled', [5, 7, 6, 6], ['next', 'gap', 'late', 'duplicate'], 0],
  ['from before the start', [5, 4], ['next', 'duplicate'], 0],
  ['a new start of the stream', [5, 30_000, 30_001], ['next', 'restart', 'next'], 0],
] as const)('RTP sequence: %s', (_name, sequence, arrivals, lost) => {
  const account = new SequenceAccount()
  expect(sequence.map((number) => account.note(number, 1))).toEqual(arrivals)
  expect(account.lost).toBe(lost)
})

test('RTP sequence: packets that came late and that came twice are counted', () => {
  const account = new SequenceAccount()
  for (const sequence of [5, 7, 6, 6, 9, 8, 9]) account.note(sequence, 1)
  expect([account.reordered, account.duplicates, account.lost]).toEqual([2, 2, 0])
})

test('RTP sequence: another source starts anew without a loss', () => {
  const account = new SequenceAccount()
  expect([account.note(5, 1), account.note(900, 2), account.note(901, 2), account.lost]).toEqual([
    'next',
    'restart',
    'next',
    0,
  ])
})

test('RTP sequence: whatever is dropped, swapped or doubled nearby, the loss is what never came', () => {
  const plan = fc.record({
    first: fc.integer({min: 0, max: 0xffff}),
    kept: fc.array(fc.boolean(), {minLength: 2, maxLength: 100}),
    swaps: fc.array(fc.nat(98), {maxLength: 20}),
    doubles: fc.array(fc.nat(99), {maxLength: 20}),
  })
  fc.assert(
    fc.property(plan, ({first, kept, swaps, doubles}) => {
      // The first and the last come in their place: they say how many should have come.
      const middle = kept.map((_, index) => index).filter((index) => kept[index])
      for (const at of swaps) if (at + 1 < middle.length) middle.splice(at, 2, middle[at + 1]!, middle[at]!)
      for (const at of doubles) if (at < middle.length) middle.splice(at, 0, middle[at]!)
      const order = [0, ...middle.map((index) => index + 1), kept.length + 1]
      const account = new SequenceAccount()
      for (const index of order) account.note((first + index) & 0xffff, 7)
      expect(account.lost).toBe(kept.filter((one) => !one).length)
    }),
  )
})
