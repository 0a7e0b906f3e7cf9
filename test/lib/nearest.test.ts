import {expect, test} from 'vitest'
import {nearest} from '../../src/lib/nearest.ts'

const COMMANDS = ['camera probe', 'camera discover', 'alarm watch', 'alarm list', 'demo']

test.each<[string, string | undefined]>([
  ['camera prob', 'camera probe'],
  ['alarm wacth', 'alarm watch'],
  ['dmo', 'demo'],
  ['CAMERA PROBE', 'camera probe'],
  ['make coffee', undefined],
  ['x'.repeat(10_000), undefined],
])('nearest to %s', (typed, expected) => expect(nearest(typed, COMMANDS)).toBe(expected))
