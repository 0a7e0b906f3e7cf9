import {expect, test} from 'vitest'
import {Pace} from '../../../src/camera/discover/pace.ts'

/** A clock that is told how late each sleep ends. */
function clockOf(lateMs = 0) {
  let now = 0
  return {
    now: () => now,
    async sleep(ms: number) {
      now += ms + lateMs
    },
    set(at: number) {
      now = at
    },
  }
}

async function ask(pace: Pace, count: number): Promise<void> {
  const {signal} = new AbortController()
  for (let asked = 0; asked < count; asked++) await pace.turn(signal)
}

test.each([
  [100, 1_000, 9_500, 10_000],
  [2_000, 20_000, 9_500, 10_100],
  [1, 5, 3_500, 4_100],
])('pace: %i a second, %i questions', async (rate, count, least, most) => {
  const clock = clockOf()
  await ask(new Pace(rate, clock), count)
  expect(clock.now()).toBeGreaterThanOrEqual(least)
  expect(clock.now()).toBeLessThanOrEqual(most)
})

test('pace: a slow machine asks less, it does not catch up in a burst', async () => {
  const clock = clockOf(200)
  await ask(new Pace(1_000, clock), 1_000)
  expect(clock.now()).toBeGreaterThan(3_000)
})

test('pace: a clock that is set does not stop it, nor let it loose', async () => {
  const clock = clockOf()
  const pace = new Pace(1_000, clock)
  await ask(pace, 500)
  clock.set(clock.now() - 3_600_000)
  const back = clock.now()
  await ask(pace, 500)
  expect(clock.now() - back).toBeLessThan(700)
  clock.set(clock.now() + 3_600_000)
  const ahead = clock.now()
  await ask(pace, 500)
  expect(clock.now() - ahead).toBeGreaterThan(350)
})
