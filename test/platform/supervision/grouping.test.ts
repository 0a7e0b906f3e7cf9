/** Who shares an alarm: many of one district at once or one after the other, never a few. */
import {describe, expect, test} from 'vitest'
import {Grouping, SINGLES, WINDOW_MS} from '../../../src/platform/supervision/grouping.ts'
import type {Change} from '../../../src/platform/supervision/watched.ts'

const lost = (count: number, jurisdiction: string, change: Change['change'] = 'missing'): Change[] =>
  Array.from({length: count}, (_, number) => {
    return {number, kind: 'camera', id: `cam-${number}`, jurisdiction, change, silentMs: 1, everHeard: true}
  })

/** How many of each group a batch gives; '-' for those with an alarm of their own. */
function groups(grouping: Grouping, changes: Change[], now: number): Record<string, number> {
  const items = grouping.assign(changes, now)
  grouping.noted(items, now)
  const counts: Record<string, number> = {}
  for (const {group = '-'} of items) counts[group] = (counts[group] ?? 0) + 1
  return counts
}

describe('grouping', () => {
  test('a few have their own alarms, more than those share one', () => {
    const grouping = new Grouping()
    expect(groups(grouping, lost(SINGLES, '44.4403.440305.1'), 0)).toEqual({'-': SINGLES})
    expect(groups(grouping, lost(1, '44.4403.440305.2'), 1_000)).toEqual({'44.4403.440305': 1})
    expect(groups(grouping, lost(SINGLES, '44.4403.440306'), 1_000)).toEqual({'-': SINGLES})
  })

  test('all that come at once with too many share it, from whichever station of the district', () => {
    const both = [...lost(6, '44.4403.440305.1'), ...lost(5, '44.4403.440305.2'), ...lost(2, '44.4403')]
    expect(groups(new Grouping(), both, 0)).toEqual({'44.4403.440305': 11, '-': 2})
  })

  test('a shared alarm takes more while it grows, and none after a quiet time', () => {
    const grouping = new Grouping()
    groups(grouping, lost(100, '44'), 0)
    expect(groups(grouping, lost(1, '44'), WINDOW_MS - 1)).toEqual({'44': 1})
    expect(groups(grouping, lost(1, '44'), 2 * WINDOW_MS - 2)).toEqual({'44': 1})
    expect(groups(grouping, lost(1, '44'), 3 * WINDOW_MS)).toEqual({'-': 1})
  })

  test('what is slower than the window never shares', () => {
    const grouping = new Grouping()
    const all = Array.from({length: 50}, (_, index) => groups(grouping, lost(1, '44'), index * (WINDOW_MS / SINGLES)))
    expect(all.every((counts) => counts['-'] === 1)).toBe(true)
  })

  test('those without jurisdiction share one too; who comes back is not grouped', () => {
    const grouping = new Grouping()
    expect(groups(grouping, lost(11, ''), 0)).toEqual({'': 11})
    expect(groups(grouping, lost(50, '31', 'restored'), 0)).toEqual({'-': 50})
  })

  test('what could not be written is not counted', () => {
    const grouping = new Grouping()
    for (let tries = 0; tries < 5; tries++) grouping.assign(lost(SINGLES, '44'), tries)
    expect(groups(grouping, lost(SINGLES, '44'), 10)).toEqual({'-': SINGLES})
  })
})
