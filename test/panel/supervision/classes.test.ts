import {expect, test} from 'vitest'
import {CLASSES, classNamed, parseClasses} from '../../../src/panel/supervision/classes.ts'
import {formatDuration, parseDuration} from '../../../src/panel/supervision/duration.ts'
import {Intervals} from '../../../src/panel/supervision/intervals.ts'
import {raisedCode} from '../../../src/panel/supervision/raise.ts'

test('classes: the times of EN 50136-1, in seconds, and which of them are confirmed', () => {
  const rows = [...CLASSES.values()].map(({name, primaryMs, alternativeMs, confirmed}) => [
    name,
    primaryMs / 1_000,
    alternativeMs === undefined ? null : alternativeMs / 1_000,
    confirmed,
  ])
  expect(rows).toEqual([
    ['SP1', 2_764_800, null, false],
    ['SP2', 90_000, null, false],
    ['SP3', 1_800, null, true],
    ['SP4', 180, null, false],
    ['SP5', 90, null, false],
    ['SP6', 20, null, false],
    ['DP1', 90_000, 180_000, true],
    ['DP2', 1_800, 90_000, true],
    ['DP3', 180, 90_000, false],
    ['DP4', 90, 18_000, false],
  ])
})

test('classes: a site corrects the table and adds its own', () => {
  const own = parseClasses('{"SP4": {"primary": "2m"}, "grade-4": {"primary": "3m", "alternative": "5h"}}', 'own.json')
  expect(classNamed('sp4', own)).toEqual({name: 'SP4', primaryMs: 120_000, confirmed: true})
  expect(classNamed('Grade-4', own)).toMatchObject({primaryMs: 180_000, alternativeMs: 18_000_000})
  expect(classNamed('SP5', own).primaryMs).toBe(90_000)
  expect(() => classNamed('SP7', own)).toThrow('CW_BAD_VALUE')
})

test.each([
  '',
  '[]',
  'null',
  '{"SP4": 3}',
  '{"SP4": {"primary": "3"}}',
  '{"SP4": {"primary": "3m", "alternative": 5}}',
  '{"a b": {"primary": "3m"}}',
])('classes: %s is no table', (text) => {
  expect(() => parseClasses(text, 'own.json')).toThrow('CW_BAD_VALUE')
})

test('duration: read and written with its unit', () => {
  expect(['500ms', '90s', '1.5m', '25h', '32d'].map((text) => parseDuration(text, '--for'))).toEqual([
    500, 90_000, 90_000, 90_000_000, 2_764_800_000,
  ])
  expect([12, 90_000, 180_000, 90_000_000, 2_764_800_000, -1_500].map(formatDuration)).toEqual([
    '12 ms',
    '90 s',
    '3 min',
    '25 h',
    '32 d',
    '-1.5 s',
  ])
  for (const text of ['', '0s', '5', '-1s', '1e9s', '9999999d', '1 s x', 'NaNs']) {
    expect(() => parseDuration(text, '--for')).toThrow('CW_BAD_VALUE')
  }
})

test('intervals: all are counted, the percentiles are of the last 256', () => {
  const intervals = new Intervals()
  expect(intervals.summary()).toBeUndefined()
  intervals.add(1)
  for (let index = 0; index < 300; index++) intervals.add(1_000 + (index % 2) * 10)
  expect(intervals.summary()).toEqual({n: 301, minMs: 1, medianMs: 1_000, p99Ms: 1_010, maxMs: 1_010, jitterMs: 13})
  expect(intervals.kept()).toHaveLength(256)
})

test('raise: the codes of one path, and of two', () => {
  const codes = (['contact-id', 'sia'] as const).map((as) =>
    [1, 2].flatMap((paths) =>
      (['primary', 'alternative'] as const).flatMap((path) =>
        (['missing', 'restored'] as const).map((kind) => raisedCode({kind, path}, as, paths)),
      ),
    ),
  )
  expect(codes).toEqual([
    ['E350', 'R350', 'E350', 'R350', 'E351', 'R351', 'E352', 'R352'],
    ['YC', 'YK', 'YC', 'YK', 'YC zone 1', 'YK zone 1', 'YC zone 2', 'YK zone 2'],
  ])
})
