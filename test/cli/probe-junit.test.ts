import {expect, test} from 'vitest'
import {junitOf} from '../../src/cli/render/probe-junit.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {ProbeReport} from '../../src/model/probe.ts'

const REPORTS: readonly ProbeReport[] = [
  {
    camera: 'gate <1>',
    name: safeText('North & "South"'),
    verdict: 'sick',
    cause: 'auth',
    level: 'identity',
    checks: [
      {name: 'reach', status: 'ok', durationMs: 12},
      {name: 'clock', status: 'warn', cause: 'clock-skew', detail: safeText('clock 7 s behind'), durationMs: 0},
      {name: 'identity', status: 'fail', cause: 'auth', detail: safeText('no <rights>'), durationMs: 3},
      {name: 'profile', status: 'skipped', durationMs: 0},
    ],
    at: Date.UTC(2026, 0, 2, 3, 4, 5),
    durationMs: 15,
  },
]

test('probe JUnit: a suite a camera, a case a check; what was not made is skipped, a warning passes and is told', () => {
  expect([...junitOf(REPORTS, Date.UTC(2026, 0, 2))].join('')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="citywatch camera probe" tests="4" failures="1" errors="0" skipped="1" timestamp="2026-01-02T00:00:00">
  <testsuite name="gate &lt;1&gt; North &amp; &quot;South&quot;" tests="4" failures="1" errors="0" skipped="1" timestamp="2026-01-02T03:04:05" time="0.015">
    <properties><property name="verdict" value="sick"/><property name="level" value="identity"/></properties>
    <testcase classname="camera.gate &lt;1&gt;" name="reach" time="0.012"/>
    <testcase classname="camera.gate &lt;1&gt;" name="clock" time="0.000">
      <system-out>clock-skew: clock 7 s behind</system-out>
    </testcase>
    <testcase classname="camera.gate &lt;1&gt;" name="identity" time="0.003">
      <failure message="auth: no &lt;rights&gt;" type="auth">auth: no &lt;rights&gt;</failure>
    </testcase>
    <testcase classname="camera.gate &lt;1&gt;" name="profile" time="0.000">
      <skipped message="not made"/>
    </testcase>
  </testsuite>
</testsuites>
`)
})
