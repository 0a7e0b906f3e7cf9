/** What `platform serve --supervision` says. */
import {expect, test} from 'vitest'
import {supervisionDefaults} from '../../src/cli/supervision-defaults.ts'

const HOUR = 3_600_000

test.each([
  [[], {panel: 25 * HOUR, camera: null}],
  [['camera=5m'], {panel: 25 * HOUR, camera: 300_000}],
  [['panel=off', 'camera=1h30m'], {panel: null, camera: 1.5 * HOUR}],
  [['panel=90s', 'panel=3m'], {panel: 180_000, camera: null}],
])('supervision %j', (words, defaults) => {
  expect(supervisionDefaults(words)).toEqual(defaults)
})

test.each(['panel', 'panel=', 'zone=5m', 'panel=5', 'panel=4s', 'panel=91d', 'camera=never', '=5m'])(
  'supervision %j is refused',
  (word) => {
    expect(() => supervisionDefaults([word])).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
  },
)
