import fc from 'fast-check'
import {expect, test} from 'vitest'
import {type Timed, Wheel} from '../../../src/panel/supervision/wheel.ts'

interface Item extends Timed {
  due: number
  readonly found: number[]
}

test('wheel: everything is handed out in its time, never before it and at most a step later, however far off', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({min: 0, max: 2_000_000}), {maxLength: 30}),
      fc.integer({min: 1, max: 5_000}),
      (times, stepMs) => {
        const wheel = new Wheel<Item>(0)
        const items = times.map((due): Item => ({slot: 0, due, found: []}))
        for (const item of items) wheel.put(item, item.due)
        let now = 0
        const due = (item: Item) => {
          if (item.due > now) wheel.put(item, item.due)
          else item.found.push(now)
        }
        for (; now < 2_100_000; now += stepMs) wheel.advance(now, due)
        for (const item of items) {
          expect(item.found).toHaveLength(1)
          expect(item.found[0]).toBeGreaterThanOrEqual(item.due)
          expect(item.found[0]).toBeLessThanOrEqual(item.due + stepMs + 100)
        }
      },
    ),
    {numRuns: 20},
  )
})

test('wheel: an item that is put again is handed out once, at its last time', () => {
  const wheel = new Wheel<Item>(0)
  const item: Item = {slot: 0, due: 0, found: []}
  for (const at of [1_000, 500, 500, 3_000]) wheel.put(item, at)
  for (let now = 0; now <= 5_000; now += 50) wheel.advance(now, () => item.found.push(now))
  expect(item.found).toEqual([3_000])
})
