import {existsSync, readdirSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {expect, test} from 'vitest'
import type {ChainSummary} from '../../src/cli/demo/chain.ts'
import {FAULTS} from '../../src/sim/faults.ts'
import {citywatch, newHome, start} from '../support/cli.ts'

const home = newHome()
const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('citywatch-demo-'))

test('demo --headless: the whole chain adds up, and nothing is left behind', async () => {
  const before = leftovers()
  const {exitCode, json, stderr} = await citywatch(home, ['demo', '--headless', '--json'])
  const summary = json<ChainSummary>()
  expect({exitCode, problems: summary.problems}, stderr).toEqual({exitCode: 0, problems: []})
  expect(summary.probes.cameras).toBe(200)
  expect(summary.probes.named).toBe(summary.probes.planted)
  expect(summary.probes.planted).toBeGreaterThanOrEqual(Object.keys(FAULTS).length)
  const {sent, acked, shown, alarms, acknowledged} = summary.signals
  expect({acked, shown, acknowledged}).toEqual({acked: sent, shown: sent, acknowledged: alarms})
  expect(sent).toBe(240)
  expect(leftovers()).toEqual(before)
})

test.skipIf(process.platform === 'win32')(
  'demo --headless stopped in the middle: exit 143, the process gone, folder gone',
  async () => {
    const before = leftovers()
    const demo = start(home, ['demo', '--headless', '--cameras', '60'])
    await demo.note((line) => line.startsWith('inventory'))
    const stopped = await demo.stop('SIGTERM')
    expect(stopped.exitCode).toBe(143)
    expect(leftovers()).toEqual(before)
    expect(existsSync('/proc') ? existsSync(`/proc/${demo.pid}`) : false).toBe(false)
  },
)
