/** The wheel of timers: each comes once, at its tick, whatever was moved or taken out meanwhile. */
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {TimerWheel, WHEEL_TICKS} from '../../../src/platform/supervision/timer-wheel.ts'

test('timer wheel: what is put, moved and taken out comes as a sorted list would give it', () => {
  const step = fc.record({
    number: fc.integer({min: 0, max: 9}),
    ahead: fc.integer({min: -3, max: WHEEL_TICKS + 50}),
    remove: fc.boolean(),
    turn: fc.integer({min: 0, max: 600}),
  })
  fc.assert(
    fc.property(fc.array(step, {maxLength: 60}), (steps) => {
      const wheel = new TimerWheel()
      wheel.reserve(10)
      const model = new Map<number, number>()
      let now = 0
      for (const {number, ahead, remove, turn} of steps) {
        if (remove) {
          wheel.remove(number)
          model.delete(number)
        } else {
          wheel.put(number, now + ahead)
          model.set(number, Math.min(Math.max(now + ahead, now + 1), now + WHEEL_TICKS - 1))
        }
        const came: number[] = []
        wheel.advance(now + turn, (due) => came.push(due))
        now += turn
        const due = [...model].filter(([, at]) => at <= now).map(([one]) => one)
        expect(came.toSorted()).toEqual(due.toSorted())
        for (const one of due) model.delete(one)
      }
    }),
  )
})
