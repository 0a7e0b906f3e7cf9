import {expect, test} from 'vitest'
import {JitterMeter} from '../../../src/protocol/rtp/jitter.ts'

const CLOCK_RATE = 90_000

function jitterOf(arrivals: readonly (readonly [timestampMs: number, atMs: number])[], from = 0): number {
  const meter = new JitterMeter(CLOCK_RATE)
  for (const [stamp, at] of arrivals) meter.note((from + stamp * 90) >>> 0, 1_700_000_000_000 + at)
  return meter.ms
}

const even = Array.from({length: 50}, (_, index) => [index * 40, index * 40] as const)

test('jitter: none where packets come as their time stamps say', () => {
  expect(jitterOf(even)).toBe(0)
})

test('jitter: one packet that is late counts a sixteenth, coming and going', () => {
  const [first, ...rest] = even.slice(0, 3)
  // 16 ms late: 16/16, then back: 1 + (16 − 1)/16.
  expect(jitterOf([first!, [40, 56], rest[1]!])).toBeCloseTo(1.9375, 9)
})

test('jitter: a way that is always 10 ms shorter or longer comes near to 10 ms', () => {
  const uneven = Array.from({length: 400}, (_, index) => [index * 40, index * 40 + (index % 2) * 10] as const)
  expect(jitterOf(uneven)).toBeCloseTo(10, 6)
})

test('jitter: the time stamp wraps without a jump', () => {
  expect(jitterOf(even, 0xffff_ffff - 20 * 3_600)).toBeLessThan(1e-6)
})

test('jitter: another source brings no jump with it', () => {
  const meter = new JitterMeter(CLOCK_RATE)
  meter.note(0, 1_000)
  meter.restart()
  meter.note(123_456_789, 1_040)
  expect(meter.ms).toBe(0)
})
