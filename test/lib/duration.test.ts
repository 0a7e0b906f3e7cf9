import {expect, test} from 'vitest'
import {durationText, parseDuration} from '../../src/lib/duration.ts'

const MINUTE = 60_000

test.each([
  ['90m', 90 * MINUTE],
  ['2h', 120 * MINUTE],
  ['1h30m', 90 * MINUTE],
  ['45s', 45_000],
  ['1d', 1_440 * MINUTE],
  ['1H05M', 65 * MINUTE],
  [' 2h ', 120 * MINUTE],
])('duration: %s', (text, ms) => expect(parseDuration(text, '--for')).toBe(ms))

test.each(['', '2', '0h', '0m', '-1h', '1.5h', '2 h', '30m1h', 'h', '9999999h', 'two hours', '2h\n'.repeat(2)])(
  'duration: %j is refused by name',
  (text) =>
    expect(() => parseDuration(text, '--for')).toThrow(
      expect.objectContaining({code: 'CW_BAD_VALUE', params: expect.objectContaining({field: '--for'})}),
    ),
)

test.each([
  [80 * MINUTE, '1 h 20 min'],
  [120 * MINUTE, '2 h'],
  [59_999, '59 s'],
  [119_999, '1 min'],
  [0, '0 s'],
  [-5, '0 s'],
])('duration: %i ms reads %s', (ms, text) => expect(durationText(ms)).toBe(text))
