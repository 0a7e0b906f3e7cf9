import {expect, test} from 'vitest'
import {probeRounds} from '../../src/cli/probe-rounds.ts'
import type {Cause} from '../../src/model/cause.ts'
import type {ProbeReport, Verdict} from '../../src/model/probe.ts'
import {manualClock} from '../support/clock.ts'

const report = (camera: string, verdict: Verdict, cause?: Cause): ProbeReport => ({
  camera,
  verdict,
  ...(cause ? {cause} : {}),
  checks: [],
  at: 0,
  durationMs: 1,
})

const ROUNDS: readonly (readonly ProbeReport[])[] = [
  [report('a', 'healthy'), report('b', 'dead', 'refused')],
  [report('a', 'healthy'), report('b', 'dead', 'timeout-connect')],
  [report('a', 'sick', 'auth'), report('b', 'unknown', 'cancelled')],
  [report('a', 'healthy'), report('b', 'dead', 'timeout-connect')],
]

test('probe rounds: the first tells all, the others what changed; the end of the run is no change', async () => {
  const clock = manualClock(0)
  const asked: number[] = []
  const rounds = probeRounds(
    async function* () {
      asked.push(clock.now())
      yield* ROUNDS[asked.length - 1] ?? []
    },
    {everyMs: 60_000, count: 4, clock, signal: new AbortController().signal},
  )
  const told: string[][] = []
  const reading = (async () => {
    for await (const round of rounds) {
      const lines: string[] = []
      for await (const {camera, verdict, cause = ''} of round) lines.push(`${camera} ${verdict} ${cause}`.trim())
      told.push(lines)
    }
  })()
  for (let wait = 1; wait < ROUNDS.length; wait++) {
    while (told.length < wait) await new Promise(setImmediate)
    clock.advance(60_000)
  }
  await reading
  expect(asked).toEqual([0, 60_000, 120_000, 180_000])
  expect(told).toEqual([['a healthy', 'b dead refused'], ['b dead timeout-connect'], ['a sick auth'], ['a healthy']])
})

test('probe rounds: without an interval there is one, and a signal ends the waiting', async () => {
  const clock = manualClock(0)
  const stop = new AbortController()
  const count = async (everyMs?: number) => {
    let rounds = 0
    const probe = async function* () {
      rounds += 1
      yield* [] as ProbeReport[]
    }
    for await (const round of probeRounds(probe, {everyMs, clock, signal: stop.signal})) {
      for await (const _ of round) throw new Error('nothing to tell')
      if (everyMs !== undefined) stop.abort()
    }
    return rounds
  }
  expect([await count(), await count(60_000)]).toEqual([1, 1])
})
