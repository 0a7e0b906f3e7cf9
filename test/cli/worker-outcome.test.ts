/** What a camera's report means for its task: a result, another try, or nobody's any more. */
import {expect, test} from 'vitest'
import {type failed, probeOutcome, provisionOutcome} from '../../src/cli/worker/outcome.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Cause} from '../../src/model/cause.ts'
import type {ProbeReport, Verdict} from '../../src/model/probe.ts'

function probed(verdict: Verdict, cause?: Cause): ProbeReport {
  const check = {
    name: 'identity',
    status: 'fail',
    durationMs: 1,
    detail: safeText('no'),
    ...(cause ? {cause} : {}),
  } as const
  return {camera: 'cam-1', verdict, checks: [check], at: 1, durationMs: 2, ...(cause ? {cause} : {})}
}

test.each<[Verdict, Cause | undefined, string]>([
  ['healthy', undefined, 'done well'],
  ['impaired', 'xaddr-foreign', 'done unwell'],
  ['sick', 'no-frames', 'done unwell'],
  ['sick', 'not-permitted', 'done unwell'],
  ['dead', 'timeout-connect', 'done unwell'],
  ['unknown', 'no-address', 'done unwell'],
  ['sick', 'auth', 'failed for good: auth: no'],
  ['sick', 'rtsp-auth', 'failed for good: rtsp-auth: no'],
  ['sick', 'locked-out', 'failed for good: locked-out: no'],
  ['unknown', 'login-withheld', 'failed: login-withheld: no'],
  ['unknown', 'no-credential', 'failed: no-credential: no'],
  ['unknown', 'cancelled', 'unfinished'],
])('a probe that ends %s, %s is %s', (verdict, cause, words) => {
  expect(wordsOf(probeOutcome(probed(verdict, cause)))).toBe(words)
})

test.each([
  ['updated', undefined, 'done well'],
  ['unchanged', undefined, 'done well'],
  ['rejected', undefined, 'done unwell'],
  ['skipped', 'no-address', 'done unwell'],
  ['skipped', 'login-withheld', 'failed: login-withheld'],
  ['not-attempted', 'login-withheld', 'failed: login-withheld'],
  ['not-attempted', 'cancelled', 'unfinished'],
  ['failed', 'cancelled', 'unfinished'],
  ['failed', 'timeout-read', 'failed: timeout-read'],
  ['failed', 'read-back-mismatch', 'failed: read-back-mismatch'],
  ['failed', 'auth', 'failed for good: auth'],
  ['failed', 'locked-out', 'failed for good: locked-out'],
] as const)('provisioning that ends %s, %s is %s', (result, cause, words) => {
  const report = {camera: 'cam-1', result, changes: [], durationMs: 1, ...(cause ? {cause} : {})}
  expect(wordsOf(provisionOutcome(report))).toBe(words)
})

function wordsOf(outcome: ReturnType<typeof failed>): string {
  if (outcome.type === 'unfinished') return outcome.type
  if (outcome.type === 'done') return `done ${outcome.healthy ? 'well' : 'unwell'}`
  return `failed${outcome.isFinal ? ' for good' : ''}: ${outcome.reason}`
}
