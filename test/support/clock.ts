/** Clocks for tests: the real one, and one whose time only moves when told. */
import {setTimeout as delay} from 'node:timers/promises'
import type {Clock} from '../../src/lib/clock.ts'

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? {signal} : {}),
}

/** How far time moves in one turn of the event loop at most, ms, and how often it moves. */
const STRIDE_MS = 10
const TICK_MS = 5

/**
 * Real time that waits for this process: each turn of the event loop moves it by a stride at most, so that nothing times
 * out before a peer in the same process had its turns, however busy the machine is.
 */
export function patientClock(): Clock {
  let time = Date.now()
  let last = time
  const sleepers = new Set<{readonly at: number; readonly wake: () => void}>()
  setInterval(() => {
    const now = Date.now()
    time += Math.min(Math.max(0, now - last), STRIDE_MS)
    last = now
    for (const sleeper of sleepers) if (sleeper.at <= time) sleeper.wake()
  }, TICK_MS).unref()
  return {
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const abort = () => {
          sleepers.delete(sleeper)
          reject(signal?.reason)
        }
        const wake = () => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', abort)
          resolve()
        }
        const sleeper = {at: time + ms, wake}
        sleepers.add(sleeper)
        signal?.addEventListener('abort', abort, {once: true})
      }),
  }
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
