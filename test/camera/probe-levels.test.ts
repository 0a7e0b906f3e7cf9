import {expect, test} from 'vitest'
import {probeCamera, probeFleet} from '../../src/camera/probe.ts'
import type {Limit} from '../../src/camera/probe-limits.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {ProbeLevel, ProbeReport} from '../../src/model/probe.ts'
import {probeFleetOf, probeOptions, targetsOf} from '../support/probe.ts'

const ASKED: readonly (readonly [ProbeLevel, readonly string[]])[] = [
  ['reach', ['GetSystemDateAndTime']],
  ['identity', ['GetSystemDateAndTime', 'GetDeviceInformation', 'GetDeviceInformation', 'GetServices', 'GetProfiles', 'GetStreamUri']],
] // biome-ignore format: a table

test.each(ASKED)('probe level %s: asks no more, and says that the camera answers, not that it is healthy', async (level, actions) => {
  const fleet = await probeFleetOf({})
  const [target] = targetsOf(fleet)
  const {report} = await probeCamera(target!, probeOptions({level}))
  expect([report.verdict, report.cause, report.level]).toEqual(['answers', undefined, level])
  expect(fleet.cameras[0]?.actions).toEqual(actions)
  expect(report.checks.filter(({status}) => status === 'skipped').map(({name}) => name)).toEqual(
    level === 'reach' ? ['identity', 'profile', 'rtsp', 'media'] : ['rtsp', 'media'],
  )
}) // biome-ignore format: a long name

test('probe level reach: no login leaves, not even for a camera whose password is wrong', async () => {
  const fleet = await probeFleetOf({fault: 'wrong-password'})
  const [target] = targetsOf(fleet)
  expect((await probeCamera(target!, probeOptions({level: 'reach'}))).report.verdict).toBe('answers')
  expect(fleet.cameras[0]?.failedLogins).toBe(0)
})

test('probe level deep: the stream is measured, beyond the first key frame', async () => {
  const fleet = await probeFleetOf({})
  const [target] = targetsOf(fleet)
  const {report} = await probeCamera(target!, probeOptions({level: 'deep', measureMs: 1_200}))
  expect(report.verdict).toBe('healthy')
  expect(report.stream?.measured?.forMs).toBeGreaterThanOrEqual(1_000)
  expect(report.stream?.measured?.frameRate).toBeGreaterThan(0)
})

const limit = (metric: Limit['metric'], op: Limit['op'], value: number): Limit => ({
  metric,
  op,
  value,
  source: safeText('asked for'),
})

test('probe limits: one that is not kept makes the camera impaired, and its source stands beside it', async () => {
  const fleet = await probeFleetOf({})
  const [target] = targetsOf(fleet)
  const limits = [limit('key-frame', 'lt', 0), limit('clock', 'le', 10_000), limit('jitter', 'le', 0)]
  const {report} = await probeCamera(target!, probeOptions({limits}))
  expect([report.verdict, report.cause]).toEqual(['impaired', 'over-limit'])
  expect(report.checks.at(-1)).toMatchObject({
    name: 'media',
    status: 'warn',
    cause: 'over-limit',
    detail: expect.stringMatching(/^key-frame \d+ ms, limit < 0 ms \(asked for\)$/),
  })
  expect(report.judgements).toEqual([
    expect.objectContaining({metric: 'key-frame', met: false, limit: 0, op: 'lt', source: 'asked for'}),
    expect.objectContaining({metric: 'clock', met: true}),
  ])
})

test('probe limits: a failed check stays what it is', async () => {
  const fleet = await probeFleetOf({fault: 'no-frames'})
  const [target] = targetsOf(fleet)
  const limits = [limit('key-frame', 'le', 1), limit('answer', 'le', 60_000)]
  const {report} = await probeCamera(target!, probeOptions({limits, timeoutMs: 2_000}))
  expect([report.verdict, report.cause]).toEqual(['sick', 'no-frames'])
  expect(report.judgements?.map(({metric}) => metric)).toEqual(['answer'])
})

test('probe fleet: once there is enough no camera is begun, and those that are being asked are finished', async () => {
  const fleet = await probeFleetOf(...Array.from({length: 6}, () => ({fault: 'not-onvif'}) as const), {})
  const enough = new AbortController()
  const seen: ProbeReport[] = []
  const options = {...probeOptions(), concurrency: 2, enough: enough.signal}
  for await (const {report} of probeFleet(targetsOf(fleet), options)) {
    seen.push(report)
    if (seen.length === 2) enough.abort()
  }
  expect(seen.length).toBeGreaterThanOrEqual(2)
  expect(seen.length).toBeLessThan(7)
  for (const {cause} of seen) expect(cause).not.toBe('cancelled')
})
