import {expect, test} from 'vitest'
import type {ProvisionReport, Result} from '../../src/camera/provision/fleet.ts'
import {isComplete, PROVISION_COLUMNS, provisionLines, summariseProvision} from '../../src/cli/render/provision.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Cause} from '../../src/model/cause.ts'

const report = (result: Result, cause?: Cause): ProvisionReport => ({
  camera: 'cam-1',
  result,
  ...(cause ? {cause} : {}),
  changes: [],
  durationMs: 1,
})

test('provision summary: every camera is in one of the results, and the sum is their number', () => {
  const reports = [report('updated'), report('updated'), report('failed', 'auth'), report('skipped', 'no-address')]
  const summary = summariseProvision(reports)
  expect(summary).toEqual({
    differs: 0,
    updated: 2,
    unchanged: 0,
    rejected: 0,
    failed: 1,
    skipped: 1,
    'not-attempted': 0,
  })
  expect(provisionLines(reports)).toBe('4 cameras: 2 updated, 1 failed, 1 skipped\n  auth 1 · no-address 1')
})

test.each([
  ['updated', true],
  ['unchanged', true],
  ['differs', true],
  ['failed', false],
  ['skipped', false],
  ['rejected', false],
  ['not-attempted', false],
] as const)('provision summary: a camera that is %s leaves the run complete: %s', (result, complete) => {
  expect(isComplete(summariseProvision([report('updated'), report(result)]))).toBe(complete)
})

test('provision summary: no camera at all', () => {
  expect(provisionLines([])).toBe('0 cameras: none')
})

test('provision columns: each change as field, old and new', () => {
  const changes = [
    {field: 'ntp', from: null, to: safeText('10.0.0.1')},
    {field: 'name', from: safeText('a'), to: safeText('b')},
  ] as const
  const column = PROVISION_COLUMNS.find(({name}) => name === 'changes')
  expect(column?.value({...report('updated'), changes})).toBe('ntp: (none) → 10.0.0.1; name: a → b')
})
