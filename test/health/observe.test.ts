import {expect, test} from 'vitest'
import {observe} from '../../src/health/observe.ts'
import {parseProbedCamera} from '../../src/health/probe-report.ts'
import {builtinProfile} from '../../src/health/profiles.ts'
import {samplesOf} from '../../src/health/samples.ts'
import {NOON} from '../support/observations.ts'

type Status = 'ok' | 'warn' | 'fail' | 'skipped'

/** A report as `camera probe --json` prints it. */
function report(statuses: readonly [Status, string?][], more: Record<string, unknown> = {}) {
  const names = ['reach', 'clock', 'identity', 'profile', 'rtsp', 'media']
  const checks = names.map((name, index) => {
    const [status = 'skipped', cause] = statuses[index] ?? []
    return {name, status, durationMs: 10 + index, ...(cause ? {cause, detail: 'seen'} : {})}
  })
  return parseProbedCamera({camera: 'cam-1', at: NOON, durationMs: 100, checks, ...more})
}

const OK: [Status] = ['ok']

test('a healthy report becomes an observation with its measurements', () => {
  const stream = {codec: 'H264', transport: 'tcp', firstPacketMs: 20, firstKeyFrameMs: 300, packets: 50, lost: 0}
  const seen = report([OK, OK, OK, OK, OK, OK], {verdict: 'healthy', stream, clockOffsetMs: -40, clockUncertaintyMs: 5})
  expect(observe(seen, {jurisdiction: 'city', tier: 'key'})).toEqual({
    camera: 'cam-1',
    at: NOON,
    jurisdiction: 'city',
    tier: 'key',
    verdict: 'healthy',
    checks: 'oooooo',
    signalMs: 10,
    firstPacketMs: 20,
    keyFrameMs: 300,
    packets: 50,
    lost: 0,
    clockMs: -40,
    clockUncertaintyMs: 5,
  })
})

test('a wrong clock does not take the blame for a stream that sends nothing, nor for a port that is closed', () => {
  const clock: [Status, string] = ['fail', 'clock-skew']
  const reasons = (statuses: readonly [Status, string?][]) =>
    samplesOf(observe(report(statuses, {verdict: 'sick', cause: 'clock-skew'})), builtinProfile('generic')).flatMap(
      ({code, reason}) => (reason ? [[code, reason]] : []),
    )
  expect(reasons([OK, clock, OK, OK, OK, ['fail', 'no-frames']])).toEqual([['C11', 'no-frames']])
  expect(reasons([OK, clock, OK, OK, ['fail', 'rtsp-unreachable']])).toEqual([['A12', 'rtsp-unreachable']])
  expect(reasons([OK, clock, OK, OK, OK, ['warn', 'stream-mismatch']])).toEqual([['C11', 'stream-mismatch']])
})

test.each([
  ['a check too few', {checks: []}],
  ['a verdict that is none', {verdict: 'fine'}],
  ['a cause that is none', {cause: 'gremlins'}],
  ['a time of another age', {at: 9e15}],
  ['a name of the camera that hides something', {camera: 'cam\u202E-1'}],
])('a report with %s is refused', (_what, changes) => {
  expect(() => report([OK, OK, OK, OK, OK, OK], {verdict: 'healthy', ...changes})).toThrow('CW_BAD_VALUE')
})
