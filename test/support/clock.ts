/** Clocks for tests: the real one, and one whose time only moves when told. */
import {setTimeout as delay} from 'node:timers/promises'
import type {Clock} from '../../src/lib/clock.ts'

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? {signal} : {}),
}

export interface ManualClock extends Clock {
  /** Moves time on and wakes every sleeper whose time has come, in order. */
  advance(ms: number): void
}

/** Starts at `now`, ms since the epoch. */
export function manualClock(now = 0): ManualClock {
  let time = now
  const sleepers = new Set<{readonly at: number; readonly wake: () => void}>()
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const sleeper = {at: time + ms, wake: resolve}
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        })
      }),
    advance(ms) {
      time += ms
      for (const sleeper of [...sleepers].sort((a, b) => a.at - b.at)) {
        if (sleeper.at > time) return
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
  }
}
