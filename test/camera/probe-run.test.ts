import {expect, test} from 'vitest'
import {loginGate} from '../../src/camera/login-gate.ts'
import {ProbeRun} from '../../src/camera/probe-run.ts'
import {type Cause, CHECKS, type CheckName} from '../../src/model/cause.ts'
import type {Verdict} from '../../src/model/probe.ts'
import {manualClock} from '../support/clock.ts'
import {countingLedger} from '../support/ledger.ts'

type Noted = readonly [CheckName, 'ok' | 'warn' | 'fail', Cause?]

function verdictOf(notes: readonly Noted[]) {
  const clock = manualClock(1_000)
  const run = new ProbeRun(
    {key: 'C1', xaddr: 'http://10.0.0.5/onvif/device_service'},
    {
      timeoutMs: 1_000,
      maxSkewMs: 1,
      warnSkewMs: 1,
      transport: 'auto',
      keepBytes: 0,
      ledger: countingLedger(),
      gate: loginGate(clock),
      clock,
    },
  )
  for (const [name, status, cause] of notes) run.note(name, status, cause)
  const {verdict, cause} = run.report()
  return [verdict, cause]
}

const all = (...changed: readonly Noted[]): Noted[] =>
  CHECKS.map((name) => changed.find(([other]) => other === name) ?? [name, 'ok'])

test.each<[string, readonly Noted[], Verdict, Cause?]>([
  ['every check made and passed', all(), 'healthy'],
  ['nothing was checked', [], 'unknown'],
  ['one check was not made', all().slice(0, 5), 'unknown'],
  ['a warning', all(['profile', 'warn', 'xaddr-foreign']), 'impaired', 'xaddr-foreign'],
  [
    'a failure beside a warning',
    all(['clock', 'warn', 'clock-skew'], ['media', 'fail', 'no-frames']),
    'sick',
    'no-frames',
  ],
  [
    'two failures: the first names the cause',
    all(['clock', 'fail', 'clock-skew'], ['rtsp', 'fail', 'rtsp-error']),
    'sick',
    'clock-skew',
  ],
  ['nobody answers', [['reach', 'fail', 'timeout-connect']], 'dead', 'timeout-connect'],
  ['answers and says nothing', [['reach', 'fail', 'timeout-read']], 'sick', 'timeout-read'],
  [
    'a login that was not risked',
    [
      ['reach', 'ok'],
      ['clock', 'ok'],
      ['identity', 'fail', 'login-withheld'],
    ],
    'unknown',
    'login-withheld',
  ],
  [
    'an interrupted run',
    [
      ['reach', 'ok'],
      ['clock', 'fail', 'cancelled'],
    ],
    'unknown',
    'cancelled',
  ],
])('verdict of a probe: %s', (_name, notes, verdict, cause) => expect(verdictOf(notes)).toEqual([verdict, cause]))
